import type { AccountAuditTable, RefreshTokensTable, SessionsTable, UsersTable } from './accounts.ts'
import type { ImportChannelsTable, ImportRefsTable } from './imports.ts'
import type { EventsTable, LogEpochTable, StreamHeadsTable } from './log.ts'
import type { MessageRevisionsTable, MessagesTable, ReactionsTable } from './messages.ts'
import type {
  ChannelMembersTable, ChannelUserStatesTable, ChannelsTable, WorkspaceInvitesTable, WorkspaceMembersTable, WorkspacesTable,
} from './workspaces.ts'

/** Every table, as its columns are written and read. The constraints are in /migrations. */
export interface Tables {
  users: UsersTable
  sessions: SessionsTable
  refresh_tokens: RefreshTokensTable
  account_audit: AccountAuditTable
  workspaces: WorkspacesTable
  workspace_members: WorkspaceMembersTable
  workspace_invites: WorkspaceInvitesTable
  channels: ChannelsTable
  channel_members: ChannelMembersTable
  channel_user_states: ChannelUserStatesTable
  messages: MessagesTable
  message_revisions: MessageRevisionsTable
  reactions: ReactionsTable
  import_refs: ImportRefsTable
  import_channels: ImportChannelsTable
  stream_heads: StreamHeadsTable
  events: EventsTable
  log_epoch: LogEpochTable
}
