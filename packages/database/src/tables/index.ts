import type { AccountAuditTable, IdempotencyKeysTable, RefreshTokensTable, SessionsTable, UsersTable } from './accounts.ts'
import type { ImportChannelsTable, ImportRefsTable } from './imports.ts'
import type { LogConsumersTable, RemindersTable, ScheduledMessagesTable } from './later.ts'
import type { EventsTable, LogEpochTable, StreamHeadsTable } from './log.ts'
import type {
  DraftsTable, MessageMentionsTable, MessageRevisionsTable, MessagesTable, ReactionsTable, SavedMessagesTable, ThreadSubscriptionsTable,
} from './messages.ts'
import type {
  ChannelMembersTable, ChannelUserStatesTable, ChannelsTable, CustomEmojiTable, ImagesTable, UserGroupMembersTable, UserGroupSubgroupsTable,
  UserGroupsTable, WorkspaceAuditTable, WorkspaceInvitesTable, WorkspaceMembersTable, WorkspacesTable,
} from './workspaces.ts'

/** Every table, as its columns are written and read. The constraints are in /migrations. */
export interface Tables {
  users: UsersTable
  sessions: SessionsTable
  refresh_tokens: RefreshTokensTable
  account_audit: AccountAuditTable
  idempotency_keys: IdempotencyKeysTable
  workspaces: WorkspacesTable
  workspace_members: WorkspaceMembersTable
  workspace_invites: WorkspaceInvitesTable
  workspace_audit: WorkspaceAuditTable
  user_groups: UserGroupsTable
  user_group_members: UserGroupMembersTable
  user_group_subgroups: UserGroupSubgroupsTable
  images: ImagesTable
  custom_emoji: CustomEmojiTable
  channels: ChannelsTable
  channel_members: ChannelMembersTable
  channel_user_states: ChannelUserStatesTable
  messages: MessagesTable
  message_revisions: MessageRevisionsTable
  reactions: ReactionsTable
  message_mentions: MessageMentionsTable
  thread_subscriptions: ThreadSubscriptionsTable
  saved_messages: SavedMessagesTable
  drafts: DraftsTable
  scheduled_messages: ScheduledMessagesTable
  reminders: RemindersTable
  log_consumers: LogConsumersTable
  import_refs: ImportRefsTable
  import_channels: ImportChannelsTable
  stream_heads: StreamHeadsTable
  events: EventsTable
  log_epoch: LogEpochTable
}
