import type { AccessFacts } from '@afrochat/auth'
import { closeCodes, type ClientFrameType, type ServerFrameData } from '@afrochat/contracts'
import { newId, type Actor } from '@afrochat/kernel'
import type { Logger } from '@afrochat/logger'
import type { Connection, ConnectionListener } from '@afrochat/websocket'
import type { CatchUp } from '../hub/catch-up.ts'
import type { Hub } from '../hub/hub.ts'
import { Subscriber } from '../hub/subscriber.ts'
import type { Presence } from '../presence/presence.ts'
import { Allowance, type Limit } from './allowance.ts'
import type { CommandContext, Handlers } from './handlers.ts'
import { parseFrame, type ClientFrame } from './parse-frame.ts'
import { CLOSE_CODE, toDomainError } from './protocol-errors.ts'
import { serverFrame } from './server-frames.ts'

export interface SessionSettings {
  readonly heartbeatSeconds: number
  /** Open connections of one user on this gateway; 0: any number. */
  readonly maxPerUser: number
  readonly commands: Limit | null
  readonly resumes: Limit | null
}

/** Hears of connections as they come and go. */
export interface SessionObserver {
  opened(session: ClientSession): void
  closed(session: ClientSession, code: number): void
}

export interface SessionDeps {
  readonly hub: Hub
  readonly catchUp: CatchUp
  readonly handlers: Handlers
  /** Is told of the connection as of a device: that it is there, that something is done over it, that it went. */
  readonly presence: Pick<Presence, 'enter' | 'act' | 'leave'>
  readonly authenticate: (token: string) => AccessFacts | Promise<AccessFacts>
  /** Whether the session was revoked lately: its token may have been checked just before. */
  readonly isRevoked: (sessionId: AccessFacts['sessionId']) => boolean
  /** Whether the session still lives: at once while the log is followed, which would have said so; else by a look into the table. */
  readonly isLive: (sessionId: AccessFacts['sessionId']) => boolean | Promise<boolean>
  readonly observer: SessionObserver
  readonly settings: SessionSettings
  readonly logger: Logger
}

/** For the first frame of a client that did not authenticate at the handshake; and then for the gateway to check it. */
const AUTHENTICATION_MS = 5_000
/** For the client's first frame after `hello`: it may be a `resume`, which must come before what happens now. */
const HOLD_MS = 1_000
const FAULTS: Limit = { count: 9, seconds: 60 }
/** Pings, and pongs, of which a client owes three a minute. */
const CONTROL_FRAMES: Limit = { count: 120, seconds: 60 }
/** Frames that wait for their turn before reading stops: the rest waits in the client's own buffers. */
const MAX_WAITING = 32
/** Frames that a client sends because somebody does something, not by itself; what it marks read may be what comes in before an empty chair. */
const DEEDS: ReadonlySet<ClientFrameType> = new Set<ClientFrameType>(['typing', 'send_message'])
/** RFC 6455: the endpoint breaks a rule of ours that has no code of its own; try again later. */
const POLICY_VIOLATION = 1008
const TRY_AGAIN_LATER = 1013

/**
 * One connection from its handshake to its end: who it is, what it may still do, and its frames, one after the other in
 * the order in which they came, so that what a client sends in a row happens in a row.
 */
export class ClientSession implements ConnectionListener {
  readonly id: string = newId()
  readonly connection: Connection
  readonly #deps: SessionDeps
  readonly #commands: Allowance
  readonly #resumes: Allowance
  readonly #faults = new Allowance(FAULTS)
  readonly #controlFrames = new Allowance(CONTROL_FRAMES)
  readonly #waiting: string[] = []
  #facts: AccessFacts | undefined
  #subscriber: Subscriber | undefined
  /** Runs while something is awaited: the token, or the first frame after `hello`. */
  #deadline: NodeJS.Timeout | undefined
  #isBusy = false
  #isReady = true
  #isReleased = false
  #isEnded = false
  #commandCount = 0
  readonly #idle: (() => void)[] = []

  constructor(connection: Connection, deps: SessionDeps) {
    this.connection = connection
    this.#deps = deps
    this.#commands = new Allowance(deps.settings.commands)
    this.#resumes = new Allowance(deps.settings.resumes)
  }

  /** Begins, in the turn in which the connection was made. Without facts the client has five seconds to say who it is. */
  start(facts: AccessFacts | undefined): void {
    this.connection.listen(this)
    this.#deps.observer.opened(this)
    if (facts !== undefined) this.#enter(facts)
    // A loop that was late reads what came in time before it looks.
    else this.#deadline = setTimeout(() => setImmediate(() => this.#expectFirst()), AUTHENTICATION_MS)
  }

  /** Undefined before it has authenticated. */
  get subscriber(): Subscriber | undefined {
    return this.#subscriber
  }

  get isExpired(): boolean {
    return this.#facts !== undefined && this.#facts.expiresAtMs <= Date.now()
  }

  /** Resolves when no frame is being handled: what has been acknowledged to nobody is then at least decided. */
  idle(): Promise<void> {
    return this.#isBusy ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve()
  }

  onText(text: string): void {
    if (!this.#commands.take()) return this.connection.close(closeCodes.rateLimited.code)
    this.#waiting.push(text)
    if (this.#waiting.length === MAX_WAITING) this.connection.pauseReading()
    void this.#handleWaiting()
  }

  onBinary(): void {
    // As good as text that is no JSON, and answered in its turn.
    this.onText('')
  }

  onPing(): void {
    this.#countControlFrame()
  }

  onPong(): void {
    this.#countControlFrame()
  }

  #countControlFrame(): void {
    if (!this.#controlFrames.take()) this.connection.close(POLICY_VIOLATION, 'too many pings')
  }

  onEnd(code: number): void {
    this.#isEnded = true
    clearTimeout(this.#deadline)
    this.#waiting.length = 0
    if (this.#subscriber !== undefined) {
      this.#deps.hub.remove(this.#subscriber)
      this.#deps.presence.leave(this.#subscriber)
    }
    this.#deps.observer.closed(this, code)
  }

  /** The client is who it says: gives it a place in the hub, and its `hello`. `frameId`: of the frame by which it said so. */
  #enter(facts: AccessFacts, frameId?: string): void {
    const { hub, isRevoked } = this.#deps
    clearTimeout(this.#deadline)
    this.#facts = facts
    this.#isReady = false
    if (isRevoked(facts.sessionId)) return this.connection.close(closeCodes.signedOut.code)
    const member = hub.memberOf(facts.userId)
    const subscriber = new Subscriber({ id: this.id, member, sessionId: facts.sessionId }, this.connection)
    this.#subscriber = subscriber
    hub.add(subscriber)
    this.#makeRoom(subscriber)
    void this.#attach(subscriber, frameId)
  }

  /** The oldest connection goes: most often it is one that nobody holds any more. */
  #makeRoom({ member: { subscribers } }: Subscriber): void {
    const { maxPerUser } = this.#deps.settings
    const [oldest] = subscribers
    if (maxPerUser > 0 && subscribers.size > maxPerUser) oldest?.transport.close(closeCodes.tooManyConnections.code)
  }

  async #attach(subscriber: Subscriber, frameId: string | undefined): Promise<void> {
    try {
      await this.#deps.catchUp.attach(subscriber, (cursor) => this.#greet(subscriber, cursor, frameId))
    } catch (error) {
      toDomainError(error, this.#deps.logger)
      this.connection.close(TRY_AGAIN_LATER, 'try again later')
    }
  }

  #greet(subscriber: Subscriber, cursor: string, frameId: string | undefined): void {
    const { heartbeatSeconds } = this.#deps.settings
    const { member, sessionId } = subscriber
    // It may have been revoked while the memberships were read.
    if (this.#deps.isRevoked(sessionId)) return this.connection.close(closeCodes.signedOut.code)
    this.connection.send(serverFrame({
      type: 'hello', cursor, data: { connection_id: this.id, user_id: member.userId, heartbeat_interval_ms: heartbeatSeconds * 1000 },
    }))
    // The first frame of all is `hello`.
    if (frameId !== undefined) this.connection.send(serverFrame({ type: 'ack', id: frameId, data: {} }))
    this.#deps.presence.enter(subscriber)
    this.#isReady = true
    this.#deadline = setTimeout(() => this.#release(), HOLD_MS)
    void this.#handleWaiting()
  }

  /** Lets events through. A `resume` does so itself, with what was missed before them. */
  #release(): void {
    clearTimeout(this.#deadline)
    if (this.#isReleased || this.#subscriber === undefined) return
    this.#isReleased = true
    this.#deps.catchUp.goLive(this.#subscriber).catch((error: unknown) => {
      toDomainError(error, this.#deps.logger)
      this.connection.close(TRY_AGAIN_LATER, 'try again later')
    })
  }

  async #handleWaiting(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    while (this.#isReady && !this.#isEnded && this.#waiting.length > 0) {
      const text = this.#waiting.shift() ?? ''
      if (this.#waiting.length === MAX_WAITING / 2) this.connection.resumeReading()
      await this.#handle(text).catch((error: unknown) => this.#refuse({ type: 'unknown', id: undefined }, error))
    }
    this.#isBusy = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #handle(text: string): Promise<void> {
    const parsed = parseFrame(text)
    if (this.#facts === undefined) return this.#handleFirst(parsed.frame)
    if (parsed.frame?.type !== 'resume') this.#release()
    if (parsed.fault === undefined) return this.#run(parsed.frame)
    this.#answerError(parsed.id, parsed.fault)
    if (!this.#faults.take()) this.connection.close(closeCodes.protocolError.code, 'too many invalid frames')
  }

  #expectFirst(): void {
    if (!this.#isBusy && this.#facts === undefined) this.connection.close(closeCodes.authenticationFailed.code, 'not authenticated')
  }

  /** Of a client that is not known yet: anything but a good token ends the connection. */
  async #handleFirst(frame: ClientFrame | undefined): Promise<void> {
    if (frame?.type !== 'authenticate') return this.connection.close(closeCodes.authenticationFailed.code, 'not authenticated')
    // That it cannot be checked is not the client's fault: one told that its token is not good would give it up.
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => this.connection.close(TRY_AGAIN_LATER, 'try again later'), AUTHENTICATION_MS)
    try {
      const facts = await this.#deps.authenticate(frame.data.token)
      if (this.#isEnded) return
      this.#enter(facts, frame.id)
    } catch (error) {
      const { kind } = toDomainError(error, this.#deps.logger)
      if (kind === 'unauthenticated') this.connection.close(closeCodes.authenticationFailed.code, 'invalid token')
      else this.connection.close(TRY_AGAIN_LATER, 'try again later')
    }
  }

  async #run(frame: ClientFrame): Promise<void> {
    const context = this.#context()
    if (context === undefined) return
    if (this.isExpired) return this.connection.close(closeCodes.authenticationFailed.code, 'token expired')
    if (frame.type === 'resume' && !this.#resumes.take()) return this.connection.close(closeCodes.rateLimited.code)
    if (frame.type === 'resume') this.#startResuming()
    try {
      if (!(await this.#deps.isLive(context.actor.sessionId))) return this.connection.close(closeCodes.signedOut.code)
      // Type and data belong together in each member of the union, which a call through the table cannot express.
      const handle = this.#deps.handlers[frame.type] as (context: CommandContext, data: ClientFrame['data']) => Promise<ServerFrameData<'ack'>>
      if (DEEDS.has(frame.type)) this.#deps.presence.act(context.subscriber)
      const data = await handle(context, frame.data)
      if (frame.id !== undefined) this.connection.send(serverFrame({ type: 'ack', id: frame.id, data }))
    } catch (error) {
      this.#refuse(frame, error)
    }
  }

  #startResuming(): void {
    clearTimeout(this.#deadline)
    this.#isReleased = true
  }

  #refuse({ type, id }: { type: ClientFrameType | 'unknown'; id: string | undefined }, error: unknown): void {
    const failure = toDomainError(error, this.#deps.logger.child({ connection_id: this.id, frame: type }))
    this.#answerError(id ?? null, failure)
    const code = CLOSE_CODE[failure.kind]
    if (code !== null) this.connection.close(code, failure.code)
  }

  #answerError(id: string | null, { message, code }: { message: string; code: string }): void {
    this.connection.send(serverFrame({ type: 'error', id, data: { error: message, code } }))
  }

  #context(): CommandContext | undefined {
    const [facts, subscriber] = [this.#facts, this.#subscriber]
    if (facts === undefined || subscriber === undefined) return undefined
    this.#commandCount += 1
    const actor: Actor = { userId: facts.userId, sessionId: facts.sessionId, requestId: `${this.id}:${this.#commandCount}` }
    return { actor, subscriber, prolong: (fresh) => (this.#facts = fresh) }
  }
}
