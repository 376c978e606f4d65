import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { EventName } from '@afrochat/contracts'
import { readLogPosition, type Db, type PlacedEvent } from '@afrochat/database'
import * as consumers from './consumer.repository.ts'
import type { Place, Seat } from './consumer.repository.ts'
import { findMark, writeMark, type Memory } from './consumer-mark.ts'
import { createReport, type Logger, type Report } from './report.ts'

/** An event and its name in the whole life of the log: the same whenever it is handed over, so that work can be named after it. */
export interface ConsumedEvent {
  readonly event: PlacedEvent
  /** `<consumer>-<epoch>-<shard>-<pos>` */
  readonly key: string
}

export interface LogConsumerOptions {
  readonly db: Db
  /** Where the queue is that the events are handed to: the mark is kept there, and lost when the jobs are. */
  readonly queue: Memory
  readonly shards: number
  /** The same for all processes that do this work, for ever. Letters. */
  readonly name: string
  readonly types: readonly EventName[]
  /**
   * Resolves when the events are in safe hands: a queue has taken them. Called in the order of positions; after a failure
   * or a crash again with the same ones, so that it must not matter how often.
   */
  readonly hand: (events: readonly ConsumedEvent[]) => Promise<void>
  readonly logger: Logger
  /** For tests, which do not wait for a quarter of a minute. */
  readonly leaseMs?: number
}

export interface LogConsumer {
  /** Lets what is being handed over come to its end, and the next process take over at once. */
  stop(): Promise<void>
}

const LEASE_MS = 15_000
/** What somebody wrote is with the queue before they look for its effect. */
const LOOK_MS = 250
const PAGE = 500
/** After this much was lost with Redis it is done once more: jobs end within seconds, and doing one twice does no harm. */
const REDO_MINUTES = 10
const REDO_AT_MOST = 10_000

/**
 * Hands the events of the log to whoever reacts to them, at least once, in every shard by one process at a time. How far
 * it has come is in PostgreSQL, and advances when the queue has accepted. Reads PostgreSQL alone: it is no part of what
 * makes delivery fast, and positions need no other check there.
 */
export function startLogConsumer(options: LogConsumerOptions): LogConsumer {
  const report = createReport(options.logger)
  const owner = randomUUID()
  const parts = Array.from({ length: options.shards }, (_, shard) => new ShardConsumer(options, { consumer: options.name, shard, owner }, report))
  const running = parts.map((part) => part.run())
  return {
    async stop() {
      for (const part of parts) part.stop()
      await Promise.all(running)
    },
  }
}

class ShardConsumer {
  readonly #options: LogConsumerOptions
  readonly #seat: Seat
  readonly #report: Report
  readonly #leaseMs: number
  readonly #stopping = new AbortController()
  /** While this process holds the place: where it is, and until when that is surely so. */
  #held: { place: Place; until: number } | undefined
  /** Whether its row is known to be there. */
  #isKnown = false
  /** As it was last read. */
  #mark: Place | undefined

  constructor(options: LogConsumerOptions, seat: Seat, report: Report) {
    this.#options = options
    this.#seat = seat
    this.#report = report
    this.#leaseMs = options.leaseMs ?? LEASE_MS
  }

  stop(): void {
    this.#stopping.abort()
  }

  async run(): Promise<void> {
    const what = `handing events to ${this.#seat.consumer}`
    while (!this.#stopping.signal.aborted) {
      try {
        while ((await this.#step()) && !this.#stopping.signal.aborted);
        this.#report.works(what)
      } catch (error) {
        this.#report.failed(what, error)
      }
      await delay(LOOK_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    }
    if (this.#held !== undefined) await consumers.releaseLease(this.#options.db, this.#seat).catch((error: unknown) => this.#report.failed(what, error))
  }

  /** One page; whether there may be more. */
  async #step(): Promise<boolean> {
    const { db, types, hand } = this.#options
    const { shard, consumer } = this.#seat
    const head = await readLogPosition(db, shard)
    const held = await this.#hold(head)
    if (held === undefined) return false
    const from = await this.#whereToGoOn(held, head)
    // PostgreSQL was restored, and the keeper is about to say so by a new epoch.
    if (from.pos > head.pos) return false

    const events = await consumers.listConsumed(db, { shard, after: from.pos, upTo: head.pos, types, limit: PAGE })
    if (events.length > 0) await hand(events.map((event) => ({ event, key: `${consumer}-${head.epoch}-${shard}-${event.pos}` })))
    // What one statement sees of a shard is a prefix of it: where the page is not full, the rest up to the head is of other types.
    const isFull = events.length === PAGE
    await this.#arrive({ epoch: head.epoch, pos: isFull ? (events.at(-1)?.pos ?? head.pos) : head.pos })
    return isFull
  }

  /** The place, if it is this process's: as it remembers it, or as it finds it when it takes it. */
  async #hold(head: Place): Promise<Place | undefined> {
    if (this.#held !== undefined && performance.now() < this.#held.until) return this.#held.place
    const { db, queue } = this.#options
    if (!this.#isKnown && (await consumers.createPlace(db, this.#seat, head))) await writeMark(queue, this.#seat, head)
    this.#isKnown = true
    const askedAt = performance.now()
    const place = await consumers.takeLease(db, this.#seat, this.#leaseMs)
    this.#held = place && { place, until: askedAt + this.#leaseMs / 2 }
    return place
  }

  /** At a new epoch from the smaller of its position and the shard's last; where the queue's Redis has forgotten, from what it still knows. */
  async #whereToGoOn(place: Place, head: Place): Promise<Place> {
    if (place.epoch !== head.epoch) return { epoch: head.epoch, pos: Math.min(place.pos, head.pos) }
    this.#mark = await findMark(this.#options.queue, this.#seat)
    if (this.#mark !== undefined) return this.#mark.epoch === place.epoch && this.#mark.pos < place.pos ? this.#mark : place
    const { shard } = this.#seat
    const pos = await consumers.findRecent(this.#options.db, { shard, pos: place.pos, minutes: REDO_MINUTES, atMost: REDO_AT_MOST })
    this.#options.logger.warn({ ...this.#seat, from: pos, to: place.pos }, 'Event log: the queue has forgotten what it was given; its last jobs are asked for again')
    return { epoch: place.epoch, pos }
  }

  /** First the queue's own mark, which is lost when the jobs are; then the place. Nothing is written while nothing happens. */
  async #arrive(place: Place): Promise<void> {
    const { db, queue } = this.#options
    if (!isSame(this.#mark, place)) await writeMark(queue, this.#seat, place)
    if (this.#held === undefined || isSame(this.#held.place, place)) return
    const askedAt = performance.now()
    const isStillHeld = await consumers.advance(db, this.#seat, { ...place, leaseMs: this.#leaseMs })
    this.#held = isStillHeld ? { place, until: askedAt + this.#leaseMs / 2 } : undefined
  }
}

const isSame = (one: Place | undefined, other: Place) => one?.epoch === other.epoch && one.pos === other.pos
