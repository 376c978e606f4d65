import { encodeLogCursor, type LogPosition } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { Logger } from '@afrochat/logger'
import type { Delivery, Dispatcher } from './dispatcher.ts'
import { LogEntry } from './log-entry.ts'
import { Ring, type RingLimits } from './ring.ts'

/** Who gets the events. */
export interface Deliverer {
  /** Sends the event to everybody who may see it, and changes memberships as it says. */
  deliver(entry: LogEntry): Delivery
  /** What is known of memberships is void: the log began a new life, or an event about them could not be read. */
  startAnew(): void
}

export interface LogFeedOptions {
  /** The last event before this gateway began. */
  readonly from: LogPosition
  readonly dispatcher: Dispatcher
  readonly deliverer: Deliverer
  readonly ringLimits: RingLimits
  readonly logger: Logger
}

interface Waiter {
  readonly position: number
  readonly resolve: () => void
}

/** One shard of the log on its way through this gateway: what the reader brings is delivered in order and kept in the ring. */
export class LogFeed {
  readonly shard: number
  readonly #options: LogFeedOptions
  #epoch: string
  #ring: Ring
  #waiters: Waiter[] = []

  constructor(options: LogFeedOptions) {
    this.#options = options
    this.shard = options.from.shard
    this.#epoch = options.from.epoch
    this.#ring = new Ring(options.from.pos, options.ringLimits)
  }

  get epoch(): string {
    return this.#epoch
  }

  /** The events delivered so far, the latest of them. */
  get ring(): Ring {
    return this.#ring
  }

  /** The position up to which everything has been delivered, or the given one, as a client keeps it. */
  cursor(position: number = this.#ring.last): string {
    return encodeLogCursor({ epoch: this.#epoch, shard: this.shard, pos: position })
  }

  /** Takes events that were delivered before this gateway began, up to its beginning: for those who come to resume. */
  static filled(options: LogFeedOptions, earlier: readonly PlacedEvent[]): LogFeed {
    const first = earlier[0]?.pos ?? options.from.pos + 1
    const feed = new LogFeed({ ...options, from: { ...options.from, pos: first - 1 } })
    for (const event of earlier) feed.#ring.push(new LogEntry(event, feed.#epoch))
    return feed
  }

  /** What the reader brings, in order and without a hole. */
  receive(events: readonly PlacedEvent[]): void {
    this.#options.dispatcher.enqueue(events.map((event) => this.#deliver(event)))
  }

  /** The log began a new life behind this position. */
  beginAnew(position: LogPosition): void {
    this.#options.dispatcher.enqueue([this.#startAnew(position)])
  }

  /** Resolves when everything up to the position has been delivered, or the log began a new life: look again. */
  reached(position: number): Promise<void> {
    if (position <= this.#ring.last) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push({ position, resolve }))
  }

  *#deliver(event: PlacedEvent): Delivery {
    const { deliverer, logger } = this.#options
    const entry = new LogEntry(event, this.#epoch)
    const { shard, pos, type, request_id } = event
    // The request's way through the log, for whoever follows it by its id. Asked first: most of the time nobody does.
    if (logger.isLevelEnabled('debug')) logger.debug({ shard, pos, type, request_id }, 'delivering an event')
    try {
      if (entry.fault === undefined) yield* deliverer.deliver(entry)
    } finally {
      this.#ring.push(entry)
      this.#release()
    }
    if (entry.fault === undefined) return
    logger.error({ err: entry.fault, shard, pos, type, request_id }, 'an event about memberships cannot be read')
    deliverer.startAnew()
  }

  // A delivery like any other, so that what was read before it is delivered before it.
  // eslint-disable-next-line require-yield
  *#startAnew({ epoch, pos }: LogPosition): Delivery {
    this.#epoch = epoch
    this.#ring = new Ring(pos, this.#options.ringLimits)
    for (const { resolve } of this.#waiters.splice(0)) resolve()
    this.#options.deliverer.startAnew()
  }

  #release(): void {
    if (this.#waiters.length === 0) return
    const { last } = this.#ring
    const [reached, others] = [this.#waiters.filter(({ position }) => position <= last), this.#waiters.filter(({ position }) => position > last)]
    this.#waiters = others
    for (const { resolve } of reached) resolve()
  }
}
