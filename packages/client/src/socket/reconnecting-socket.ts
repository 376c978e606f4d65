import { BEARER_SUBPROTOCOL_PREFIX, SUBPROTOCOL } from '@afrochat/contracts'
import { isPassing } from '../http/errors.ts'
import type { TokenKeeper } from '../http/token-keeper.ts'
import { afterClose } from './after-close.ts'
import { backoffMs } from './backoff.ts'
import type { OutgoingFrame } from './frame.ts'
import { Link, type LinkEnd, type LinkHandlers } from './link.ts'
import { Positions } from './positions.ts'

/** How a connection is doing. `signed-out`, `stopped` and `closed` are final. */
export type ConnectionStatus =
  | { readonly state: 'connecting' }
  /** Connected; what was missed is coming. */
  | { readonly state: 'catching-up' }
  | { readonly state: 'live' }
  /** The connection broke. The next attempt comes after this delay. */
  | { readonly state: 'waiting'; readonly delayMs: number; readonly reason: string }
  /** The session has ended: only signing in again helps. */
  | { readonly state: 'signed-out' }
  /** The server does not want this client back. */
  | { readonly state: 'stopped'; readonly reason: string }
  | { readonly state: 'closed' }

export interface ReconnectingSocketOptions {
  readonly url: string
  readonly WebSocket: typeof globalThis.WebSocket
  readonly tokens: TokenKeeper
  readonly cursor: string | undefined
  readonly handlers: Omit<LinkHandlers, 'onEnd'> & {
    /** The connection broke; another may follow. */
    onBroken(): void
    onStatus(status: ConnectionStatus): void
    onProblem(error: unknown): void
  }
}

/** A connection that held this long was a good one: the next failure counts as the first. */
const STABLE_MS = 10_000

/** A socket that comes back: signs in, resumes where it was, and waits longer the more often it fails. */
export class ReconnectingSocket {
  readonly #options: ReconnectingSocketOptions
  readonly #positions: Positions
  #status: ConnectionStatus = { state: 'connecting' }
  #link: Link | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #hasLost = false
  /** The token that the server refused last: refused twice in a row, no other is asked for. */
  #token: string | null = null
  #isRenewed = false
  /** A refusal of the handshake says nothing to a page. After one the token goes into the first frame: then the close code tells. */
  #sendsTokenFirst = false

  constructor(options: ReconnectingSocketOptions) {
    this.#options = options
    this.#positions = new Positions(options.cursor)
  }

  get status(): ConnectionStatus {
    return this.#status
  }

  /** Connects at once, without waiting any longer: the network is back, or somebody looks at the page again. */
  connect(): void {
    if (this.#link !== undefined || this.#isFinal()) return
    clearTimeout(this.#timer)
    void this.#open()
  }

  /** Sends a frame if the connection is live; says whether it was. */
  send(frame: OutgoingFrame): boolean {
    if (!this.#link?.isLive) return false
    this.#link.send(frame)
    return true
  }

  close(): void {
    if (this.#isFinal()) return
    this.#finish({ state: 'closed' })
    this.#link?.giveUp('closed')
  }

  async #open(): Promise<void> {
    this.#set({ state: 'connecting' })
    try {
      this.#token = await this.#options.tokens.current()
    } catch (error) {
      return this.#tokenFailed(error)
    }
    if (this.#isFinal() || this.#link !== undefined) return
    if (this.#token === null) return this.#finish({ state: 'signed-out' })
    this.#link = this.#toLink(this.#token)
  }

  #toLink(token: string): Link {
    const { url, WebSocket } = this.#options
    const socket = new WebSocket(url, this.#sendsTokenFirst ? [SUBPROTOCOL] : [SUBPROTOCOL, `${BEARER_SUBPROTOCOL_PREFIX}${token}`])
    const resumeFrom = this.#positions.cursor(this.#hasLost ? 'loss' : 'last')
    const start = { positions: this.#positions, resumeFrom, isAfterLoss: this.#hasLost, token: this.#sendsTokenFirst ? token : null }
    return new Link(socket, start, this.#linkHandlers())
  }

  #linkHandlers(): LinkHandlers {
    const { handlers } = this.#options
    return {
      ...handlers,
      onHello: (hello) => {
        this.#set({ state: 'catching-up' })
        handlers.onHello(hello)
      },
      onLive: () => {
        this.#hasLost = false
        this.#isRenewed = false
        this.#set({ state: 'live' })
        handlers.onLive()
      },
      onEnd: (end) => this.#ended(end),
    }
  }

  #ended(end: LinkEnd): void {
    this.#link = undefined
    this.#hasLost ||= end.hasLost
    this.#sendsTokenFirst = !end.saidHello
    this.#options.handlers.onBroken()
    if (this.#isFinal()) return
    const wasStable = end.liveSinceMs !== null && performance.now() - end.liveSinceMs >= STABLE_MS
    this.#failures = wasStable ? 1 : this.#failures + 1
    const { code, reason } = end
    const after = afterClose({ code, reason, failures: this.#failures }, Math.random)
    const said = reason || (code === 1006 ? 'it was lost' : `code ${code}`)
    switch (after.then) {
      case 'reconnect': return this.#retry(after.delayMs, said)
      case 'renew-token': return void this.#renewToken()
      case 'signed-out': return this.#signedOut()
      case 'stop': return this.#finish({ state: 'stopped', reason: said })
    }
  }

  /** The server refused the access token, which may just have expired. */
  async #renewToken(): Promise<void> {
    // A new one was refused like the old one: no further one will be better.
    if (this.#isRenewed || this.#token === null) return this.#signedOut()
    this.#isRenewed = true
    try {
      const token = await this.#options.tokens.replace(this.#token)
      if (token === null) return this.#signedOut()
      this.connect()
    } catch (error) {
      this.#isRenewed = false
      this.#tokenFailed(error)
    }
  }

  #tokenFailed(error: unknown): void {
    if (this.#isFinal()) return
    if (!isPassing(error)) return this.#signedOut()
    this.#failures += 1
    this.#retry(backoffMs(this.#failures, Math.random), error instanceof Error ? error.message : String(error))
  }

  #signedOut(): void {
    this.#finish({ state: 'signed-out' })
    this.#options.tokens.clear().catch((error: unknown) => this.#options.handlers.onProblem(error))
  }

  #retry(delayMs: number, reason: string): void {
    this.#timer = setTimeout(() => this.connect(), delayMs)
    this.#set({ state: 'waiting', delayMs, reason })
  }

  #finish(status: ConnectionStatus): void {
    clearTimeout(this.#timer)
    this.#set(status)
  }

  #set(status: ConnectionStatus): void {
    this.#status = status
    this.#options.handlers.onStatus(status)
  }

  #isFinal(): boolean {
    return this.#status.state === 'signed-out' || this.#status.state === 'stopped' || this.#status.state === 'closed'
  }
}
