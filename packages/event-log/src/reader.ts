import { setTimeout as delay } from 'node:timers/promises'
import type { LogPosition } from '@afrochat/contracts'
import { readLogPosition, type Db, type PlacedEvent } from '@afrochat/database'
import type { Redis, RedisFactory } from '@afrochat/redis'
import { readEvents } from './read-events.ts'
import { createReport, type Logger, type Report } from './report.ts'
import { fromEntry, tailKey } from './stream-entry.ts'

export interface LogReaderOptions {
  readonly db: Db
  /** Makes the reader's own connection: its reads block. */
  readonly redis: RedisFactory
  readonly shard: number
  /** The last event that the caller has: reading begins behind it. */
  readonly from: LogPosition
  /**
   * Gets events in order, without a hole, each once. Must not throw. The next ones are read when it has settled, so that
   * they come in few large parts to who is busy; after `maxWaitMs` at the latest.
   */
  readonly onEvents: (events: readonly PlacedEvent[]) => void | Promise<void>
  /** The log began a new life (a restore): all before is void, reading goes on behind this position. */
  readonly onEpoch: (position: LogPosition) => void
  readonly logger: Logger
  /** Default 1,000. Longer for tests of a consumer that is busy: the machine may stand still meanwhile. */
  readonly maxWaitMs?: number
}

export interface LogReader {
  /** The last event handed over. */
  position(): LogPosition
  /** Whether it was at the head of the log within the last two seconds. */
  isFresh(): boolean
  stop(): Promise<void>
}

const PAGE = 1_000
/** A read that waited this long for nothing asks PostgreSQL whether there was really nothing. */
const BLOCK_MS = 1_000
/** A connection silent for longer than a blocked read ever is: half-open, destroyed. */
const SILENCE_MS = 3_000
/** While Redis is away. */
const POLL_MS = 500
const FRESH_MS = 2_000
/** For a consumer that is slow. */
const MAX_WAIT_MS = 1_000

/**
 * Follows one shard of the log: the tail in Redis for speed, PostgreSQL whenever that is away, has a hole or stands
 * still while the log moves. Positions decide, so whatever happens to Redis, nothing is skipped and nothing comes twice.
 */
export function startLogReader(options: LogReaderOptions): LogReader {
  const follower = new Follower(options)
  const running = follower.run()
  return {
    position: () => follower.position,
    isFresh: () => follower.isFresh,
    async stop() {
      follower.stop()
      await running
    },
  }
}

class Follower {
  readonly #options: LogReaderOptions
  readonly #report: Report
  readonly #redis: Redis
  readonly #stopping = new AbortController()
  #epoch: string
  #pos: number
  /** When it was last seen to be at the head, in milliseconds of this process. */
  #freshAt = -Infinity

  constructor(options: LogReaderOptions) {
    this.#options = options
    this.#report = createReport(options.logger)
    this.#epoch = options.from.epoch
    this.#pos = options.from.pos
    this.#redis = options.redis({
      name: `afrochat-log-reader-${options.shard}`,
      silenceMs: SILENCE_MS,
      onError: (error) => this.#report.failed('reading from Redis', error),
    })
  }

  get position(): LogPosition {
    return { epoch: this.#epoch, shard: this.#options.shard, pos: this.#pos }
  }

  get isFresh(): boolean {
    return performance.now() - this.#freshAt < FRESH_MS
  }

  stop(): void {
    this.#stopping.abort()
    this.#redis.disconnect()
  }

  async run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        if (this.#redis.status === 'ready') await this.#followTail()
        else await this.#poll()
      } catch (error) {
        if (!this.#isStopping) this.#report.failed('reading from PostgreSQL', error)
        await this.#pause(POLL_MS)
      }
    }
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  /** One blocking read. What it brings is taken only as far as it joins; the rest is read from PostgreSQL. */
  async #followTail(): Promise<void> {
    const entries = await this.#readTail()
    // Part of a cluster may be away while the rest is ready.
    if (entries === undefined) return this.#poll()
    // Silent: was there really nothing?
    if (entries.length === 0) return this.#catchUp()
    this.#report.works('reading from Redis')
    const joining: PlacedEvent[] = []
    for (const entry of entries) {
      const event = fromEntry(this.#options.shard, entry)
      if (event?.pos !== this.#pos + joining.length + 1) break
      joining.push(event)
    }
    const isHole = joining.length < entries.length
    if (!isHole && entries.length < PAGE) this.#freshAt = performance.now()
    await this.#deliver(joining)
    // The tail was cut past this reader, begun anew, or holds what this version cannot read.
    if (isHole) return this.#catchUp()
  }

  /** The entries behind the last position; none when nothing came in time; undefined when Redis failed. */
  async #readTail(): Promise<[string, string[]][] | undefined> {
    try {
      const key = tailKey(this.#epoch, this.#options.shard)
      const answer = await this.#redis.xread('COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', key, `${this.#pos}-0`)
      return answer?.[0]?.[1] ?? []
    } catch (error) {
      if (!this.#isStopping) this.#report.failed('reading from Redis', error)
      return undefined
    }
  }

  async #poll(): Promise<void> {
    await this.#catchUp()
    await this.#pause(POLL_MS)
  }

  /** All that PostgreSQL has behind the last position, and the epoch that it is of. */
  async #catchUp(): Promise<void> {
    const { db, shard } = this.#options
    // The epoch first: events read after it are of this epoch or a later one, never of an earlier.
    const head = await readLogPosition(db, shard)
    if (head.epoch !== this.#epoch || head.pos < this.#pos) return this.#beginAnew(head)
    let events: readonly PlacedEvent[]
    do {
      const startedAt = performance.now()
      events = await readEvents(db, { shard, after: this.#pos, limit: PAGE })
      if (events.length > 0 && events[0]?.pos !== this.#pos + 1) return this.#beginAnew(head)
      if (events.length < PAGE) this.#freshAt = startedAt
      await this.#deliver(events)
    } while (events.length === PAGE && !this.#isStopping)
    this.#report.works('reading from PostgreSQL')
  }

  /** Also where retention has passed this reader: events are missing for good, so its clients must begin anew. */
  #beginAnew(head: LogPosition): void {
    const { logger, onEpoch } = this.#options
    logger.warn({ from: this.position, to: head }, 'Event log: a new epoch, or events older than the log keeps; beginning anew')
    this.#epoch = head.epoch
    this.#pos = head.pos
    onEpoch(head)
  }

  async #deliver(events: readonly PlacedEvent[]): Promise<void> {
    const last = events.at(-1)
    if (last === undefined || this.#isStopping) return
    this.#pos = last.pos
    try {
      await this.#settled(this.#options.onEvents(events))
    } catch (error) {
      // A consumer that throws has a bug; stopping everybody's events would make it an outage.
      this.#options.logger.error({ err: error, upTo: this.position }, 'Event log: a consumer of events failed')
    }
  }

  /** Longer waits are not made: a connection to Redis that is silent is taken for dead, and revoked sessions must be heard of. */
  async #settled(work: void | Promise<void>): Promise<void> {
    if (work === undefined) return
    const waiting = new AbortController()
    const limit = delay(this.#options.maxWaitMs ?? MAX_WAIT_MS, undefined, { signal: waiting.signal }).catch(() => undefined)
    await Promise.race([work, limit]).finally(() => waiting.abort())
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }
}
