import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { decodeLogCursor, SUBPROTOCOL, type ClientFrameData, type SignedIn } from '@afrochat/contracts'
import type { ChannelId, MessageId, WireEvent } from '../sync/sync-event.ts'
import { alice, ModelChat, workspace } from './model-chat.ts'

/** An HTTP request as it came, for a test to look at or to answer. */
export interface SeenRequest {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown>
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/** One client's socket, in the server's eyes. */
export interface SeenSocket {
  readonly protocols: readonly string[]
  /** Types of the frames that came, in order. */
  readonly frames: string[]
  readonly socket: WebSocket
  /** Durable frames sent, as heartbeats count them. */
  sent: number
  /** Whether one of them was lost on the way. */
  hasLost: boolean
  /** Position of the log up to which everything was sent. */
  pos: number
}

interface SentFrame {
  readonly type: string
  readonly id?: string
  readonly data: Record<string, unknown>
}

/** What goes wrong. Each may be changed at any time. */
export interface Faults {
  /** Asked for each durable frame: how often it is sent. 0 loses it, although the heartbeat counts it. */
  copies: (event: WireEvent) => number
  /** Events of an import: not sent to anybody, and not counted either. */
  isImported: (event: WireEvent) => boolean
  /** Closes a connection after so many durable frames. */
  dropAfter: number
  /** Says nothing any more, not even heartbeats. */
  isSilent: boolean
  /** Takes a `resume` for a late one: it has sent what came last, and a heartbeat, before. */
  isHasty: boolean
  /** Cursors before this position are too old. */
  oldest: number
  /** Answers instead of the server; null: as usual. */
  http: (request: SeenRequest) => Answer | null | Promise<Answer | null>
  /** What happens to a command: `lose` its answer, and with it the connection, after it was done. */
  command: (type: string) => 'answer' | 'lose' | 'ignore'
  /** Closes new connections with this code instead of `hello`. */
  refuseWith: { code: number; reason: string } | null
}

const HEARTBEAT_MS = 100

/** A server that speaks the real protocol over real sockets, on top of the model, and does what goes wrong on demand. */
export class ScriptedServer {
  readonly chat = new ModelChat()
  readonly sockets: SeenSocket[] = []
  readonly requests: SeenRequest[] = []
  readonly faults: Faults = {
    copies: () => 1, isImported: () => false, dropAfter: Infinity, isSilent: false, isHasty: false, oldest: 0, http: () => null, command: () => 'answer', refuseWith: null,
  }
  /** The tokens that are good at the moment. */
  accessToken = 'access-1'
  refreshToken = 'refresh-1'
  expiresIn = 3600
  /** How seldom its heartbeats come at most, as new connections are told. Long: one may be late where the machine stands still. */
  promisedMs = 60_000
  readonly #http: Server
  readonly #heartbeat: ReturnType<typeof setInterval>
  readonly #byClientMsgId = new Map<string, unknown>()
  #port = 0

  constructor() {
    this.#http = createServer((request, response) => void this.#answer(request, response))
    const sockets = new WebSocketServer({
      server: this.#http,
      handleProtocols: () => SUBPROTOCOL,
      // As the real one: a bad token is refused before there is a socket.
      verifyClient: ({ req }, decide) => decide(this.faults.refuseWith !== null || !/bearer\./.test(protocolsOf(req)) || this.#isGood(tokenOf(req)), 401),
    })
    sockets.on('connection', (socket, request) => this.#accept(socket, request))
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS)
  }

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer()
    server.#http.listen(0, '127.0.0.1')
    await once(server.#http, 'listening')
    server.#port = (server.#http.address() as AddressInfo).port
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get live(): SeenSocket[] {
    return this.sockets.filter(({ socket }) => socket.readyState === socket.OPEN)
  }

  /** Sends what the log has and the sockets have not. */
  publish(): void {
    for (const seen of this.live) if (!this.#isHeldBack(seen)) this.#catchUp(seen)
  }

  closeAll(code: number, reason = ''): void {
    for (const { socket } of this.live) socket.close(code, reason)
  }

  /** As when a cable is pulled. */
  terminateAll(): void {
    for (const { socket } of this.live) socket.terminate()
  }

  send(frame: object): void {
    for (const { socket } of this.live) socket.send(JSON.stringify(frame))
  }

  async stop(): Promise<void> {
    clearInterval(this.#heartbeat)
    this.terminateAll()
    this.#http.closeAllConnections()
    this.#http.close()
    await once(this.#http, 'close')
  }

  signedIn(): SignedIn {
    return { user: alice, access_token: this.accessToken, refresh_token: this.refreshToken, token_type: 'Bearer', expires_in: this.expiresIn }
  }

  // HTTP --------------------------------------------------------------------------------------------------------------

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat(await request.toArray()).toString()
    const url = new URL(request.url ?? '', this.url)
    const seen: SeenRequest = { method: request.method ?? '', url, headers: request.headers, body: text === '' ? {} : JSON.parse(text) }
    this.requests.push(seen)
    const { status, body, headers = {} } = (await this.faults.http(seen)) ?? this.#route(seen)
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'request-1', ...headers })
    response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  }

  #route({ method, url, headers, body }: SeenRequest): Answer {
    const path = url.pathname.replace('/api/v1', '')
    if (path === '/auth/login') return { status: 200, body: this.signedIn() }
    if (path === '/auth/refresh') return this.#refresh(body)
    if (headers.authorization !== `Bearer ${this.accessToken}`) return problem(401, 'invalid_token')
    if (path === '/auth/logout') return { status: 204 }
    if (path === '/users/me') return { status: 200, body: alice }
    if (path === '/workspaces') return { status: 200, body: { items: [workspace], next_cursor: null } }
    if (path === `/workspaces/${workspace.id}/boot`) return { status: 200, body: this.chat.boot() }
    const [, channelId, rest] = /^\/channels\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? []
    if (channelId === undefined) return problem(404, 'not_found')
    return this.#ofChannel(channelId as ChannelId, `${method} ${rest ?? ''}`.trim(), { url, body })
  }

  #ofChannel(channelId: ChannelId, what: string, { url, body }: Pick<SeenRequest, 'url' | 'body'>): Answer {
    if (what === 'GET') return { status: 200, body: this.chat.channel(channelId) }
    if (what === 'POST messages') return { status: 201, body: this.#sendOnce({ ...body, channel_id: channelId } as ClientFrameData<'send_message'>) }
    if (what !== 'GET changes') return problem(404, 'not_found')
    // Two a page, so that every test pages. The cursor is the place after which the next page begins.
    const [since, after] = (url.searchParams.get('cursor') ?? url.searchParams.get('since') ?? '0').split(' ')
    const changes = this.chat.changes(channelId, Number(since), after as MessageId | undefined)
    const items = changes.slice(0, 2)
    const last = items.at(-1)
    return { status: 200, body: { items, next_cursor: changes.length > 2 && last ? `${last.change_seq} ${last.id}` : null } }
  }

  #refresh({ refresh_token }: Record<string, unknown>): Answer {
    if (refresh_token !== this.refreshToken) return problem(401, 'invalid_refresh_token')
    const next = Number(this.refreshToken.split('-')[1]) + 1
    this.accessToken = `access-${next}`
    this.refreshToken = `refresh-${next}`
    return { status: 200, body: this.signedIn() }
  }

  #sendOnce({ channel_id, content, client_msg_id = null }: ClientFrameData<'send_message'>): unknown {
    const earlier = this.#byClientMsgId.get(client_msg_id ?? '')
    if (earlier !== undefined) return earlier
    const sent = { ...this.chat.send(channel_id, content, { client_msg_id, user_id: alice.id }), notices: [] }
    if (client_msg_id !== null) this.#byClientMsgId.set(client_msg_id, sent)
    return sent
  }

  // Sockets -----------------------------------------------------------------------------------------------------------

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const protocols = protocolsOf(request).split(',').map((name) => name.trim())
    const seen: SeenSocket = { protocols, frames: [], socket, sent: 0, hasLost: false, pos: this.chat.log.length }
    this.sockets.push(seen)
    if (this.faults.refuseWith !== null) return socket.close(this.faults.refuseWith.code, this.faults.refuseWith.reason)
    socket.on('message', (text: Buffer) => this.#take(seen, JSON.parse(text.toString()) as SentFrame))
    if (protocols.length > 1) this.#greet(seen)
  }

  #greet(seen: SeenSocket): void {
    this.#write(seen, { type: 'hello', cursor: this.chat.position, data: { connection_id: '1', user_id: alice.id, heartbeat_interval_ms: this.promisedMs } })
  }

  #take(seen: SeenSocket, { type, id, data }: SentFrame): void {
    if (type === 'authenticate') return this.#isGood(String(data['token'])) ? this.#greet(seen) : seen.socket.close(4001)
    seen.frames.push(type)
    if (type === 'resume') return this.#resume(seen, String(data['cursor']))
    if (type === 'ping') return this.#catchUp(seen)
    const fate = this.faults.command(type)
    if (fate === 'ignore') return
    const answer = this.#answerTo(type, data)
    if (type === 'mark_read') this.#markRead(data as ClientFrameData<'mark_read'>)
    if (fate === 'lose') return seen.socket.terminate()
    if (id !== undefined) this.#write(seen, { type: 'ack', id, data: answer })
    this.publish()
  }

  /** Everybody is active. */
  #answerTo(type: string, data: object): unknown {
    if (type === 'send_message') return this.#sendOnce(data as ClientFrameData<'send_message'>)
    if (type !== 'watch_presence') return {}
    const { user_ids: ids } = data as ClientFrameData<'watch_presence'>
    return { presences: ids.map((user_id) => ({ user_id, presence: 'active' })) }
  }

  /** Only ever forward. */
  #markRead({ channel_id, seq }: ClientFrameData<'mark_read'>): void {
    if (seq > this.chat.channel(channel_id).last_read_seq) this.chat.read(channel_id, seq)
  }

  #resume(seen: SeenSocket, cursor: string): void {
    const [position] = decodeLogCursor(cursor) ?? []
    const isTooOld = position === undefined || position.epoch !== this.chat.epoch || position.pos < this.faults.oldest || position.pos > this.chat.log.length
    if (this.faults.isHasty) {
      seen.pos = this.chat.log.length - 1
      this.#catchUp(seen)
      this.#write(seen, { type: 'heartbeat', cursor: this.chat.position, data: { sent: seen.sent } })
    }
    if (!isTooOld) seen.pos = position.pos
    this.#catchUp(seen)
    this.#write(seen, { type: isTooOld ? 'resync_required' : 'resumed', data: {} })
  }

  #isGood(token: string): boolean {
    return token === this.accessToken
  }

  #isHeldBack({ frames }: SeenSocket): boolean {
    return frames.length === 0
  }

  #catchUp(seen: SeenSocket): void {
    while (seen.pos < this.chat.log.length && seen.socket.readyState === seen.socket.OPEN) {
      const event = this.chat.log[seen.pos]
      seen.pos += 1
      if (event !== undefined) this.#sendDurable(seen, event)
    }
  }

  #sendDurable(seen: SeenSocket, event: WireEvent): void {
    if (this.faults.isImported(event)) return
    const copies = this.faults.copies(event)
    for (let copy = 0; copy < copies; copy += 1) this.#write(seen, event)
    seen.sent += Math.max(1, copies)
    seen.hasLost ||= copies === 0
    if (seen.sent < this.faults.dropAfter) return
    this.faults.dropAfter = Infinity
    seen.socket.terminate()
  }

  #beat(): void {
    for (const seen of this.live) {
      if (this.#isHeldBack(seen)) continue
      this.#catchUp(seen)
      this.#write(seen, { type: 'heartbeat', cursor: this.chat.position, data: { sent: seen.sent } })
    }
  }

  #write({ socket }: SeenSocket, frame: object): void {
    if (!this.faults.isSilent) socket.send(JSON.stringify(frame))
  }
}

const protocolsOf = (request: IncomingMessage): string => request.headers['sec-websocket-protocol'] ?? ''
const tokenOf = (request: IncomingMessage): string => protocolsOf(request).split('bearer.').at(-1) ?? ''

export function problem(status: number, code: string, headers: Record<string, string> = {}): Answer {
  return { status, body: { error: `No: ${code}`, code, request_id: 'request-1' }, headers }
}
