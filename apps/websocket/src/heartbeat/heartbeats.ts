import { closeCodes } from '@afrochat/contracts'
import type { SessionId } from '@afrochat/kernel'
import type { Logger } from '@afrochat/logger'
import type { CatchUp } from '../hub/catch-up.ts'
import type { ClientSession } from '../protocol/client-session.ts'
import { serverFrame } from '../protocol/server-frames.ts'
import { Wheel } from './wheel.ts'

export interface HeartbeatDeps {
  readonly catchUp: CatchUp
  /** Those of these sessions that are alive, read from the table. */
  readonly areSessionsLive: (ids: readonly SessionId[]) => Promise<ReadonlySet<SessionId>>
  readonly heartbeatSeconds: number
  readonly logger: Logger
}

const TURN_MS = 1_000
const PING_SECONDS = 20
/** Two pings without an answer, and a little for the way. */
const SILENCE_MS = 45_000
/** A whole ping period without a sign: from here on it is looked at every second. */
const SUSPICIOUS_MS = (PING_SECONDS + 1) * 1_000

/**
 * What every connection needs from time to time, by one timer for all: a heartbeat with the cursor up to which it has
 * everything, a ping, and a look at whether its session still lives, should the news of its end have been lost.
 */
export class Heartbeats {
  readonly #deps: HeartbeatDeps
  readonly #beats: Wheel<ClientSession>
  readonly #pings = new Wheel<ClientSession>(PING_SECONDS)
  readonly #silent = new Set<ClientSession>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps
    this.#beats = new Wheel(deps.heartbeatSeconds)
  }

  start(): void {
    this.#timer = setInterval(() => void this.turn(), TURN_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  add(session: ClientSession): void {
    this.#beats.add(session)
    this.#pings.add(session)
  }

  remove(session: ClientSession): void {
    this.#beats.remove(session)
    this.#pings.remove(session)
    this.#silent.delete(session)
  }

  /** One second of the wheel. */
  async turn(): Promise<void> {
    const beating = [...this.#beats.turn()]
    for (const session of beating) this.#beat(session)
    // Before others are found silent: a gateway that stood still has yet to read what they said meanwhile.
    for (const session of [...this.#silent]) this.#listen(session)
    for (const session of [...this.#pings.turn()]) this.#ping(session)
    await this.#checkSessions(beating)
  }

  #beat(session: ClientSession): void {
    const { connection, subscriber, isExpired } = session
    if (isExpired) return connection.close(closeCodes.authenticationFailed.code, 'token expired')
    // Of a life of the log that has ended there is no cursor, and of the new one it has nothing yet.
    if (subscriber === undefined || subscriber.state === 'new' || subscriber.mustStartOver) return
    // Before it is live, what it asks for by a `resume` comes before any place that could be named: it would be taken for known.
    const place = subscriber.state === 'live' ? { cursor: this.#deps.catchUp.cursorOf(subscriber) } : {}
    connection.send(serverFrame({ type: 'heartbeat', ...place, data: { sent: subscriber.sent } }))
  }

  #ping(session: ClientSession): void {
    session.connection.ping()
    if (session.connection.silenceMs() > SUSPICIOUS_MS) this.#silent.add(session)
  }

  /** A client that is really there answers pings, whatever its user does. */
  #listen(session: ClientSession): void {
    const silenceMs = session.connection.silenceMs()
    if (silenceMs >= SILENCE_MS) session.connection.terminate()
    else if (silenceMs <= SUSPICIOUS_MS) this.#silent.delete(session)
  }

  /** One query for all of the turn. */
  async #checkSessions(sessions: readonly ClientSession[]): Promise<void> {
    const ids = new Set(sessions.map(({ subscriber }) => subscriber?.sessionId).filter((id) => id !== undefined))
    if (ids.size === 0) return
    try {
      const alive = await this.#deps.areSessionsLive([...ids])
      for (const { connection, subscriber } of sessions) {
        if (subscriber !== undefined && !alive.has(subscriber.sessionId)) connection.close(closeCodes.signedOut.code)
      }
    } catch (error) {
      // Sockets stay while the database is away; the next turn of the wheel asks again.
      this.#deps.logger.warn({ err: error }, 'sessions cannot be checked')
    }
  }
}
