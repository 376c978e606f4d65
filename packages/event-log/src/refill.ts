import type { Db } from '@afrochat/database'
import { append, lastOfTail, type Tail } from './append.ts'
import { readEvents } from './read-events.ts'

const PAGE = 500

/**
 * Brings a tail up to the shard's position `upTo` from PostgreSQL. A tail that is empty, or further behind than it is
 * long, is begun anew with its last `length` events. Several processes may do it at once: positions decide.
 */
export async function refillTail(db: Db, tail: Tail, upTo: number): Promise<void> {
  const last = await lastOfTail(tail)
  const earliest = Math.max(0, upTo - tail.length)
  let after = Math.max(last, earliest)
  while (after < upTo) {
    const events = await readEvents(db, { shard: tail.shard, after, upTo, limit: PAGE })
    const [first] = events
    if (first === undefined) return
    // Only the very first page may begin the tail: later ones join what was just written.
    const begins = after === earliest && last <= earliest
    const result = await append(tail, events, begins ? 'anew' : 'next')
    if (result.status !== 'ok') return
    after = Math.max(result.last, events.at(-1)?.pos ?? after)
  }
}
