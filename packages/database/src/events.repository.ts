import { sql, type Selectable } from 'kysely'
import { blankMessagePayload, type LogPosition } from '@afrochat/contracts'
import type { MessageId } from '@afrochat/kernel'
import type { Db, Tx } from './connect.ts'
import type { EventsTable } from './tables/log.ts'

/** An event with its place in the log. */
export type PlacedEvent = Omit<Selectable<EventsTable>, 'created_at'>
/** An event before it has its position. */
export type UnplacedEvent = Omit<PlacedEvent, 'pos'>

/**
 * Gives the events their positions and stores them. The last thing before COMMIT: from here on every other writer of
 * the shard waits, which is what makes positions gapless, commit order position order, and every snapshot a prefix.
 * (A sequence would not do: rows commit out of the order in which they drew their numbers.)
 */
export async function insertEvents(tx: Tx, events: readonly UnplacedEvent[]): Promise<PlacedEvent[]> {
  const placed: PlacedEvent[] = []
  // Ascending, so that two transactions over several shards cannot wait for each other.
  for (const shard of [...new Set(events.map((event) => event.shard))].toSorted((a, b) => a - b)) {
    await sql`select pg_advisory_xact_lock(${sql.lit(LOG_LOCK)}, ${shard}::int)`.execute(tx)
    placed.push(...(await insertIntoShard(tx, shard, events.filter((event) => event.shard === shard))))
  }
  return placed
}

/** First key of the advisory locks of the log's shards: apart from every other use of such locks in the database. */
export const LOG_LOCK = 0x6c6f67

/** A statement of its own, after the lock's: its snapshot is taken once the lock is held, so `max(pos)` is the truth. */
async function insertIntoShard(tx: Tx, shard: number, events: readonly UnplacedEvent[]): Promise<PlacedEvent[]> {
  const { rows } = await sql<{ first: number }>`
    with base as (select coalesce(max(pos), 0) as pos from events where shard = ${shard}::smallint),
    added as (
      insert into events (shard, pos, stream_key, seq, workspace_id, audience, type, message_id, payload, actor_id, request_id, imported)
      select ${shard}::smallint, base.pos + e.n, e.stream_key, e.seq, e.workspace_id, e.audience, e.type, e.message_id, e.payload,
             e.actor_id, e.request_id, e.imported
      from base, jsonb_to_recordset(${JSON.stringify(events.map((event, index) => ({ ...event, n: index + 1 })))}::jsonb) as e(
        n int, stream_key text, seq bigint, workspace_id uuid, audience text, type text, message_id uuid, payload text,
        actor_id uuid, request_id text, imported boolean))
    select pos + 1 as first from base`.execute(tx)
  const first = rows[0]?.first ?? 0
  return events.map((event, index) => ({ ...event, pos: first + index }))
}

/** Takes the words of messages out of their earlier events: deleted means deleted, in the log too. Called before the new event is emitted. */
export async function blankMessageEvents(tx: Tx, messageIds: readonly MessageId[]): Promise<void> {
  const { rows: earlier } = await sql<{ shard: number; pos: number; payload: string }>`
    select shard, pos, payload from events where message_id = any(${messageIds}::uuid[])`.execute(tx)
  // The edits before blanked all but the last: the hundredth edit writes one row and not a hundred.
  const blanked = earlier.map((event) => ({ ...event, blank: blankMessagePayload(event.payload) })).filter(({ payload, blank }) => blank !== payload)
  if (blanked.length === 0) return
  // Arrays, of which the planner sees how long they are: of a JSON text it would expect so many rows that it might read the whole log.
  await sql`
    update events set payload = blanked.payload
    from unnest(${blanked.map(({ shard }) => shard)}::smallint[], ${blanked.map(({ pos }) => pos)}::bigint[], ${blanked.map(({ blank }) => blank)}::text[])
      as blanked(shard, pos, payload)
    where events.shard = blanked.shard and events.pos = blanked.pos`.execute(tx)
}

/** Where the log stands: its epoch, and the last position of the shard. In a transaction, that of its snapshot. */
export async function readLogPosition(db: Db, shard: number): Promise<LogPosition> {
  const { rows } = await sql<{ epoch: string; pos: number }>`
    select epoch, (select coalesce(max(pos), 0) from events where shard = ${shard}::smallint) as pos from log_epoch`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('The table log_epoch is empty: run the migrations')
  return { ...row, shard }
}
