import { once } from 'node:events'
import { WebSocket, type ClientOptions } from 'ws'
import type { ClientFrameType } from '@afrochat/contracts'
import { waitFor } from '@afrochat/test-support'
import { checkFrame } from './frame-check.ts'

/** A frame as it came, whatever it is. */
export interface ReceivedFrame {
  readonly type: string
  readonly id?: string | null
  readonly channel_id?: string
  readonly cursor?: string
  readonly seq?: number
  readonly data: Readonly<Record<string, unknown>>
}

/** A WebSocket client without any cleverness. A frame that is not as described fails the test. */
export class TestClient {
  readonly socket: WebSocket
  readonly frames: ReceivedFrame[] = []
  /** When each of them came, in milliseconds. */
  readonly times: number[] = []
  closed: { code: number; reason: string } | undefined
  readonly #asked = new Map<string, ClientFrameType>()

  constructor(url: string, options: ClientOptions = {}, protocols: string[] = ['afrochat.v1']) {
    this.socket = new WebSocket(url, protocols, options)
    this.socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as ReceivedFrame
      this.frames.push(frame)
      this.times.push(performance.now())
      checkFrame(frame, this.#asked.get(frame.id ?? ''))
    })
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
    })
    this.socket.on('error', () => undefined)
  }

  /** The status with which the handshake was refused, and the body. */
  async refused(): Promise<{ status: number; body: { code: string } }> {
    const [, response] = (await once(this.socket, 'unexpected-response')) as [unknown, AsyncIterable<Buffer> & { statusCode: number }]
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) as { code: string } }
  }

  /** Resolves with the first frame like this, which may have come already. */
  async receives(type: string, matches: (frame: ReceivedFrame) => boolean = () => true): Promise<ReceivedFrame> {
    return waitFor(() => this.frames.find((frame) => frame.type === type && matches(frame)), { message: `a frame ${type}` })
  }

  async hello(): Promise<ReceivedFrame> {
    return this.receives('hello')
  }

  /** The code with which the connection ended. */
  async closes(): Promise<{ code: number; reason: string }> {
    return waitFor(() => this.closed, { message: 'the end of the connection' })
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** Sends a command and gives back the ack or error that answers it. */
  async command(type: ClientFrameType, data: object = {}): Promise<ReceivedFrame> {
    const id = `c${this.#asked.size + 1}`
    this.#asked.set(id, type)
    this.send({ type, id, data })
    return waitFor(() => this.frames.find((frame) => frame.id === id), { message: `the answer to ${type}` })
  }

  /** What came besides heartbeats: a connection's first may come in its first second, or half a minute later. */
  get news(): ReceivedFrame[] {
    return this.frames.filter(({ type }) => type !== 'heartbeat')
  }

  /** Texts of the messages received so far. */
  get texts(): unknown[] {
    return this.frames.filter(({ type }) => type === 'message_sent').map(({ data }) => data['content'])
  }

  /** The last position of which this client knows. */
  get cursor(): string {
    return this.frames.findLast(({ cursor }) => cursor !== undefined)?.cursor ?? ''
  }
}
