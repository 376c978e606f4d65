import type { Generated } from 'kysely'
import type { ChannelId, InviteId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface WorkspacesTable {
  id: WorkspaceId
  name: string
  slug: string
  description: string | null
  icon_url: string | null
  owner_id: UserId
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export interface WorkspaceMembersTable {
  workspace_id: WorkspaceId
  user_id: UserId
  role: 'owner' | 'admin' | 'member' | 'guest'
  joined_at: Generated<Date>
  deactivated_at: Date | null
}

export interface WorkspaceInvitesTable {
  id: InviteId
  workspace_id: WorkspaceId
  token_hash: Buffer
  role: 'admin' | 'member' | 'guest'
  email: string | null
  channel_ids: ChannelId[]
  max_uses: number
  use_count: Generated<number>
  expires_at: Date
  revoked_at: Date | null
  created_by: UserId
  created_at: Generated<Date>
}

export interface ChannelsTable {
  id: ChannelId
  workspace_id: WorkspaceId
  kind: 'public' | 'private' | 'dm' | 'group_dm'
  name: string | null
  topic: string | null
  description: string | null
  is_default: Generated<boolean>
  created_by: UserId
  member_count: Generated<number>
  archived_at: Date | null
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

/** An interval of membership: of events `from_seq` to `to_seq` of the channel, both included; `to_seq` null: a member now. */
export interface ChannelMembersTable {
  channel_id: ChannelId
  user_id: UserId
  workspace_id: WorkspaceId
  role: Generated<'manager' | 'member'>
  from_seq: number
  to_seq: number | null
  joined_at: Generated<Date>
}

export interface ChannelUserStatesTable {
  channel_id: ChannelId
  user_id: UserId
  last_read_seq: Generated<number>
  muted: Generated<boolean>
  notify: Generated<'default' | 'all' | 'mentions' | 'none'>
  starred: Generated<boolean>
}
