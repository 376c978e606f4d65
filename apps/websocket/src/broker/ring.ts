import type { StreamKey } from '@afrochat/contracts'
import type { SessionId, UserId } from '@afrochat/kernel'
import { blankReplaced, type LogEntry } from './log-entry.ts'
import { Tail } from './tail.ts'

export interface RingLimits {
  readonly maxEvents: number
  readonly maxBytes: number
}

/**
 * The last events of a shard, in memory, by stream: from here connections are brought up to date without a query.
 * Holds exactly the events that have been delivered, up to `last`.
 */
export class Ring {
  readonly #limits: RingLimits
  readonly #all = new Tail()
  readonly #byStream = new Map<StreamKey, Tail>()
  readonly #changesByUser = new Map<UserId, Tail>()
  readonly #endings = new Tail()
  readonly #revoked = new Set<SessionId>()
  #bytes = 0
  #last: number

  /** Empty, as of this position. */
  constructor(position: number, limits: RingLimits) {
    this.#last = position
    this.#limits = limits
  }

  /** The position up to which everything has been delivered. */
  get last(): number {
    return this.#last
  }

  /** Whether every event after this position is here. */
  covers(position: number): boolean {
    return position >= this.#last - this.#all.length && position <= this.#last
  }

  push(entry: LogEntry): void {
    if (entry.pos !== this.#last + 1) throw new Error(`A hole in the log: ${entry.pos} follows ${this.#last}`)
    this.#last = entry.pos
    this.#index(entry)
    while (this.#all.length > this.#limits.maxEvents || (this.#bytes > this.#limits.maxBytes && this.#all.length > 1)) this.#evict()
  }

  /** The events of these streams after the position, in order. */
  ofStreams(streams: Iterable<StreamKey>, after: number): LogEntry[] {
    const found: LogEntry[] = []
    for (const stream of streams) found.push(...(this.#byStream.get(stream)?.after(after) ?? []))
    return found.sort((one, other) => one.pos - other.pos)
  }

  /** What changed about the user's memberships after the position, in order. */
  changesOf(userId: UserId, after: number): LogEntry[] {
    return this.#changesByUser.get(userId)?.after(after) ?? []
  }

  /** The events after the position that take a channel away from its members or from the others, in order. They are few. */
  endings(after: number): LogEntry[] {
    return this.#endings.after(after)
  }

  /** Whether the session is among those revoked lately: for one that was still alive when its token was checked. */
  isRevoked(sessionId: SessionId): boolean {
    return this.#revoked.has(sessionId)
  }

  #index(entry: LogEntry): void {
    const stream = tailOf(this.#byStream, entry.stream)
    blankReplaced(entry, stream)
    stream.push(entry)
    this.#all.push(entry)
    this.#bytes += entry.bytes
    if (entry.ends !== undefined) this.#endings.push(entry)
    const { change } = entry
    if (change === undefined) return
    tailOf(this.#changesByUser, change.userId).push(entry)
    if (change.kind === 'signed_out') for (const id of change.sessionIds) this.#revoked.add(id)
  }

  #evict(): void {
    const entry = this.#all.shift()
    if (entry === undefined) return
    this.#bytes -= entry.bytes
    dropFirst(this.#byStream, entry.stream)
    if (entry.ends !== undefined) this.#endings.shift()
    const { change } = entry
    if (change === undefined) return
    dropFirst(this.#changesByUser, change.userId)
    if (change.kind === 'signed_out') for (const id of change.sessionIds) this.#revoked.delete(id)
  }
}

function tailOf<K>(tails: Map<K, Tail>, key: K): Tail {
  let tail = tails.get(key)
  if (tail === undefined) {
    tail = new Tail()
    tails.set(key, tail)
  }
  return tail
}

/** The oldest entry of all is the oldest of each tail that it is in. */
function dropFirst<K>(tails: Map<K, Tail>, key: K): void {
  const tail = tails.get(key)
  tail?.shift()
  if (tail?.length === 0) tails.delete(key)
}
