import { sql } from 'kysely'
import type { StreamKey } from '@afrochat/contracts'
import type { Db, PlacedEvent } from '@afrochat/database'

export interface EventRange {
  readonly shard: number
  /** Position of the last event that the caller has. */
  readonly after: number
  /** Last position wanted, included. */
  readonly upTo?: number
  readonly limit: number
  /** Only events of these streams. */
  readonly streams?: readonly StreamKey[]
}

/** All of an event but its time. */
export const EVENT_COLUMNS = [
  'shard', 'pos', 'stream_key', 'seq', 'workspace_id', 'audience', 'type', 'message_id', 'payload', 'actor_id', 'request_id', 'imported',
] as const

/** Events from PostgreSQL, the truth, in order. What one statement sees of a shard is always a prefix of it. */
export function readEvents(db: Db, { shard, after, upTo, limit, streams }: EventRange): Promise<PlacedEvent[]> {
  return db.selectFrom('events').select(EVENT_COLUMNS)
    .where('shard', '=', shard).where('pos', '>', after)
    .$if(upTo !== undefined, (query) => query.where('pos', '<=', upTo ?? 0))
    .$if(streams !== undefined, (query) => query.where(sql<boolean>`stream_key = any(${streams})`))
    .orderBy('pos').limit(limit).execute()
}
