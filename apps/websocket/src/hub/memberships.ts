import { setTimeout as delay } from 'node:timers/promises'
import { DomainError } from '@afrochat/kernel'
import type { Subscriptions } from '@afrochat/workspace'
import type { Dispatcher } from '../broker/dispatcher.ts'
import type { LogFeed } from '../broker/log-feed.ts'
import type { Member } from './member.ts'
import type { Records } from './ports.ts'

export interface MembershipsDeps {
  readonly records: Pick<Records, 'readSubscriptions'>
  /** By shard. */
  readonly feeds: readonly LogFeed[]
  readonly dispatcher: Dispatcher
  /** Waits before reading again. */
  readonly pause?: () => Promise<void>
}

/** A snapshot does not fit when the log began a new life that this gateway has not heard of yet: it hears within two seconds. */
const RETRY_MS = 100
const ATTEMPTS = 100

/** Loads what a user is a member of, and joins it to the log: from then on the log alone changes it. */
export class Memberships {
  readonly #deps: MembershipsDeps
  readonly #pause: () => Promise<void>

  constructor(deps: MembershipsDeps) {
    this.#deps = deps
    this.#pause = deps.pause ?? (() => delay(RETRY_MS))
  }

  /** Resolves when the user's memberships are known; all connections of the user share one reading. */
  async load(member: Member): Promise<void> {
    while (!member.isLoaded) {
      member.loading ??= this.#load(member).finally(() => {
        member.loading = undefined
      })
      await member.loading
    }
  }

  async #load(member: Member): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const snapshot = await this.#deps.records.readSubscriptions(member.userId)
      if (await this.#deps.dispatcher.between(() => this.#adopt(member, snapshot))) return
      await this.#pause()
    }
    throw new DomainError('unavailable', 'service_unavailable', 'The service is unavailable for the moment')
  }

  /**
   * The snapshot holds all changes up to its positions. Where the gateway has delivered more than that, the changes since
   * come from the ring; where it has delivered less, they come again, in order, and end in the same state.
   */
  #adopt(member: Member, { positions, channels, workspaces }: Subscriptions): boolean {
    const joints = this.#deps.feeds.map((feed) => ({ feed, position: positions.find(({ shard }) => shard === feed.shard) }))
    for (const { feed, position } of joints) {
      if (position?.epoch !== feed.epoch) return false
      if (position.pos < feed.ring.last && !feed.ring.covers(position.pos)) return false
    }
    member.channels.clear()
    member.workspaces.clear()
    for (const { channelId, workspaceId } of channels) member.channels.set(channelId, workspaceId)
    for (const { workspaceId, role } of workspaces) member.workspaces.set(workspaceId, role)
    for (const { feed, position } of joints) {
      member.floors[feed.shard] = position?.pos ?? 0
      for (const { change } of feed.ring.changesOf(member.userId, position?.pos ?? 0)) if (change !== undefined) member.apply(change)
      // After the rest: nobody comes back to a channel that has ended.
      for (const { ends, owner } of feed.ring.endings(position?.pos ?? 0)) if (ends !== undefined && owner.kind === 'channel') member.channels.delete(ends)
    }
    member.isLoaded = true
    return true
  }
}
