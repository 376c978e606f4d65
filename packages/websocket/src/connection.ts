import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { closeCodes } from '@afrochat/contracts'
import type { WebSocket } from 'ws'
import type { Flushable, Flusher } from './flusher.ts'
import type { Run } from './run.ts'
import type { TextFrame } from './text-frame.ts'

/** What a connection tells its owner. Set by `listen` in the turn in which the connection was made, so that nothing is missed. */
export interface ConnectionListener {
  onText(text: string): void
  onBinary(): void
  /** A ping of the client's; it is answered unless the owner ends the connection. */
  onPing(): void
  /** The answer to a ping, or one that nobody asked for. */
  onPong(): void
  /** Once, as soon as either side ends it. Nothing is received or sent afterwards. */
  onEnd(code: number): void
}

/** What may wait for a client that reads too slowly. Above it the connection is closed with 4008; the client resumes. */
const MAX_WAITING_FRAMES = 256
const MAX_WAITING_BYTES = 1024 * 1024
/** Frames joined into one write at most: a longer burst is handed over in parts, so that only what the system refuses counts as waiting. */
const MAX_JOINED_FRAMES = 128
const MAX_JOINED_BYTES = 256 * 1024

/** What a client may have sent before it heard of the end, and that is read away. One that goes on is cut off, and costs nothing more. */
const MAX_LATE_FRAMES = 1_000

/** The code of a connection that ended without a closing handshake (RFC 6455, 7.1.5). */
const ABNORMAL = 1006

const LOOK_AGAIN_MS = 5

/**
 * An open WebSocket. What it is sent is joined until the flusher writes it, which is five times as fast as a write for
 * each frame. Text goes past `ws`, into the socket that it works on: `ws` writes nothing there but whole control frames,
 * and it compresses nothing, so the two never write into each other's frames.
 */
export class Connection implements Flushable {
  readonly #webSocket: WebSocket
  readonly #socket: Duplex
  readonly #flusher: Flusher
  #listener: ConnectionListener | undefined
  /** Joined since the last flush. */
  #run: Run | undefined
  readonly #isCompressing: boolean
  /** Sent since nothing last waited for the client: some of it has gone since, if anything waits. */
  #frames = 0
  #bytes = 0
  #ended = false
  #lateFrames = 0
  #heardAt = performance.now()

  constructor(webSocket: WebSocket, socket: Duplex, flusher: Flusher) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#flusher = flusher
    this.#isCompressing = webSocket.extensions !== ''
  }

  listen(listener: ConnectionListener): void {
    this.#listener = listener
    const webSocket = this.#webSocket
    webSocket.on('message', (data, isBinary) => {
      if (this.#isLate()) return
      this.#heardAt = performance.now()
      // With the default `binaryType` a frame comes as one Buffer, and text was checked to be UTF-8.
      if (isBinary || !Buffer.isBuffer(data)) listener.onBinary()
      else listener.onText(data.toString())
    })
    webSocket.on('ping', (data) => {
      if (this.#isLate()) return
      this.#heardAt = performance.now()
      listener.onPing()
      if (!this.#hasEnded()) webSocket.pong(data)
    })
    webSocket.on('pong', () => {
      if (this.#isLate()) return
      this.#heardAt = performance.now()
      listener.onPong()
    })
    // Broken frames and broken connections: ws closes with the right code (1002, 1007, 1009) and says so by 'close'.
    webSocket.on('error', () => undefined)
    webSocket.on('close', (code) => this.#end(code))
  }

  /** Whether the frame came after the end. */
  #isLate(): boolean {
    if (!this.#ended) return false
    this.#lateFrames += 1
    if (this.#lateFrames === MAX_LATE_FRAMES) this.#webSocket.terminate()
    return true
  }

  send(frame: TextFrame): void {
    if (this.#ended) return
    const bytes = frame.wire(this.#isCompressing)
    const run = this.#run === undefined ? this.#begin(bytes) : this.#run.then(bytes)
    this.#run = run
    this.#frames += 1
    this.#bytes += bytes.length
    if (run.frames >= MAX_JOINED_FRAMES || run.bytes >= MAX_JOINED_BYTES) this.flush()
  }

  #begin(bytes: Buffer): Run {
    if (this.#socket.writableLength === 0) this.#nothingWaits()
    this.#flusher.add(this)
    return this.#flusher.begin(bytes)
  }

  /** Hands the joined frames to the system, and ends the connection if too much waits for the client by then. */
  flush(): void {
    const run = this.#run
    if (run === undefined) return
    this.#run = undefined
    // The client may be about to close, which the listener is told when it has: nothing follows a closing frame.
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return
    this.#socket.write(run.joined())
    const waiting = this.#socket.writableLength
    if (waiting === 0) this.#nothingWaits()
    else if (waiting > MAX_WAITING_BYTES || this.#waitingFrames(waiting) > MAX_WAITING_FRAMES) this.close(closeCodes.tooSlow.code)
  }

  #nothingWaits(): void {
    this.#frames = 0
    this.#bytes = 0
  }

  /** By the average size of what was sent: a line that always has a little to do is not a slow one, however long that goes on. */
  #waitingFrames(bytes: number): number {
    return (this.#frames * bytes) / Math.max(this.#bytes, bytes)
  }

  /** Whether frames of earlier turns still wait for the client: what may be lost is not sent to it. */
  isBehind(): boolean {
    return this.#frames > (this.#run?.frames ?? 0) && this.#socket.writableLength > 0
  }

  /** Resolves when nothing waits for the client, or the connection has ended. For sending more than the bound, in parts. */
  async drained(): Promise<void> {
    this.flush()
    while (!this.#ended && !this.#socket.destroyed && this.#socket.writableLength > 0) {
      if (this.#socket.writableNeedDrain) await drainOrClose(this.#socket)
      // So little waits that the stream will not say when it is gone.
      else await delay(LOOK_AGAIN_MS)
    }
  }

  ping(): void {
    if (!this.#ended) this.#webSocket.ping()
  }

  /** Milliseconds since the client last sent anything. */
  silenceMs(): number {
    return performance.now() - this.#heardAt
  }

  /** Stops reading from the client, so that its frames wait in its own buffers; `resumeReading` goes on. */
  pauseReading(): void {
    this.#webSocket.pause()
  }

  resumeReading(): void {
    this.#webSocket.resume()
  }

  /** Ends the connection, telling the client why. What was sent before still goes out. */
  close(code: number, reason = ''): void {
    if (this.#ended) return
    this.flush()
    if (this.#hasEnded()) return
    this.#end(code)
    // A paused one would never see the client's answer to the closing frame.
    this.#webSocket.resume()
    this.#webSocket.close(code, reason)
  }

  /** Ends the connection of a client that no longer answers. */
  terminate(): void {
    this.#end(ABNORMAL)
    this.#webSocket.terminate()
  }

  /** Resolves when both sides have said good-bye, or the line is gone. */
  closed(): Promise<void> {
    if (this.#webSocket.readyState === this.#webSocket.CLOSED) return Promise.resolve()
    return new Promise((resolve) => this.#webSocket.once('close', () => resolve()))
  }

  /** Asked anew after the listener was called, which may have ended it. */
  #hasEnded(): boolean {
    return this.#ended
  }

  #end(code: number): void {
    if (this.#ended) return
    this.#ended = true
    this.#listener?.onEnd(code)
  }
}

function drainOrClose(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}
