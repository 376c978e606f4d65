import type { Channel, ChannelMember, ChannelRole, ReadMark, SharedChannel } from '@afrochat/contracts'
import { toUser, type UserRow } from '@afrochat/auth'
import { MAX_COUNT } from './channel-counts.ts'
import type { CallerChannelRow } from './channel-listing.repository.ts'
import type { ChannelRow } from './channels.repository.ts'

/** A channel as everybody who may see it sees it, and as events carry it. */
export function toSharedChannel(row: ChannelRow): SharedChannel {
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    kind: row.kind,
    user_ids: row.user_ids,
    name: row.name,
    topic: row.topic,
    description: row.description,
    is_private: row.kind !== 'public',
    is_default: row.is_default,
    posting: row.posting,
    created_by: row.created_by,
    archived_at: row.archived_at?.toISOString() ?? null,
    member_count: row.member_count,
    last_seq: row.last_seq,
    last_message_at: row.last_message_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

/** A channel as one caller sees it. */
export function toChannel(row: CallerChannelRow): Channel {
  return {
    ...toSharedChannel(row),
    is_member: row.channel_role !== null,
    role: row.channel_role,
    muted: row.muted,
    notify: row.notify,
    starred: row.starred,
    last_read_seq: row.last_read_seq,
    unread_count: Math.min(row.unread_count, MAX_COUNT),
    mention_count: Math.min(row.mention_count, MAX_COUNT),
    unread_capped: row.unread_count > MAX_COUNT,
  }
}

/** How far a caller has read it, and what is left. */
export function toReadMark(row: CallerChannelRow): ReadMark {
  const { id: channel_id, last_seq: as_of_seq, last_read_seq, unread_count, mention_count, unread_capped } = toChannel(row)
  return { channel_id, last_read_seq, unread_count, mention_count, unread_capped, as_of_seq }
}

export type ChannelMemberRow = UserRow & { channel_role: ChannelRole; joined_at: Date }

export function toChannelMember(row: ChannelMemberRow): ChannelMember {
  return { user: toUser(row), role: row.channel_role, joined_at: row.joined_at.toISOString() }
}
