import { sql } from 'kysely'
import { channelStream } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { ChannelId, UserId } from '@afrochat/kernel'

interface Pair {
  readonly stored: number
  readonly actual: number
}

/** Undefined: they agree. */
export async function findMemberCount(db: Db, channelId: ChannelId): Promise<Pair | undefined> {
  const { rows } = await sql<Pair>`
    select c.member_count as stored, m.count as actual
    from channels c cross join lateral (select count(*) from channel_members m where m.channel_id = c.id and m.to_seq is null) m
    where c.id = ${channelId} and c.member_count <> m.count`.execute(db)
  return rows[0]
}

export const setMemberCount = (tx: Tx, channelId: ChannelId, count: number) =>
  tx.updateTable('channels').set({ member_count: count }).where('id', '=', channelId).execute()

/** Behind the last change or event of its channel. */
export async function findHead(db: Db, channelId: ChannelId): Promise<Pair | undefined> {
  const { rows } = await sql<Pair>`
    select h.seq as stored, last.seq as actual
    from stream_heads h cross join lateral (
      select greatest(
        (select max(change_seq) from messages where channel_id = ${channelId}), (select max(seq) from events where stream_key = h.stream_key)) as seq) last
    where h.stream_key = ${channelStream(channelId)} and h.seq < last.seq`.execute(db)
  return rows[0]
}

export const setHead = (tx: Tx, channelId: ChannelId, seq: number) =>
  tx.updateTable('stream_heads').set({ seq }).where('stream_key', '=', channelStream(channelId)).execute()

interface MarkDrift extends Pair {
  readonly user_id: UserId
}

export async function listMarksBeyondHead(db: Db, channelId: ChannelId): Promise<MarkDrift[]> {
  const { rows } = await sql<MarkDrift>`
    select s.user_id, s.last_read_seq as stored, h.seq as actual
    from channel_user_states s join stream_heads h on h.stream_key = ${channelStream(channelId)}
    where s.channel_id = ${channelId} and s.last_read_seq > h.seq order by s.user_id`.execute(db)
  return rows
}

/** Gives what they were. The head is locked: no post moves a mark meanwhile. */
export async function mendMarks(tx: Tx, channelId: ChannelId): Promise<MarkDrift[]> {
  const drifts = await listMarksBeyondHead(tx, channelId)
  for (const { user_id, actual } of drifts) {
    await tx.updateTable('channel_user_states').set({ last_read_seq: actual }).where('channel_id', '=', channelId).where('user_id', '=', user_id).execute()
  }
  return drifts
}
