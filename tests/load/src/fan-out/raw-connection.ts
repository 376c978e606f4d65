import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Dialect } from './dialects.ts'
import { FrameWalker } from './frame-walker.ts'
import { MIN_MESSAGE_BYTES } from './message.ts'
import type { Tally } from './tally.ts'

/** What becomes of the messages that a connection gets: each lies in `bytes` from `start` to `end`, during the call only. */
export interface Inbox {
  take(bytes: Buffer, start: number, end: number): void
}

export interface RawOptions<I extends Inbox> {
  readonly port: number
  readonly index: number
  readonly channel: number
  readonly token: string
  readonly dialect: Dialect
  /** Offers permessage-deflate, as browsers do. Compressed messages are counted and not looked into. */
  readonly offersDeflate: boolean
  readonly tally: Tally
  readonly inbox: I
}

const TEXT = 0x1
const CLOSE = 0x8
const PING = 0x9
const PONG = 0xa
const COMPRESSED = 0x40
/** Read at most at once. One for all: what was read is done with before anything else is read. */
const BUFFER = Buffer.allocUnsafeSlow(256 * 1024)

/** A WebSocket without a library: the handshake by hand, then its frames by their headers. */
export class RawConnection<I extends Inbox> {
  readonly ready: Promise<void>
  readonly inbox: I
  closedWith: string | undefined
  readonly #options: RawOptions<I>
  readonly #socket: Socket
  readonly #walker: FrameWalker
  #head = ''
  #isOpen = false
  #ready!: () => void
  #fail!: (error: Error) => void

  constructor(options: RawOptions<I>) {
    this.#options = options
    this.inbox = options.inbox
    this.#walker = new FrameWalker((first, bytes, start, end) => this.#take(first, bytes, start, end))
    this.ready = new Promise((resolve, reject) => {
      this.#ready = resolve
      this.#fail = reject
    })
    this.#socket = connect({
      host: '127.0.0.1', port: options.port, noDelay: true,
      onread: {
        buffer: BUFFER,
        callback: (count) => {
          this.#receive(count)
          return true
        },
      },
    })
    this.#socket.on('connect', () => this.#socket.write(this.#request()))
    this.#socket.on('error', (error) => this.#end(error.message))
    this.#socket.on('close', () => this.#end('closed by the server'))
  }

  /** Stops reading, as a client that hangs does. */
  pause(): void {
    this.#socket.pause()
  }

  goOn(): void {
    this.#socket.resume()
  }

  close(): void {
    this.closedWith ??= 'closed here'
    this.#socket.destroy()
  }

  #request(): string {
    const { dialect, channel, index, token, offersDeflate } = this.#options
    return [
      `GET ${dialect.path(channel)} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ...(offersDeflate ? ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'] : []),
      ...dialect.headers(index, token), '', '',
    ].join('\r\n')
  }

  #receive(count: number): void {
    this.#options.tally.totals.bytes += count
    if (this.#isOpen) this.#walker.push(BUFFER, 0, count)
    else this.#open(count)
  }

  #open(count: number): void {
    this.#head += BUFFER.toString('latin1', 0, count)
    const end = this.#head.indexOf('\r\n\r\n')
    if (end === -1) return
    if (!this.#head.startsWith('HTTP/1.1 101')) return this.#end(this.#head)
    this.#isOpen = true
    const { dialect } = this.#options
    if (dialect.opening !== undefined) this.#send(TEXT, Buffer.from(dialect.opening))
    if (dialect.isReadyAtOnce === true) this.#ready()
    // What came with the answer is at the end of the buffer still.
    const rest = this.#head.length - end - 4
    this.#head = ''
    if (rest > 0) this.#walker.push(BUFFER, count - rest, count)
  }

  #take(first: number, bytes: Buffer, start: number, end: number): void {
    if ((first & COMPRESSED) !== 0) this.#options.tally.totals.deliveries += 1
    else if (end - start >= MIN_MESSAGE_BYTES) this.inbox.take(bytes, start, end)
    else this.#takeShort(first & 0xf, bytes.subarray(start, end))
  }

  #takeShort(opcode: number, payload: Buffer): void {
    if (opcode === PING) this.#send(PONG, Buffer.from(payload))
    if (opcode === CLOSE) this.closedWith = `code ${payload.length >= 2 ? payload.readUInt16BE(0) : 'none'}`
    if (opcode !== TEXT) return
    const { send, ready } = this.#options.dialect.answer(payload.toString())
    if (send !== undefined) this.#send(TEXT, Buffer.from(send))
    if (ready === true) this.#ready()
  }

  /** Short ones only. Masked, as the protocol wants it of clients, with a mask that changes nothing. */
  #send(opcode: number, payload: Buffer): void {
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]))
  }

  #end(reason: string): void {
    this.closedWith ??= reason
    this.#fail(new Error(`Connection ${this.#options.index}: ${this.closedWith}`))
  }
}
