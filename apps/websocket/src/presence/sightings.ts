import type { Presence } from '@afrochat/contracts'
import type { UserId } from '@afrochat/kernel'
import type { PresenceReader } from '@afrochat/redis'
import { Batches } from './batches.ts'

export interface SightingsDeps {
  readonly board: Pick<PresenceReader, 'read'>
  /** Whether anybody here wants to know of them. */
  readonly isWatched: (userId: UserId) => boolean
  readonly watched: () => Iterable<UserId>
  readonly onChanged: (userId: UserId, presence: Presence) => void
  /** After Redis was away nobody is called offline for so long: other gateways may not have written again who is there. */
  readonly settleMs: number
  readonly nowMs?: () => number
}

const AT_ONCE = 500
const GATHER_MS = 20

/**
 * What is known here of those who are watched. That somebody changed is heard from other gateways, and looked up on the
 * board in Redis, which alone is believed. While it cannot be asked, or is incomplete, nobody becomes offline.
 */
export class Sightings {
  readonly #deps: SightingsDeps
  readonly #nowMs: () => number
  readonly #known = new Map<UserId, Presence>()
  readonly #looks: Batches<UserId>
  #gateways = ''
  #isAway = false
  #isQuiet = false
  /** Somebody may be offline who could not be called so, or have changed unheard. */
  #mustLookAgain = false
  #settledFromMs = -Infinity

  constructor(deps: SightingsDeps) {
    this.#deps = deps
    this.#nowMs = deps.nowMs ?? (() => performance.now())
    this.#looks = new Batches({ size: AT_ONCE, gatherMs: GATHER_MS, handle: (ids) => this.#look(ids) })
  }

  of(userId: UserId): Presence | undefined {
    return this.#known.get(userId)
  }

  forget(userId: UserId): void {
    this.#known.delete(userId)
  }

  /** They may be something else than they were. */
  lookAt(userIds: Iterable<UserId> | 'all'): void {
    if (this.#isQuiet) return void (this.#mustLookAgain = true)
    this.#looks.add(userIds === 'all' ? this.#deps.watched() : [...userIds].filter((id) => this.#deps.isWatched(id)))
  }

  /** Resolves when they have been looked at, as far as that is possible now. */
  async known(userIds: readonly UserId[]): Promise<void> {
    if (this.#isQuiet) return
    this.#looks.add(userIds)
    await this.#looks.done(userIds)
  }

  /** The gateways that are on the board now; undefined: Redis is away. Called every now and then. */
  see(gateways: readonly string[] | undefined): void {
    if (gateways === undefined) return void (this.#isAway = true)
    this.#isBack()
    const names = gateways.toSorted().join(' ')
    const isOther = names !== this.#gateways
    this.#gateways = names
    if (!isOther && !(this.#mustLookAgain && this.#nowMs() >= this.#settledFromMs)) return
    this.#mustLookAgain = false
    this.lookAt('all')
  }

  /** Nothing is looked up and nobody told while `true`; afterwards all are looked at. */
  quiet(isQuiet: boolean): void {
    this.#isQuiet = isQuiet
    if (!isQuiet) this.lookAt('all')
  }

  stop(): void {
    this.#looks.stop()
  }

  #isBack(): void {
    if (!this.#isAway) return
    this.#isAway = false
    this.#mustLookAgain = true
    this.#settledFromMs = this.#nowMs() + this.#deps.settleMs
  }

  async #look(ids: readonly UserId[]): Promise<boolean> {
    const view = this.#isQuiet ? undefined : await this.#deps.board.read(ids)
    if (view === undefined) {
      this.#isAway ||= !this.#isQuiet
      this.#mustLookAgain = true
      return true
    }
    this.#isBack()
    const isCertain = view.isComplete && this.#nowMs() >= this.#settledFromMs
    for (const id of ids) this.#learn(id, view.here.get(id) ?? (isCertain ? 'offline' : undefined))
    return true
  }

  #learn(id: UserId, presence: Presence | undefined): void {
    if (presence === undefined) return void (this.#mustLookAgain = true)
    if (presence === this.#known.get(id) || !this.#deps.isWatched(id)) return
    this.#known.set(id, presence)
    this.#deps.onChanged(id, presence)
  }
}
