import { setTimeout as delay } from 'node:timers/promises'
import { randomInt } from 'node:crypto'
import type { AccessFacts, Auth } from '@afrochat/auth'
import { closeCodes, type LogPosition } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { Logger } from '@afrochat/logger'
import type { Connection } from '@afrochat/websocket'
import { Dispatcher } from './broker/dispatcher.ts'
import { LogFeed } from './broker/log-feed.ts'
import type { Signals, SignalListener } from './broker/signals.ts'
import { Heartbeats } from './heartbeat/heartbeats.ts'
import { CatchUp } from './hub/catch-up.ts'
import { Hub } from './hub/hub.ts'
import { Memberships } from './hub/memberships.ts'
import type { Records } from './hub/ports.ts'
import { createStartAnew } from './hub/starting-anew.ts'
import { LoadWatch } from './load/load-watch.ts'
import type { Thresholds } from './load/shedding.ts'
import { Presence, type PresenceDeps } from './presence/presence.ts'
import { ClientSession, type SessionDeps, type SessionSettings } from './protocol/client-session.ts'
import { createHandlers, type CommandDeps } from './protocol/handlers.ts'
import { PostingRights, type PostingRightsDeps } from './protocol/posting-rights.ts'
import { showTyping } from './protocol/typing.ts'
import type { GatewayMetrics } from './metrics.ts'

export interface GatewayDeps extends Pick<CommandDeps, 'sendMessage' | 'markChannelRead' | 'countPost'>, Pick<PostingRightsDeps, 'checkMayPost'> {
  readonly auth: Pick<Auth, 'authenticate' | 'areSessionsLive' | 'listAwayByChoice' | 'rightfulSights'>
  /** Whether this gateway is at the head of the log: then it knows of every session that was revoked. */
  readonly isFresh: () => boolean
  readonly records: Records
  /** Where gateways say who is here, and how long that holds. */
  readonly presence: Pick<PresenceDeps, 'board' | 'openShare' | 'settings'>
  /** How late the gateway has to be to do without what. */
  readonly shedding: Thresholds
  /** Joins this node to the others. */
  readonly joinSignals: (listener: SignalListener) => Signals
  /** By shard: where the log stood when this gateway began, and the last events before that. */
  readonly beginnings: readonly { readonly from: LogPosition; readonly earlier: readonly PlacedEvent[] }[]
  readonly settings: SessionSettings
  readonly metrics: GatewayMetrics
  readonly logger: Logger
}

/** Of all shards together, so that many of them do not take more memory than few. */
const RING_BYTES = 64 * 1024 * 1024
const MIN_RING_BYTES = 2 * 1024 * 1024
/** So many events of a shard are kept in memory, if they are not too large; older ones are read from PostgreSQL. */
export const RING_EVENTS = 10_000

/** Reconnections after a restart are spread over so much time. */
const MAX_RECONNECT_DELAY_MS = 10_000
/** For commands under way at a stop. */
const COMMANDS_MS = 5_000
/** For clients to answer the closing frame. */
const CLOSING_MS = 2_000

/** The sockets of this node and all that they get: composed here, fed by `receive`, given connections by `welcome`. */
export class Gateway {
  readonly #sessions = new Set<ClientSession>()
  readonly #feeds: readonly LogFeed[]
  readonly #dispatcher: Dispatcher
  readonly #heartbeats: Heartbeats
  readonly #signals: Signals
  readonly #sessionDeps: SessionDeps
  readonly #startAnew: () => void
  readonly #presence: Presence
  readonly #postingRights: PostingRights
  readonly #load: LoadWatch

  constructor(deps: GatewayDeps) {
    const { logger, records, auth, settings, metrics } = deps
    const hub = new Hub()
    const dispatcher = new Dispatcher({ logger })
    const deliverer = { deliver: hub.deliver.bind(hub), startAnew: () => this.#startAnew() }
    const ringLimits = { maxEvents: RING_EVENTS, maxBytes: Math.max(MIN_RING_BYTES, RING_BYTES / deps.beginnings.length) }
    const feeds = deps.beginnings.map(({ from, earlier }) => LogFeed.filled({ from, dispatcher, deliverer, logger, ringLimits }, earlier))
    const memberships = new Memberships({ records, feeds, dispatcher })
    const catchUp = new CatchUp({ hub, feeds, dispatcher, memberships, records, logger })
    this.#startAnew = createStartAnew({ hub, memberships, catchUp, logger })
    this.#dispatcher = dispatcher
    this.#feeds = feeds
    this.#presence = new Presence({ ...deps.presence, auth, logger, tellOthers: (userIds) => this.#signals.publish('presence', { user_ids: userIds }) })
    this.#load = new LoadWatch({ thresholds: deps.shedding, logger, onChanged: (sheds) => this.#presence.quiet(sheds('presence')) })
    this.#postingRights = new PostingRights(deps)
    this.#signals = deps.joinSignals({
      typing: (signal) => showTyping(hub, signal),
      presence: ({ user_ids: userIds }) => this.#presence.heard(userIds),
      drops: (topic) => this.#load.drops(topic),
    })
    this.#heartbeats = new Heartbeats({ catchUp, logger, areSessionsLive: auth.areSessionsLive, heartbeatSeconds: settings.heartbeatSeconds })
    this.#sessionDeps = {
      hub, catchUp, settings, logger,
      presence: this.#presence,
      handlers: createHandlers({
        ...deps, hub, catchUp, signals: this.#signals, presence: this.#presence, postingRights: this.#postingRights,
        dropsTyping: () => this.#load.drops('typing'), authenticate: auth.authenticate,
      }),
      authenticate: auth.authenticate,
      isRevoked: (sessionId) => feeds.some(({ ring }) => ring.isRevoked(sessionId)),
      isLive: (sessionId) => deps.isFresh() || auth.areSessionsLive([sessionId]).then((alive) => alive.has(sessionId)),
      observer: {
        opened: (session) => this.#opened(session),
        closed: (session, code) => this.#closed(session, code, metrics),
      },
    }
  }

  start(): void {
    this.#heartbeats.start()
    this.#presence.start()
    this.#load.start()
  }

  /** Whether it is so late that it takes no further connections; counts who is turned away by that. */
  turnsAway(): boolean {
    return this.#load.drops('connections')
  }

  /** How late it is, and what it does without. */
  get load(): Pick<LoadWatch, 'latenessMs' | 'sheds' | 'dropped'> {
    return this.#load
  }

  get presence(): Presence['counts'] {
    return this.#presence.counts
  }

  /** What the log's reader brings. Resolves when it has been delivered: until then, more of it would only pile up here. */
  async receive(shard: number, events: readonly PlacedEvent[]): Promise<void> {
    // Before they are delivered: what they take away is at least in doubt by then.
    this.#presence.hear(events)
    for (const event of events) this.#postingRights.hear(event)
    const [feed, last] = [this.#feeds[shard], events.at(-1)]
    feed?.receive(events)
    if (last !== undefined) await feed?.reached(last.pos)
  }

  /** The log began a new life. */
  beginAnew(position: LogPosition): void {
    this.#presence.beginAnew()
    this.#postingRights.forgetAll()
    this.#feeds[position.shard]?.beginAnew(position)
  }

  /** A connection whose handshake is done; without facts it has yet to say whose it is. */
  welcome(connection: Connection, facts: AccessFacts | undefined): void {
    new ClientSession(connection, this.#sessionDeps).start(facts)
  }

  get connections(): number {
    return this.#sessions.size
  }

  /** Durable frames sent on the connections that are open. */
  get framesSent(): number {
    return this.#sessions.values().reduce((sum, { subscriber }) => sum + (subscriber?.sent ?? 0), 0)
  }

  /** By shard: the last event that was delivered. */
  get positions(): number[] {
    return this.#feeds.map(({ ring }) => ring.last)
  }

  /** Events read and not yet delivered. */
  get backlog(): number {
    return this.#dispatcher.backlog
  }

  /**
   * Ends every connection: commands under way are finished first, and each client is told when to come back, so that not
   * all of them come at once.
   */
  async stop(): Promise<void> {
    this.#heartbeats.stop()
    this.#load.stop()
    this.#presence.stop()
    await within(COMMANDS_MS, Promise.all([...this.#sessions].map((session) => session.idle())))
    const connections = [...this.#sessions].map(({ connection }) => connection)
    for (const connection of connections) connection.close(closeCodes.serverRestarting.code, String(randomInt(MAX_RECONNECT_DELAY_MS)))
    await within(CLOSING_MS, Promise.all(connections.map((connection) => connection.closed())))
    for (const connection of connections) connection.terminate()
    await this.#signals.stop()
  }

  #opened(session: ClientSession): void {
    this.#sessions.add(session)
    this.#heartbeats.add(session)
  }

  #closed(session: ClientSession, code: number, metrics: GatewayMetrics): void {
    this.#sessions.delete(session)
    this.#heartbeats.remove(session)
    metrics.closed(code, session.subscriber?.sent ?? 0)
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController()
  await Promise.race([work, delay(ms, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
}
