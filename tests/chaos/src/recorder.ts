import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { closeCodes, decodeLogCursor, SUBPROTOCOL, type ServerFrame } from '@afrochat/contracts'
import type { CatchUp, Connection, Frame, Reader } from './check/history.ts'

export interface RecorderOptions {
  readonly userId: string
  readonly token: string
  /** Of the gateways, which it takes in turn. */
  readonly urls: readonly string[]
  readonly now: () => number
  /** Asks over HTTP for all messages of the user's channels, once it was told that some are missing. */
  readonly catchUp: () => Promise<CatchUp[]>
  readonly random: () => number
  /** Whether frames come compressed, if the gateway likes. */
  readonly compressed: boolean
}

/** From the end of a connection to the answer to the resume on the next one. */
export interface Return {
  readonly endedAt: number
  readonly backAt: number
}

type Nullable<T> = { readonly [K in keyof T]?: T[K] | null }

const MIN_DELAY_MS = 100
const MAX_DELAY_MS = 2_000

/** A client that stays connected, resumes where it was, and writes down every frame: what the SDK does, without its cleverness. */
export class Recorder implements Reader {
  readonly userId: string
  readonly connections: (Connection & { readonly frames: Frame[] })[] = []
  readonly catchUps: CatchUp[] = []
  readonly returns: Return[] = []
  /** By close code, 1006 without one. */
  readonly ends: number[] = []
  /** In milliseconds: what gateways that were stopped said, each to each. */
  readonly restartDelays: number[] = []
  /** Attempts that were refused because the gateway was busy. */
  refusals = 0
  resyncs = 0
  readonly #options: RecorderOptions
  readonly #cursors = new Map<number, string>()
  #socket: WebSocket | undefined
  #isStopping = false
  #isLive = false
  #attempts = 0
  #asking = 0
  /** Cursors of what came on this connection before it was live. */
  #ahead: string[] = []
  #turn: number
  #endedAt: number | undefined
  /** Not before so many milliseconds, said who refused. */
  #toldToWaitMs = 0
  #confirmed = ''

  constructor(options: RecorderOptions) {
    this.#options = options
    this.userId = options.userId
    this.#turn = Math.floor(options.random() * options.urls.length)
    this.#open()
  }

  get isLive(): boolean {
    return this.#isLive
  }

  /** Whether it still asks for what it was told to fetch. */
  get isAsking(): boolean {
    return this.#asking > 0
  }

  /** The position in each shard of which it was last told that it has everything. */
  get confirmed(): ReadonlyMap<number, number> {
    return new Map((decodeLogCursor(this.#confirmed) ?? []).map(({ shard, pos }) => [shard, pos]))
  }

  /** Reads nothing any more, as a machine that went to sleep. */
  freeze(): void {
    this.#socket?.pause()
  }

  /** Reads what has come meanwhile, if the connection is still there. */
  thaw(): void {
    this.#socket?.resume()
  }

  stop(): void {
    this.#isStopping = true
    this.#socket?.terminate()
  }

  #open(): void {
    const { urls, token, compressed } = this.#options
    this.#turn += 1
    const socket = new WebSocket(urls[this.#turn % urls.length] ?? '', SUBPROTOCOL, { perMessageDeflate: compressed, headers: { authorization: `Bearer ${token}` } })
    this.#socket = socket
    const resumedFrom = this.#cursors.size === 0 ? null : [...this.#cursors.values()].join(',')
    const connection = { resumedFrom, frames: [] }
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_request, response) => this.#refused(socket, response))
    socket.on('message', (data: Buffer) => {
      // What the server sent, by its own protocol.
      const frame = JSON.parse(data.toString()) as ServerFrame
      if (frame.type === 'hello') {
        this.connections.push(connection)
        socket.send(JSON.stringify(resumedFrom === null ? { type: 'ping', id: 'start' } : { type: 'resume', id: 'start', data: { cursor: resumedFrom } }))
      }
      this.#take(connection, frame)
    })
    socket.on('close', (code, reason) => void this.#ended(code, reason.toString()))
  }

  #take({ frames }: { frames: Frame[] }, { type, id, ...frame }: ServerFrame): void {
    const { cursor = null, channel_id: channelId = null, seq = null, data }: Nullable<ServerFrame> = frame
    const { sent = null, id: messageId = null } = (data ?? {}) as { sent?: number | null; id?: string | null }
    const at = this.#options.now()
    frames.push({ type, cursor, channelId, seq, messageId: type === 'message_sent' ? messageId : null, sent: type === 'heartbeat' ? sent : null, at })
    // The cursor of the first frame is where a new beginning is: who resumes is not there yet.
    if (cursor !== null && type === 'hello' && this.#cursors.size === 0) this.#moveTo(cursor)
    if (cursor !== null && type !== 'hello' && this.#isLive) this.#moveTo(cursor)
    // Where it goes on from if it is cut off before all that it missed has come, stays what it was.
    if (cursor !== null && type !== 'hello' && !this.#isLive) this.#ahead.push(cursor)
    if (type === 'heartbeat' && cursor !== null) this.#confirmed = cursor
    if (type === 'resync_required') void this.#beginAnew(frames[0]?.cursor ?? '')
    if (id === 'start' && type === 'error') this.#socket?.terminate()
    else if (id === 'start') this.#returned(at)
  }

  #moveTo(cursor: string): void {
    for (const part of cursor.split(',')) this.#cursors.set(Number(part.split('.')[1]), part)
  }

  async #beginAnew(cursor: string): Promise<void> {
    this.resyncs += 1
    this.#cursors.clear()
    this.#moveTo(cursor)
    this.#asking += 1
    this.catchUps.push(...await this.#options.catchUp())
    this.#asking -= 1
  }

  #returned(at: number): void {
    this.#isLive = true
    for (const cursor of this.#ahead.splice(0)) this.#moveTo(cursor)
    this.#attempts = 0
    this.#toldToWaitMs = 0
    if (this.#endedAt !== undefined) this.returns.push({ endedAt: this.#endedAt, backAt: at })
    this.#endedAt = undefined
  }

  #refused(socket: WebSocket, { statusCode, headers }: IncomingMessage): void {
    if (statusCode === 503) this.refusals += 1
    this.#toldToWaitMs = Number(headers['retry-after'] ?? 0) * 1_000
    socket.terminate()
  }

  async #ended(code: number, reason: string): Promise<void> {
    // An attempt that came to nothing ends nothing.
    if (this.#endedAt === undefined) this.ends.push(code)
    this.#endedAt ??= this.#options.now()
    this.#isLive = false
    this.#ahead = []
    if (this.#isStopping) return
    await delay(this.#delayMs(code, reason))
    if (!this.#isStopping) this.#open()
  }

  /** Before the next attempt. */
  #delayMs(code: number, reason: string): number {
    const backOff = Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** this.#attempts) * (0.5 + this.#options.random())
    this.#attempts += 1
    if (code !== closeCodes.serverRestarting.code) return Math.max(backOff, this.#toldToWaitMs)
    this.restartDelays.push(Number(reason))
    return Number(reason)
  }
}
