import { sql } from 'kysely'
import type { EventName } from '@afrochat/contracts'
import type { Db, PlacedEvent } from '@afrochat/database'
import { EVENT_COLUMNS } from './read-events.ts'

/** Which consumer, where, and which process asks. */
export interface Seat {
  readonly consumer: string
  readonly shard: number
  readonly owner: string
}

/** How far a consumer has come in a shard: everything up to `pos` is in safe hands. */
export interface Place {
  readonly epoch: string
  readonly pos: number
}

/** Makes the place of a consumer that is new, at the log's head: what happened before it was there is not its affair. Whether it was new. */
export async function createPlace(db: Db, { consumer, shard }: Seat, place: Place): Promise<boolean> {
  const row = await db.insertInto('log_consumers').values({ consumer, shard, ...place, lease_owner: null, lease_until: null })
    .onConflict((conflict) => conflict.doNothing()).returning('pos').executeTakeFirst()
  return row !== undefined
}

/** The place, held by this process for so long; undefined while another holds it. The clock is the database's alone. */
export const takeLease = (db: Db, { consumer, shard, owner }: Seat, leaseMs: number): Promise<Place | undefined> =>
  db.updateTable('log_consumers')
    .set({ lease_owner: owner, lease_until: sql<Date>`now() + make_interval(secs => ${leaseMs / 1000})` })
    .where('consumer', '=', consumer).where('shard', '=', shard)
    .where(sql<boolean>`(lease_owner = ${owner} or lease_until is null or lease_until < now())`)
    .returning(['epoch', 'pos']).executeTakeFirst()

/** Notes how far it has come, and holds on to the place. False: another process holds it by now, and goes by what it finds. */
export async function advance(db: Db, { consumer, shard, owner }: Seat, { epoch, pos, leaseMs }: Place & { leaseMs: number }): Promise<boolean> {
  const row = await db.updateTable('log_consumers')
    .set({ epoch, pos, lease_until: sql<Date>`now() + make_interval(secs => ${leaseMs / 1000})` })
    .where('consumer', '=', consumer).where('shard', '=', shard).where('lease_owner', '=', owner)
    .returning('pos').executeTakeFirst()
  return row !== undefined
}

export const releaseLease = (db: Db, { consumer, shard, owner }: Seat) =>
  db.updateTable('log_consumers').set({ lease_owner: null, lease_until: null })
    .where('consumer', '=', consumer).where('shard', '=', shard).where('lease_owner', '=', owner).execute()

export interface ConsumedRange {
  readonly shard: number
  readonly after: number
  readonly upTo: number
  readonly types: readonly EventName[]
  readonly limit: number
}

/** Events of these types, without those that came with an import: they are old news, and cause nothing. */
export const listConsumed = (db: Db, { shard, after, upTo, types, limit }: ConsumedRange): Promise<PlacedEvent[]> =>
  db.selectFrom('events').select(EVENT_COLUMNS)
    .where('shard', '=', shard).where('pos', '>', after).where('pos', '<=', upTo)
    .where('type', 'in', types).where('imported', '=', false)
    .orderBy('pos').limit(limit).execute()

/**
 * The position behind which the events of the last minutes are, among the `atMost` before `pos`; `pos` where there are
 * none. Times are nearly in the order of positions, which is near enough here.
 */
export async function findRecent(db: Db, { shard, pos, minutes, atMost }: { shard: number; pos: number; minutes: number; atMost: number }): Promise<number> {
  const { rows } = await sql<{ first: number | null }>`
    select min(pos) as first from events
    where shard = ${shard}::smallint and pos > ${pos - atMost} and pos <= ${pos} and created_at >= now() - make_interval(mins => ${minutes})`.execute(db)
  const first = rows[0]?.first ?? null
  return first === null ? pos : first - 1
}
