import { sql } from 'kysely'
import { channelStream, type StreamKey } from '@afrochat/contracts'
import type { ChannelId } from '@afrochat/kernel'
import type { Tx } from './connect.ts'

/** Makes the head of a new channel's stream, held by this transaction until its end. */
export async function createHead(tx: Tx, channelId: ChannelId): Promise<void> {
  await tx.insertInto('stream_heads').values({ stream_key: channelStream(channelId), seq: 0, last_message_at: null }).execute()
}

/**
 * Takes the locks of these channels until the transaction ends, in one order for all, so that nobody waits crosswise.
 * What you decide on (membership, archived, a duplicate) read in a *later* statement: the waiting one has an old snapshot.
 */
export async function lockHeads(tx: Tx, channelIds: readonly ChannelId[]): Promise<void> {
  const keys = channelIds.map((id) => channelStream(id))
  await sql`select seq from stream_heads where stream_key = any(${keys}) order by stream_key collate "C" for update`.execute(tx)
}

/** The next `seq` of a channel; the caller holds its lock. */
export async function nextSeq(tx: Tx, channelId: ChannelId): Promise<number> {
  const stream: StreamKey = channelStream(channelId)
  const { seq } = await tx.updateTable('stream_heads').set({ seq: sql<number>`seq + 1` }).where('stream_key', '=', stream)
    .returning('seq').executeTakeFirstOrThrow()
  return seq
}

/** The next seqs of several channels in one statement, so many of each; gives the first one of each. The caller holds their locks. */
export async function nextSeqs(tx: Tx, counts: ReadonlyMap<ChannelId, number>): Promise<Map<ChannelId, number>> {
  const keys = new Map([...counts.keys()].map((id) => [channelStream(id), id]))
  const { rows } = await sql<{ stream_key: StreamKey; first: number }>`
    update stream_heads set seq = seq + taken.n
    from unnest(${[...keys.keys()]}::text[], ${[...counts.values()]}::int[]) as taken(stream_key, n)
    where stream_heads.stream_key = taken.stream_key
    returning stream_heads.stream_key, stream_heads.seq - taken.n + 1 as first`.execute(tx)
  return new Map(rows.flatMap(({ stream_key, first }) => {
    const id = keys.get(stream_key)
    return id === undefined ? [] : [[id, first] as const]
  }))
}
