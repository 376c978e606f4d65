import { lockHeads, type Tx } from '@afrochat/database'
import { DomainError, type ChannelId } from '@afrochat/kernel'
import * as invites from '../invites/invites.repository.ts'
import type { PendingOf } from '../invites/invites.repository.ts'
import * as locks from './locks.repository.ts'

export interface Settling<T> {
  /** Whose pending invites are concerned, as of now: those that the change may end. Default: nobody's. */
  readonly findInvites?: () => Promise<PendingOf>
  /** The channels concerned, as of now. Default: none. */
  readonly findChannels?: () => Promise<readonly ChannelId[]>
  /** Locks the rows behind which neither changes any more. Writes nothing. */
  readonly lockRows: () => Promise<T>
}

/** Each round, somebody invited somebody, or came into or left a channel, in the same instant: nobody does so that often. */
const ROUNDS = 8

/**
 * Locks invites, channels and rows, in the order of all locks, where only the rows' locks tell for certain which invites
 * and channels they are. Found out too late that there is one more, it cannot simply be taken: somebody who holds it may be
 * waiting for what is held here. So everything is given back, and begins again with what is known by then.
 */
export async function lockSettled<T>(tx: Tx, { findInvites, findChannels = async () => [], lockRows }: Settling<T>): Promise<T> {
  const listInvites = async () => (findInvites === undefined ? [] : invites.listPending(tx, await findInvites()))
  for (let round = 1; round <= ROUNDS; round += 1) {
    await locks.mark(tx)
    const inviteIds = await listInvites()
    await invites.lockAll(tx, inviteIds)
    const channelIds = await findChannels()
    await lockHeads(tx, channelIds)
    const rows = await lockRows()
    const held = new Set<string>([...inviteIds, ...channelIds])
    const wanted = [...await listInvites(), ...await findChannels()]
    if (wanted.every((id) => held.has(id))) return rows
    await locks.giveBack(tx)
  }
  throw new DomainError('unavailable', 'service_unavailable', 'The service is unavailable for the moment', { retryAfterSeconds: 1 })
}
