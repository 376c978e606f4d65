import { sql } from 'kysely'
import type { StreamKey } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { ChannelId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'
import { selectFor } from '../messages/message-rows.repository.ts'
import type { ReaderRow } from '../messages/message.view.ts'
import { fromSubscriptions, shownMentions, shownUnread, threadRead, withThreadCounts } from './thread-counts.ts'

/** Somebody's following of a thread, and what is new in it for them. */
export interface SubscriptionRow {
  readonly root_id: MessageId
  readonly user_id: UserId
  readonly channel_id: ChannelId
  readonly following: boolean
  readonly last_read_seq: number
  readonly unread_count: number
  readonly mention_count: number
  /** The head of the channel at the moment of counting. */
  readonly last_seq: number
}

/** Of a thread, those that these people have. */
export async function listOf(db: Db, { rootId, userIds }: { rootId: MessageId; userIds: readonly UserId[] }): Promise<SubscriptionRow[]> {
  const { rows } = await sql<SubscriptionRow>`
    ${selectSubscriptions}
    where s.root_id = ${rootId} and s.user_id = any(${userIds}::uuid[]) order by s.user_id`.execute(db)
  return rows
}

/** Who follows threads, and where. */
interface Follower {
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
}

/** The followed threads of a workspace in which somebody has something unread, by root. */
export async function listUnread(db: Db, { userId, workspaceId, limit }: Follower & { limit: number }): Promise<SubscriptionRow[]> {
  const { rows } = await sql<SubscriptionRow>`
    ${selectSubscriptions}
    where s.user_id = ${userId} and s.workspace_id = ${workspaceId} and s.following and unread.unread_count > 0
    order by s.root_id limit ${limit}`.execute(db)
  return rows
}

const selectSubscriptions = sql`
  select s.root_id, s.user_id, s.channel_id, s.following, ${threadRead} as last_read_seq, ${shownUnread} as unread_count,
         ${shownMentions} as mention_count, h.seq as last_seq
  ${fromSubscriptions} join stream_heads h on h.stream_key = ${sql<StreamKey>`'c:' || s.channel_id`} ${withThreadCounts}`

export interface ThreadTotals {
  readonly unread_count: number
  readonly mention_count: number
}

/** Of all threads that somebody follows in a workspace. */
export async function totalsOf(db: Db, { userId, workspaceId }: Follower): Promise<ThreadTotals> {
  const { rows: [totals] } = await sql<ThreadTotals>`
    select coalesce(sum(${shownUnread}), 0)::bigint as unread_count, coalesce(sum(${shownMentions}), 0)::bigint as mention_count
    ${fromSubscriptions} ${withThreadCounts}
    where s.user_id = ${userId} and s.workspace_id = ${workspaceId} and s.following`.execute(db)
  return totals ?? { unread_count: 0, mention_count: 0 }
}

/** The mentions in all threads that somebody follows in other workspaces than this one. */
export async function countMentionsElsewhere(db: Db, { userId, workspaceId }: Follower): Promise<number> {
  const { rows: [totals] } = await sql<{ total: number }>`
    select coalesce(sum(${shownMentions}), 0)::bigint as total
    ${fromSubscriptions}
    join workspaces w on w.id = s.workspace_id and w.deleted_at is null
    ${withThreadCounts}
    where s.user_id = ${userId} and s.workspace_id <> ${workspaceId} and s.following`.execute(db)
  return totals?.total ?? 0
}

/** A page of followed threads, each a root: the newest reply first. Only of channels that the person is in now. */
export async function listFollowed(
  db: Db,
  { userId, workspaceId, after, limit }: Follower & { after: { lastReplyAt: Date; rootId: MessageId } | undefined; limit: number },
): Promise<{ id: MessageId; last_reply_at: Date }[]> {
  return db.selectFrom('thread_subscriptions as s')
    .innerJoin('messages as r', 'r.id', 's.root_id')
    .innerJoin('channels as c', (join) => join.onRef('c.id', '=', 's.channel_id').on('c.deleted_at', 'is', null))
    .innerJoin('channel_members as m', (join) =>
      join.onRef('m.channel_id', '=', 's.channel_id').onRef('m.user_id', '=', 's.user_id').on('m.to_seq', 'is', null))
    .select(['r.id', 'r.last_reply_at']).$narrowType<{ last_reply_at: Date }>()
    .where('s.user_id', '=', userId).where('s.workspace_id', '=', workspaceId).where('s.following', '=', true).where('r.reply_count', '>', 0)
    .$if(after !== undefined, (query) => query.where(sql<boolean>`(r.last_reply_at, r.id) < (${after?.lastReplyAt}, ${after?.rootId}::uuid)`))
    .orderBy('r.last_reply_at', 'desc').orderBy('r.id', 'desc').limit(limit)
    .execute()
}

/** These roots as the reader gets them. */
export const listRoots = (db: Db, readerId: UserId, ids: readonly MessageId[]): Promise<ReaderRow[]> =>
  selectFor(db, readerId).where(sql<boolean>`messages.id = any(${ids}::uuid[])`).execute()

/** A root, as its followers keep it. */
export interface Thread {
  readonly rootId: MessageId
  readonly channelId: ChannelId
  readonly workspaceId: WorkspaceId
}

/** Follows, with all that is there read; or unfollows, which is kept. Whether that is news. The channel's head is locked. */
export async function setFollowing(
  tx: Tx,
  { rootId, channelId, workspaceId }: Thread,
  { userId, following, seq }: { userId: UserId; following: boolean; seq: number },
): Promise<boolean> {
  const changed = await tx.insertInto('thread_subscriptions')
    .values({ root_id: rootId, user_id: userId, workspace_id: workspaceId, channel_id: channelId, following, last_read_seq: seq })
    .onConflict((conflict) => conflict.columns(['root_id', 'user_id'])
      .doUpdateSet({ following, last_read_seq: sql<number>`greatest(thread_subscriptions.last_read_seq, excluded.last_read_seq)` })
      .where('thread_subscriptions.following', '<>', following))
    .returning('root_id').executeTakeFirst()
  return changed !== undefined
}

/** Those of the people who follow because of this reply: it is the first that is unread for them. The channel's head is locked. */
export async function followByMention(
  tx: Tx,
  { rootId, channelId, workspaceId }: Thread,
  { userIds, seq }: { userIds: readonly UserId[]; seq: number },
): Promise<UserId[]> {
  const rows = await tx.insertInto('thread_subscriptions')
    .values(userIds.map((user_id) => ({ root_id: rootId, user_id, workspace_id: workspaceId, channel_id: channelId, following: true, last_read_seq: seq - 1 })))
    .onConflict((conflict) => conflict.columns(['root_id', 'user_id'])
      .doUpdateSet({ following: true, last_read_seq: sql<number>`greatest(thread_subscriptions.last_read_seq, excluded.last_read_seq)` })
      .where('thread_subscriptions.following', '=', false))
    .returning('user_id').execute()
  return rows.map(({ user_id }) => user_id)
}

/** Whether the mark of a follower moved: forward, or back. */
export async function moveMark(
  tx: Tx,
  { rootId, userId, seq, to }: { rootId: MessageId; userId: UserId; seq: number; to: 'forward' | 'back' },
): Promise<boolean> {
  const moved = await tx.updateTable('thread_subscriptions').set({ last_read_seq: seq })
    .where('root_id', '=', rootId).where('user_id', '=', userId).where('following', '=', true)
    .where('last_read_seq', to === 'forward' ? '<' : '>', seq)
    .returning('root_id').executeTakeFirst()
  return moved !== undefined
}

/** Several marks of one person, in one order for all, so that nobody waits crosswise. */
export async function moveAllForward(tx: Tx, userId: UserId, marks: readonly { readonly rootId: MessageId; readonly seq: number }[]): Promise<void> {
  if (marks.length === 0) return
  const wanted = sql`unnest(${marks.map(({ rootId }) => rootId)}::uuid[], ${marks.map(({ seq }) => seq)}::bigint[]) as mark(root_id, seq)`
  await sql`
    with locked as (
      select s.root_id, mark.seq from ${wanted} join thread_subscriptions s on s.root_id = mark.root_id and s.user_id = ${userId}
      order by s.root_id for no key update of s
    )
    update thread_subscriptions s set last_read_seq = locked.seq from locked
    where s.root_id = locked.root_id and s.user_id = ${userId} and s.last_read_seq < locked.seq`.execute(tx)
}
