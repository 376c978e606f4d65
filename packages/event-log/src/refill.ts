import type { Db } from '@afrochat/database'
import { append, lastOfTail, type Tail } from './append.ts'
import { readEvents } from './read-events.ts'

const PAGE = 500

/** What a refill appended, for the log of the process that did it. */
export interface Refilled {
  readonly events: number
  /** Of the requests whose events these were, the first ones. */
  readonly requestIds: readonly string[]
}

const MAX_REQUEST_IDS = 20

/**
 * Brings a tail up to the shard's position `upTo` from PostgreSQL. A tail that is empty, or further behind than it is
 * long, is begun anew with its last `length` events. Several processes may do it at once: positions decide.
 */
export async function refillTail(db: Db, tail: Tail, upTo: number): Promise<Refilled> {
  const last = await lastOfTail(tail)
  const earliest = Math.max(0, upTo - tail.length)
  let after = Math.max(last, earliest)
  let count = 0
  const requestIds = new Set<string>()
  while (after < upTo) {
    const events = await readEvents(db, { shard: tail.shard, after, upTo, limit: PAGE })
    const [first] = events
    if (first === undefined) break
    // Only the very first page may begin the tail: later ones join what was just written.
    const begins = after === earliest && last <= earliest
    const result = await append(tail, events, begins ? 'anew' : 'next')
    if (result.status !== 'ok') break
    after = Math.max(result.last, events.at(-1)?.pos ?? after)
    count += events.length
    for (const { request_id } of events) if (request_id !== null && requestIds.size < MAX_REQUEST_IDS) requestIds.add(request_id)
  }
  return { events: count, requestIds: [...requestIds] }
}
