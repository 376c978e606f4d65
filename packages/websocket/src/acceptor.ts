import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { SUBPROTOCOL } from '@afrochat/contracts'
import { WebSocketServer } from 'ws'
import { Connection } from './connection.ts'
import { createFlusher } from './flusher.ts'
import { WINDOW_BITS } from './text-frame.ts'

export interface AcceptorOptions {
  /** Longest frame that a client may send, fragments together. Above it ws closes with 1009. */
  readonly maxFrameBytes: number
  /** Whether messages are compressed for clients that offer it. */
  readonly compresses?: boolean
}

/** A request for a socket, as the `upgrade` event of an HTTP server brings it. */
export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

export interface Acceptor {
  /**
   * Answers the handshake and hands the connection over in the same turn, so that its owner can listen before the first
   * frame is read. Malformed handshakes are refused and never reach `onConnection`.
   */
  accept(upgrade: Upgrade, onConnection: (connection: Connection) => void): void
  /** Resolves when some of what was sent has been written, at once if all has. For who would bring more to send. */
  written(): Promise<void>
}

/** A message in more parts than this is an attack on memory, not a slow line: browsers send one frame. */
const MAX_FRAGMENTS = 64
/** A client that does not read never answers the closing frame; what waits for it is freed after this. */
const CLOSE_TIMEOUT_MS = 10_000

/**
 * Each message is compressed by itself, in both directions: so one compression serves all who get a message, and nothing
 * is kept of what a client said for what it may say next. `ws` itself only reads what clients compressed (within the limit
 * of a frame; it keeps some 16 KiB for a client that did so once); compressing for each socket, as it would, costs twenty
 * times as much as not compressing.
 */
const COMPRESSION = { serverNoContextTakeover: true, clientNoContextTakeover: true }

/** Makes connections of sockets that an HTTP server gave away at their upgrade. */
export function createAcceptor({ maxFrameBytes, compresses = false }: AcceptorOptions): Acceptor {
  const options = {
    noServer: true,
    clientTracking: false,
    maxPayload: maxFrameBytes,
    maxFragments: MAX_FRAGMENTS,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    // The owner counts pings first: by itself ws ends a flood of them without a word.
    autoPong: false,
    // Never the one that carries a token: the answer would show it.
    handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false as const),
  }
  const plain = new WebSocketServer(options)
  const compressing = new WebSocketServer({ ...options, perMessageDeflate: COMPRESSION })
  const flusher = createFlusher()

  return {
    accept({ request, socket, head }, onConnection) {
      const server = compresses && canShare(request) ? compressing : plain
      server.handleUpgrade(request, socket, head, (webSocket) => onConnection(new Connection(webSocket, socket, flusher)))
    },
    written: () => flusher.turn(),
  }
}

/** Whoever asks for a smaller window than others would need a compression of their own; no browser does. */
const canShare = ({ headers }: IncomingMessage): boolean =>
  (headers['sec-websocket-extensions'] ?? '').matchAll(/server_max_window_bits\s*=\s*"?(\d+)/g).every(([, bits]) => Number(bits) >= WINDOW_BITS)
