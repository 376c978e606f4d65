import { decodeLogCursor, encodeLogCursor } from '@afrochat/contracts'
import { createLogger } from '@afrochat/logger'
import { newId, type SessionId, type UserId } from '@afrochat/kernel'
import { Dispatcher } from '../broker/dispatcher.ts'
import { LogFeed } from '../broker/log-feed.ts'
import { CatchUp, type CatchUpLimits } from '../hub/catch-up.ts'
import { Hub } from '../hub/hub.ts'
import { Memberships } from '../hub/memberships.ts'
import type { Records } from '../hub/ports.ts'
import { createStartAnew } from '../hub/starting-anew.ts'
import { Subscriber } from '../hub/subscriber.ts'
import type { LogModel } from './log-model.ts'

export interface Frame {
  readonly type: string
  readonly cursor?: string
  readonly seq?: number
  readonly data: { readonly content?: string }
}

/** What a connection saw, and how far the gateway was at that moment. */
export type Sighting =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly at: number; readonly head: number }
  /** It gets nothing from here on; what it gets next begins behind `from`. */
  | { readonly kind: 'hold'; readonly from: number; readonly at: number }
  | { readonly kind: 'live'; readonly at: number; readonly head: number }
  | { readonly kind: 'closed'; readonly at: number; readonly code?: number }

export class RigConnection {
  readonly subscriber: Subscriber
  readonly seen: Sighting[] = []
  /** Where each attempt that was asked for begins, in the order of the calls. */
  readonly starts: (number | 'hello')[] = []
  helloAt: number | undefined
  helloEpoch: string | undefined
  wasReleased = false
  isBehind = false

  constructor(makeSubscriber: (connection: RigConnection) => Subscriber) {
    this.subscriber = makeSubscriber(this)
  }
}

/** Decides when what is awaited comes. */
export interface Waits {
  schedule<T>(answer: Promise<T>, label?: string): Promise<T>
}

export interface RigOptions {
  readonly log: LogModel
  readonly scheduler: Waits
  readonly ringEvents: number
  readonly limits?: CatchUpLimits
}

const HUGE: CatchUpLimits = { maxEvents: 100_000, maxBytes: 1e9, partEvents: 100_000, partBytes: 1e9 }

/** A gateway without sockets, database or clock: every wait ends when the test says so. */
export class Rig {
  readonly log: LogModel
  readonly hub: Hub
  readonly feed: LogFeed
  readonly catchUp: CatchUp
  readonly connections: RigConnection[] = []
  readonly failures: unknown[] = []
  readonly #turns: (() => void)[] = []
  #received = 0

  constructor({ log, scheduler, ringEvents, limits = HUGE }: RigOptions) {
    this.log = log
    const logger = createLogger({ service: 'websocket', level: 'silent' })
    const dispatcher = new Dispatcher({ logger, sliceMs: -1, schedule: (run) => void this.#turns.push(run) })
    const hub = new WatchedHub(this)
    this.hub = hub
    const startAnew = () => anew()
    this.feed = new LogFeed({
      from: { epoch: log.epoch, shard: 0, pos: 0 }, dispatcher, logger, ringLimits: { maxEvents: ringEvents, maxBytes: 1e9 },
      deliverer: { deliver: (entry) => hub.deliver(entry), startAnew },
    })
    const feeds = [this.feed]
    const records = slow(log.records, scheduler)
    const memberships = new Memberships({ records, feeds, dispatcher, pause: () => scheduler.schedule(Promise.resolve(), 'paused') })
    this.catchUp = new CatchUp({ hub, feeds, dispatcher, memberships, records, logger, limits })
    const anew = createStartAnew({ hub, memberships, catchUp: this.catchUp, logger })
    this.#drained = () => scheduler.schedule(Promise.resolve(), 'drained')
  }

  readonly #drained: () => Promise<void>

  /** The reader brings so many events more. */
  receive(count: number): void {
    const events = this.log.events.slice(this.#received, this.#received + count)
    this.#received += events.length
    this.feed.receive(events)
  }

  /** The reader finds out that the log was set back to an older state. */
  beginAnew(): void {
    this.#received = this.log.head
    this.feed.beginAnew({ epoch: this.log.epoch, shard: 0, pos: this.log.head })
  }

  /** One turn of the loop for the dispatcher. */
  turn(): boolean {
    const run = this.#turns.shift()
    run?.()
    return run !== undefined
  }

  connect(userId: UserId): RigConnection {
    const connection = new RigConnection((self) => new Subscriber(
      { id: `connection-${this.connections.length}`, member: this.hub.memberOf(userId), sessionId: newId<SessionId>() },
      {
        send: (frame) => void self.seen.push({ kind: 'frame', frame: JSON.parse(frame.text) as Frame, at: this.feed.ring.last, head: this.log.head }),
        isBehind: () => self.isBehind,
        drained: this.#drained,
        close: (code) => this.disconnect(self, code),
      },
    ))
    this.connections.push(connection)
    this.hub.add(connection.subscriber)
    this.#watch(this.catchUp.attach(connection.subscriber, (cursor) => {
      const [position] = decodeLogCursor(cursor) ?? []
      connection.helloAt = position?.pos
      connection.helloEpoch = position?.epoch
    }))
    return connection
  }

  goLive(connection: RigConnection): void {
    if (connection.helloAt === undefined || connection.wasReleased) return
    connection.wasReleased = true
    connection.starts.push('hello')
    this.#watch(this.catchUp.goLive(connection.subscriber))
  }

  resume(connection: RigConnection, position: number, epoch = this.feed.epoch): void {
    if (connection.helloAt === undefined) return
    connection.wasReleased = true
    connection.starts.push(position)
    this.#watch(this.catchUp.resume(connection.subscriber, encodeLogCursor({ epoch, shard: 0, pos: position })))
  }

  disconnect(connection: RigConnection, code?: number): void {
    if (connection.subscriber.state === 'gone') return
    this.hub.remove(connection.subscriber)
    connection.seen.push({ kind: 'closed', at: this.feed.ring.last, ...(code === undefined ? {} : { code }) })
  }

  #watch(work: Promise<unknown>): void {
    work.catch((error: unknown) => void this.failures.push(error))
  }
}

/** Tells the connections' records when they are held and when they go live. */
class WatchedHub extends Hub {
  readonly #rig: Rig

  constructor(rig: Rig) {
    super({ pauseAfter: 1 })
    this.#rig = rig
  }

  override hold(subscriber: Subscriber): void {
    const connection = this.#of(subscriber)
    const wasGone = subscriber.state === 'gone'
    super.hold(subscriber)
    if (connection === undefined || wasGone) return
    const start = connection.starts.shift()
    connection.seen.push({ kind: 'hold', from: start === 'hello' ? (connection.helloAt ?? 0) : (start ?? -1), at: this.#rig.feed.ring.last })
  }

  override goLive(subscriber: Subscriber): void {
    super.goLive(subscriber)
    this.#of(subscriber)?.seen.push({ kind: 'live', at: this.#rig.feed.ring.last, head: this.#rig.log.head })
  }

  #of(subscriber: Subscriber): RigConnection | undefined {
    return this.#rig.connections.find((connection) => connection.subscriber === subscriber)
  }
}

/** Answers are made at one moment and arrive at another. */
function slow(records: Records, scheduler: Waits): Records {
  const later = async <T>(answer: () => Promise<T>): Promise<T> => {
    await scheduler.schedule(Promise.resolve(), 'asked')
    const value = await answer()
    await scheduler.schedule(Promise.resolve(), 'answered')
    return value
  }
  return {
    readSubscriptions: (userId) => later(() => records.readSubscriptions(userId)),
    listPlaces: (userId) => later(() => records.listPlaces(userId)),
    readEvents: (range) => later(() => records.readEvents(range)),
    readLogPosition: (shard) => later(() => records.readLogPosition(shard)),
  }
}
