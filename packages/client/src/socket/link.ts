import type { ServerFrame, ServerFrameData } from '@afrochat/contracts'
import type { WireEvent } from '../sync/sync-event.ts'
import { dataOf, parseFrame, type OutgoingFrame } from './frame.ts'
import type { Positions } from './positions.ts'

export interface LinkHandlers {
  onHello(hello: ServerFrameData<'hello'>): void
  /** A durable event that has not come before; after a loss also one that came too early and is of no channel's order. */
  onEvent(event: WireEvent): void
  /** Everything up to this cursor has come. */
  onReached(cursor: string): void
  /** What was missed cannot be replayed. Later events come as usual. */
  onResync(): void
  /** What was missed has come, or `onResync` was called: from here on it is live. */
  onLive(): void
  onTyping(typing: ServerFrameData<'user_typing'>): void
  onPresence(presence: ServerFrameData<'presence_changed'>): void
  /** An `ack` or an `error`. */
  onAnswer(frame: ServerFrame): void
  /** Once, the last of all. */
  onEnd(end: LinkEnd): void
}

export interface LinkEnd {
  readonly code: number
  readonly reason: string
  /** When `onLive` was called, by `performance.now()`; null: never. */
  readonly liveSinceMs: number | null
  readonly saidHello: boolean
  /** Frames got lost on the way, or were not sent yet: go on from where none was missing. */
  readonly hasLost: boolean
}

/** From the attempt to connect to `hello`: more than a slow line needs. */
const HELLO_TIMEOUT_MS = 15_000
/** As for a connection that broke (RFC 6455, 7.1.5): here it was this side that gave it up. */
const GIVEN_UP = 1006
const RESUME_ID = 'resume'

export interface LinkStart {
  readonly positions: Positions
  /** Undefined: from now on. */
  readonly resumeFrom: string | undefined
  /** What is resumed from is where nothing was missing: of what follows, some has come before. */
  readonly isAfterLoss: boolean
  /** To be sent as the first frame; null: the handshake has it. */
  readonly token: string | null
}

/** One WebSocket, from the attempt to connect to its end. */
export class Link {
  readonly #socket: WebSocket
  readonly #positions: Positions
  readonly #resumeFrom: string | undefined
  readonly #isAfterLoss: boolean
  readonly #handlers: LinkHandlers
  #helloCursor: string | undefined
  #saidHello = false
  #liveSinceMs: number | null = null
  /** Durable frames of this connection, as the server counts them. */
  #received = 0
  /** The server has told, on this connection, that everything is to be read anew: what comes next may be of another life of the log. */
  #mayBeginAnew = false
  #silenceMs = HELLO_TIMEOUT_MS
  #silence: ReturnType<typeof setTimeout> | undefined

  constructor(socket: WebSocket, { positions, resumeFrom, isAfterLoss, token }: LinkStart, handlers: LinkHandlers) {
    this.#socket = socket
    this.#positions = positions
    this.#resumeFrom = resumeFrom
    this.#isAfterLoss = isAfterLoss
    this.#handlers = handlers
    if (token !== null) socket.onopen = () => this.send({ type: 'authenticate', data: { token } })
    socket.onmessage = ({ data }) => this.#read(data)
    socket.onclose = ({ code, reason }) => this.#end({ code, reason })
    // A close follows every error and says as much as browsers let a page know.
    socket.onerror = () => undefined
    this.#heard()
  }

  get isLive(): boolean {
    return this.#liveSinceMs !== null
  }

  send(frame: OutgoingFrame): void {
    this.#socket.send(JSON.stringify(frame))
  }

  /** Ends it from this side. `onEnd` is called before this returns. */
  giveUp(reason: string, hasLost = false): void {
    const socket = this.#socket
    this.#end({ code: GIVEN_UP, reason, hasLost })
    socket.close(1000)
  }

  #end({ code, reason, hasLost = false }: { code: number; reason: string; hasLost?: boolean }): void {
    clearTimeout(this.#silence)
    this.#socket.onopen = null
    this.#socket.onmessage = null
    this.#socket.onclose = null
    const liveSinceMs = this.#liveSinceMs
    this.#liveSinceMs = null
    // Of what was missed a part may not have come, though later events have.
    const isHalfway = liveSinceMs === null && this.#received > 0
    this.#handlers.onEnd({ code, reason, hasLost: hasLost || isHalfway, liveSinceMs, saidHello: this.#saidHello })
  }

  #heard(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.giveUp('the server is silent'), this.#silenceMs)
  }

  #read(text: unknown): void {
    const frame = parseFrame(text)
    if (frame === undefined) return this.giveUp('the server sent something that is not a frame')
    switch (frame.type) {
      case 'hello': return this.#hello(frame)
      case 'heartbeat': return this.#heartbeat(frame)
      case 'resumed': return this.#live()
      case 'resync_required': return this.#resync()
      case 'user_typing': return this.#handlers.onTyping(dataOf(frame, 'user_typing'))
      case 'presence_changed': return this.#handlers.onPresence(dataOf(frame, 'presence_changed'))
      case 'ack': case 'error': return frame.id === RESUME_ID ? this.#resumeAnswer(frame) : this.#handlers.onAnswer(frame)
      default: if (frame.cursor !== undefined) this.#event({ ...frame, cursor: frame.cursor })
    }
  }

  #hello(frame: ServerFrame): void {
    const { cursor } = frame
    const hello = dataOf(frame, 'hello')
    this.#helloCursor = cursor
    this.#saidHello = true
    this.#silenceMs = 2 * hello.heartbeat_interval_ms
    this.#heard()
    this.#handlers.onHello(hello)
    if (this.#resumeFrom !== undefined) return this.send({ type: 'resume', id: RESUME_ID, data: { cursor: this.#resumeFrom } })
    if (cursor !== undefined) this.#positions.startAt(cursor)
    // The server holds events back until the first frame, in case it is a `resume`.
    this.send({ type: 'ping', data: {} })
    this.#live()
  }

  #heartbeat(frame: ServerFrame): void {
    this.#heard()
    const { cursor } = frame
    const { sent } = dataOf(frame, 'heartbeat')
    if (this.#received < sent) return this.giveUp(`${sent - this.#received} frames were lost`, true)
    // What was missed has yet to come: it is older than what the server names, which may not know of the resume yet.
    if (cursor === undefined || !this.isLive) return
    if (!this.#positions.confirm(cursor) && !this.#beginAnew(cursor)) return
    this.#handlers.onReached(cursor)
  }

  #event(event: WireEvent): void {
    this.#received += 1
    const acceptance = this.#positions.accept(event.cursor)
    if ((acceptance === 'known' && !this.#cameTooEarly(event)) || (acceptance === 'foreign' && !this.#beginAnew(event.cursor))) return
    this.#handlers.onEvent(event)
  }

  /**
   * Of a read mark, a preference and the like the last word counts, and what was lost before it comes only now: it is given
   * again in its place. Events of a channel have theirs by `seq`.
   */
  #cameTooEarly({ seq }: WireEvent): boolean {
    return this.#isAfterLoss && !this.isLive && seq === undefined
  }

  /** The log has begun a new life. Unless the server has said so, it is asked, by resuming with a position of the old one. */
  #beginAnew(cursor: string): boolean {
    if (this.#mayBeginAnew) this.#positions.startAt(cursor)
    else this.giveUp('the log has begun a new life')
    return this.#mayBeginAnew
  }

  #live(): void {
    if (this.isLive) return
    if (this.#helloCursor !== undefined) this.#positions.startUnknown(this.#helloCursor)
    this.#liveSinceMs = performance.now()
    this.#handlers.onLive()
  }

  #resync(): void {
    // In the middle of a connection `hello` is long ago. The old position stays until there is a new one: should the
    // connection break before, resuming with it has the same answer again.
    if (this.isLive) this.#mayBeginAnew = true
    else if (this.#helloCursor !== undefined) this.#positions.startAt(this.#helloCursor)
    this.#handlers.onResync()
    this.#live()
  }

  #resumeAnswer(frame: ServerFrame): void {
    if (frame.type === 'ack') return
    const { code } = dataOf(frame, 'error')
    if (code === 'invalid_cursor') return this.#resync()
    this.giveUp(`the server did not resume: ${code}`)
  }
}
