import { once } from 'node:events'
import { WebSocket, type ClientOptions } from 'ws'
import { waitFor } from '@afrochat/test-support'

/** A frame as it came, whatever it is. */
export interface ReceivedFrame {
  readonly type: string
  readonly id?: string | null
  readonly channel_id?: string
  readonly cursor?: string
  readonly seq?: number
  readonly data: Readonly<Record<string, unknown>>
}

/** A WebSocket client without any cleverness. */
export class TestClient {
  readonly socket: WebSocket
  readonly frames: ReceivedFrame[] = []
  /** When each of them came, in milliseconds. */
  readonly times: number[] = []
  closed: { code: number; reason: string } | undefined
  #ids = 0

  constructor(url: string, options: ClientOptions = {}, protocols: string[] = ['afrochat.v1']) {
    this.socket = new WebSocket(url, protocols, options)
    this.socket.on('message', (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString()) as ReceivedFrame)
      this.times.push(performance.now())
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
    return waitFor(() => this.closed, { message: 'the end of the connection', timeoutMs: 15_000 })
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** Sends a command and gives back the ack or error that answers it. */
  async command(type: string, data: object = {}): Promise<ReceivedFrame> {
    this.#ids += 1
    const id = `c${this.#ids}`
    this.send({ type, id, data })
    return waitFor(() => this.frames.find((frame) => frame.id === id), { message: `the answer to ${type}` })
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
