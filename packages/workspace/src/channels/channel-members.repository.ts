import { sql } from 'kysely'
import { userColumns } from '@afrochat/auth'
import type { ChannelRole } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import type { ChannelMemberRow } from './channel.view.ts'

export interface NewInterval {
  readonly channelId: ChannelId
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
  readonly role: ChannelRole
  readonly fromSeq: number
}

/** Begins memberships, counts them, and starts "unread" at them. The heads are locked. Gives the time of all of them. */
export async function insertIntervals(tx: Tx, intervals: readonly NewInterval[]): Promise<Date> {
  const rows = intervals.map(({ channelId, userId, workspaceId, role, fromSeq }) =>
    ({ channel_id: channelId, user_id: userId, workspace_id: workspaceId, role, from_seq: fromSeq, to_seq: null }))
  const inserted = await tx.insertInto('channel_members').values(rows).returning('joined_at').execute()
  const counts = Map.groupBy(intervals, ({ channelId }) => channelId)
  await changeCounts(tx, new Map([...counts].map(([channelId, group]) => [channelId, group.length])))
  await startUnread(tx, intervals)
  const [first] = inserted
  if (first === undefined) throw new Error('No membership was given')
  return first.joined_at
}

/** Ends the current membership with the event at this seq. The head is locked. */
export async function endInterval(tx: Tx, { channelId, userId, toSeq }: { channelId: ChannelId; userId: UserId; toSeq: number }): Promise<void> {
  await tx.updateTable('channel_members').set({ to_seq: toSeq })
    .where('channel_id', '=', channelId).where('user_id', '=', userId).where('to_seq', 'is', null).execute()
  await changeCounts(tx, new Map([[channelId, -1]]))
}

/** A member now and their role in the workspace; undefined when they are none. */
export const findCurrent = (tx: Tx, channelId: ChannelId, userId: UserId) =>
  tx.selectFrom('channel_members as m')
    .leftJoin('workspace_members as w', (join) => join.onRef('w.workspace_id', '=', 'm.workspace_id').onRef('w.user_id', '=', 'm.user_id'))
    .select(['m.role', 'w.role as workspace_role'])
    .where('m.channel_id', '=', channelId).where('m.user_id', '=', userId).where('m.to_seq', 'is', null)
    .executeTakeFirst()

/** By user id. */
export const list = (db: Db, { channelId, after, limit }: { channelId: ChannelId; after: UserId | undefined; limit: number }): Promise<ChannelMemberRow[]> =>
  db.selectFrom('channel_members as m')
    .innerJoin('users', 'users.id', 'm.user_id')
    .select(userColumns).select(['m.role as channel_role', 'm.joined_at'])
    .where('m.channel_id', '=', channelId).where('m.to_seq', 'is', null)
    .$if(after !== undefined, (query) => query.where('m.user_id', '>', after ?? null))
    .orderBy('m.user_id').limit(limit)
    .execute()

/**
 * Those of the people who are active members of the workspace, each with their membership of the channel (null: none).
 * Their places in the workspace stay until the transaction ends.
 */
export const lockCandidates = (tx: Tx, { channelId, workspaceId, userIds }: { channelId: ChannelId; workspaceId: WorkspaceId; userIds: readonly UserId[] }) =>
  tx.selectFrom('workspace_members as w')
    .innerJoin('users', 'users.id', 'w.user_id')
    .leftJoin('channel_members as m', (join) =>
      join.on('m.channel_id', '=', channelId).onRef('m.user_id', '=', 'w.user_id').on('m.to_seq', 'is', null))
    .select(userColumns).select(['m.role as channel_role', 'm.joined_at'])
    .where('w.workspace_id', '=', workspaceId).where(sql<boolean>`w.user_id = any(${userIds}::uuid[])`)
    .where('w.deactivated_at', 'is', null).where('users.status', '=', 'active')
    .orderBy('w.user_id').forShare('w')
    .execute()

async function changeCounts(tx: Tx, changes: ReadonlyMap<ChannelId, number>): Promise<void> {
  await sql`
    update channels set member_count = member_count + change.by
    from unnest(${[...changes.keys()]}::uuid[], ${[...changes.values()]}::int[]) as change(id, by)
    where channels.id = change.id`.execute(tx)
}

/** What came before is not unread; a mark that is further on already (it cannot be) would stay. */
async function startUnread(tx: Tx, intervals: readonly NewInterval[]): Promise<void> {
  await tx.insertInto('channel_user_states')
    .values(intervals.map(({ channelId, userId, fromSeq }) => ({ channel_id: channelId, user_id: userId, last_read_seq: fromSeq })))
    .onConflict((conflict) => conflict.columns(['channel_id', 'user_id'])
      .doUpdateSet({ last_read_seq: sql<number>`greatest(channel_user_states.last_read_seq, excluded.last_read_seq)` }))
    .execute()
}
