import { lockHeads, type Tx } from '@afrochat/database'
import { DomainError, type ChannelId } from '@afrochat/kernel'
import * as locks from './locks.repository.ts'

export interface Settling<T> {
  /** The channels concerned, as of now. */
  readonly find: () => Promise<readonly ChannelId[]>
  /** Locks the rows behind which `find` no longer changes. Writes nothing. */
  readonly lockRows: () => Promise<T>
}

/** Each round, somebody came into or left a channel in the same instant: nobody does so that often. */
const ROUNDS = 8

/**
 * Locks channels and rows, in the order of all locks, where only the rows' locks tell for certain which channels they
 * are. Found out too late that there is one more, its head cannot simply be taken: somebody who holds it may be waiting
 * for a row of ours. So everything is given back, and begins again with what is known by then.
 */
export async function lockSettled<T>(tx: Tx, { find, lockRows }: Settling<T>): Promise<T> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    await locks.mark(tx)
    const found = await find()
    await lockHeads(tx, found)
    const rows = await lockRows()
    const held = new Set(found)
    if ((await find()).every((id) => held.has(id))) return rows
    await locks.giveBack(tx)
  }
  throw new DomainError('unavailable', 'service_unavailable', 'The service is unavailable for the moment', { retryAfterSeconds: 1 })
}
