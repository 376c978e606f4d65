import type { ColumnType, Generated } from 'kysely'
import type { WorkspaceSettings } from '@afrochat/contracts'
import type { ChannelId, GroupId, InviteId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface WorkspacesTable {
  id: WorkspaceId
  name: string
  slug: string
  description: string | null
  icon_url: string | null
  /** What `icon_url` shows. */
  icon_image: Absent<string>
  owner_id: UserId
  /** What differs from the defaults of WorkspaceSettings. */
  settings: Generated<Partial<WorkspaceSettings>>
  deleted_at: Absent<Date>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

/** Null unless it is set: an insert need not name it. */
type Absent<T> = ColumnType<T | null, T | null | undefined>

export interface WorkspaceMembersTable {
  workspace_id: WorkspaceId
  user_id: UserId
  role: 'owner' | 'admin' | 'member' | 'guest'
  joined_at: Generated<Date>
  deactivated_at: Date | null
  /** Of a deactivated member; null: they left by themselves, and may come back by an invite. */
  deactivated_by: Absent<UserId>
  /** A guest of one channel alone. */
  single_channel: Generated<boolean>
  /** Where a deactivated member was: reactivation puts them back. */
  kept_channel_ids: Generated<ChannelId[]>
}

export interface WorkspaceInvitesTable {
  id: InviteId
  workspace_id: WorkspaceId
  token_hash: Buffer
  role: 'admin' | 'member' | 'guest'
  single_channel: Generated<boolean>
  email: string | null
  channel_ids: ChannelId[]
  max_uses: number
  use_count: Generated<number>
  expires_at: Date
  revoked_at: Date | null
  created_by: UserId
  created_at: Generated<Date>
  /** Of the mail that brings it to its address; null: none is sent. `needless`: whoever has it is a member already. */
  mail_status: Absent<'pending' | 'sent' | 'needless' | 'failed'>
  /** While it is pending: when it is to be tried. */
  mail_due_at: Absent<Date>
  mail_settled_at: Absent<Date>
  mail_failure_code: Absent<string>
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
  /** `managers`: read-only for everybody else. */
  posting: Generated<'everyone' | 'managers'>
  /** The sorted ids of a direct message's people, joined by `,`. */
  dm_key: Absent<string>
  /** Hidden from everybody since; its content is removed in the background. */
  deleted_at: Absent<Date>
  purged_at: Absent<Date>
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

/** An administrative act. Only ever inserted; each carries the hash of the one before it. */
export interface WorkspaceAuditTable {
  workspace_id: WorkspaceId
  number: number
  action: string
  actor_id: UserId | null
  target_id: string | null
  /** JSON, exactly as it was hashed. */
  details: Generated<string>
  request_id: string | null
  created_at: Date
  previous_hash: Buffer
  hash: Buffer
}

export interface UserGroupsTable {
  id: GroupId
  workspace_id: WorkspaceId
  handle: string
  name: string
  description: string | null
  created_by: UserId
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export interface UserGroupMembersTable {
  group_id: GroupId
  user_id: UserId
  added_at: Generated<Date>
}

export interface UserGroupSubgroupsTable {
  group_id: GroupId
  subgroup_id: GroupId
}

/** A small picture, encoded anew by us. Its name is 128 random bits: who knows it may fetch it. */
export interface ImagesTable {
  name: string
  content_type: string
  bytes: Buffer
  width: number
  height: number
  uploaded_by: UserId | null
  created_at: Generated<Date>
}

export interface CustomEmojiTable {
  workspace_id: WorkspaceId
  name: string
  image_name: string
  created_by: UserId
  created_at: Generated<Date>
}
