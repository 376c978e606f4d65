import { sql, type Selectable } from 'kysely'
import { userColumns } from '@afrochat/auth'
import type { ChannelRole } from '@afrochat/contracts'
import type { ChannelUserStatesTable, Db, Tx } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import type { ChannelMemberRow } from './channel.view.ts'

export interface NewInterval {
  readonly channelId: ChannelId
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
  readonly role: ChannelRole
  readonly fromSeq: number
}

/** What somebody keeps about a channel, also while they are not in it. */
export type KeptState = Pick<Selectable<ChannelUserStatesTable>, 'channel_id' | 'user_id' | 'muted' | 'notify' | 'starred'>

/** Begins memberships, counts them, and starts "unread" at them. The heads are locked. Gives the time of all of them, and what each keeps. */
export async function insertIntervals(tx: Tx, intervals: readonly NewInterval[]): Promise<{ joinedAt: Date; kept: KeptState[] }> {
  const rows = intervals.map(({ channelId, userId, workspaceId, role, fromSeq }) =>
    ({ channel_id: channelId, user_id: userId, workspace_id: workspaceId, role, from_seq: fromSeq, to_seq: null }))
  const inserted = await tx.insertInto('channel_members').values(rows).returning('joined_at').execute()
  const counts = Map.groupBy(intervals, ({ channelId }) => channelId)
  await changeCounts(tx, new Map([...counts].map(([channelId, group]) => [channelId, group.length])))
  const kept = await startUnread(tx, intervals)
  const [first] = inserted
  if (first === undefined) throw new Error('No membership was given')
  return { joinedAt: first.joined_at, kept }
}

/** Ends the current membership with the event at this seq. The head is locked. */
export async function endInterval(tx: Tx, { channelId, userId, toSeq }: { channelId: ChannelId; userId: UserId; toSeq: number }): Promise<void> {
  await tx.updateTable('channel_members').set({ to_seq: toSeq })
    .where('channel_id', '=', channelId).where('user_id', '=', userId).where('to_seq', 'is', null).execute()
  await changeCounts(tx, new Map([[channelId, -1]]))
}

/** The same for one person in several channels: by channel, the seq of the event that ends it. */
export async function endIntervals(tx: Tx, userId: UserId, ends: ReadonlyMap<ChannelId, number>): Promise<void> {
  await sql`
    update channel_members m set to_seq = ended.seq
    from unnest(${[...ends.keys()]}::uuid[], ${[...ends.values()]}::bigint[]) as ended(channel_id, seq)
    where m.channel_id = ended.channel_id and m.user_id = ${userId} and m.to_seq is null`.execute(tx)
  await changeCounts(tx, new Map([...ends.keys()].map((channelId) => [channelId, -1])))
}

/** Ends all memberships with the event at this seq. The head is locked. */
export async function endAll(tx: Tx, { channelId, toSeq }: { channelId: ChannelId; toSeq: number }): Promise<void> {
  await tx.updateTable('channel_members').set({ to_seq: toSeq }).where('channel_id', '=', channelId).where('to_seq', 'is', null).execute()
  await tx.updateTable('channels').set({ member_count: 0 }).where('id', '=', channelId).execute()
}

/** Of a member, with the head locked. */
export const setRole = (tx: Tx, { channelId, userId, role }: { channelId: ChannelId; userId: UserId; role: ChannelRole }) =>
  tx.updateTable('channel_members').set({ role })
    .where('channel_id', '=', channelId).where('user_id', '=', userId).where('to_seq', 'is', null).execute()

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
    .select(userColumns).select(['m.role as channel_role', 'm.joined_at', 'w.role as workspace_role', 'w.single_channel'])
    .where('w.workspace_id', '=', workspaceId).where(sql<boolean>`w.user_id = any(${userIds}::uuid[])`)
    .where('w.deactivated_at', 'is', null).where('users.status', '=', 'active')
    .orderBy('w.user_id').forShare('w')
    .execute()

/** Somebody who may be put into a channel; `channel_role` null: they are not in it. */
export type Candidate = Awaited<ReturnType<typeof lockCandidates>>[number]

/**
 * Nobody else puts these guests into a channel until the transaction ends. Before `lockCandidates`, and of guests of one
 * channel alone: a lock of everybody would let people who add each other crosswise wait in a circle.
 */
export const lockSingleChannelGuests = (tx: Tx, workspaceId: WorkspaceId, userIds: readonly UserId[]) =>
  tx.selectFrom('workspace_members').select('user_id')
    .where('workspace_id', '=', workspaceId).where(sql<boolean>`user_id = any(${userIds}::uuid[])`).where('single_channel', '=', true)
    .orderBy('user_id').forNoKeyUpdate().execute()

/** Those of the people who are in a channel of the workspace that is no direct message. */
export async function listPlaced(tx: Tx, workspaceId: WorkspaceId, userIds: readonly UserId[]): Promise<UserId[]> {
  const rows = await tx.selectFrom('channel_members as m').innerJoin('channels as c', 'c.id', 'm.channel_id').select('m.user_id')
    .where('m.workspace_id', '=', workspaceId).where(sql<boolean>`m.user_id = any(${userIds}::uuid[])`).where('m.to_seq', 'is', null)
    .where('c.kind', 'in', ['public', 'private']).execute()
  return rows.map(({ user_id }) => user_id)
}

async function changeCounts(tx: Tx, changes: ReadonlyMap<ChannelId, number>): Promise<void> {
  await sql`
    update channels set member_count = member_count + change.by
    from unnest(${[...changes.keys()]}::uuid[], ${[...changes.values()]}::int[]) as change(id, by)
    where channels.id = change.id`.execute(tx)
}

/** What came before is not unread; a mark that is further on already (it cannot be) would stay. */
function startUnread(tx: Tx, intervals: readonly NewInterval[]): Promise<KeptState[]> {
  return tx.insertInto('channel_user_states')
    .values(intervals.map(({ channelId, userId, fromSeq }) => ({ channel_id: channelId, user_id: userId, last_read_seq: fromSeq })))
    .onConflict((conflict) => conflict.columns(['channel_id', 'user_id'])
      .doUpdateSet({ last_read_seq: sql<number>`greatest(channel_user_states.last_read_seq, excluded.last_read_seq)` }))
    .returning(['channel_id', 'user_id', 'muted', 'notify', 'starred'])
    .execute()
}
