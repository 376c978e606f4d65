import { sql } from 'kysely'
import type { StreamKey } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import { lastRead, MAX_COUNT, mentionsOfChannel, unreadOfChannel, unreadOfDirect } from './channel-counts.ts'

/** A channel in which somebody has something unread, or a mention. */
export interface UnreadChannel {
  channel_id: ChannelId
  muted: boolean
  last_read_seq: number
  unread_count: number
  mention_count: number
  /** The head of the channel. */
  last_seq: number
}

/** Of the channels of a workspace that the user is in, by id. */
export const list = (db: Db, { userId, workspaceId }: { userId: UserId; workspaceId: WorkspaceId }): Promise<UnreadChannel[]> =>
  ofUser(db, userId)
    .where('m.workspace_id', '=', workspaceId)
    .innerJoinLateral(() => unreadOfChannel.as('unread'), (join) => join.onTrue())
    .innerJoinLateral(() => mentionsOfChannel.as('mentions'), (join) => join.onTrue())
    .where((eb) => eb.or([eb('unread.unread_count', '>', 0), eb('mentions.mention_count', '>', 0)]))
    .select(['c.id as channel_id', sql<boolean>`coalesce(s.muted, false)`.as('muted'), lastRead.as('last_read_seq'), 'h.seq as last_seq'])
    .select(['unread.unread_count', 'mentions.mention_count'])
    .orderBy('c.id').execute()

/** The mentions and direct messages of all workspaces that the user is in, but for this one. */
export async function countMentionsElsewhere(db: Db, { userId, workspaceId }: { userId: UserId; workspaceId: WorkspaceId }): Promise<number> {
  const { total } = await ofUser(db, userId)
    .where('m.workspace_id', '<>', workspaceId)
    .innerJoin('workspaces as w', (join) => join.onRef('w.id', '=', 'm.workspace_id').on('w.deleted_at', 'is', null))
    .innerJoinLateral(() => unreadOfDirect.as('unread'), (join) => join.onTrue())
    .innerJoinLateral(() => mentionsOfChannel.as('mentions'), (join) => join.onTrue())
    .select(sql<number>`coalesce(sum(least(mentions.mention_count, ${sql.lit(MAX_COUNT)})), 0)::bigint`.as('total'))
    .executeTakeFirstOrThrow()
  return total
}

/** Channels in which nothing happened since are not looked into. */
const ofUser = (db: Db, userId: UserId) =>
  db.selectFrom('channel_members as m')
    .innerJoin('channels as c', (join) => join.onRef('c.id', '=', 'm.channel_id').on('c.deleted_at', 'is', null))
    .innerJoin('stream_heads as h', (join) => join.on('h.stream_key', '=', sql<StreamKey>`'c:' || c.id`))
    .leftJoin('channel_user_states as s', (join) => join.onRef('s.channel_id', '=', 'm.channel_id').onRef('s.user_id', '=', 'm.user_id'))
    .where('m.user_id', '=', userId).where('m.to_seq', 'is', null).where(sql<boolean>`h.seq > ${lastRead}`)
