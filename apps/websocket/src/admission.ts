import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { invalidToken, type AccessFacts } from '@afrochat/auth'
import type { Logger } from '@afrochat/logger'
import { requestIdOf } from '@afrochat/middleware'
import { readHandshake, refuseUpgrade, type Acceptor, type Connection, type HandshakeRules, type Upgrade } from '@afrochat/websocket'
import { HANDSHAKE_STATUS, serverRestarting, somethingWrong, toDomainError, tooBusy, tooManyConnections } from './protocol/protocol-errors.ts'

export interface AdmissionDeps {
  readonly rules: HandshakeRules
  readonly acceptor: Acceptor
  readonly authenticate: (token: string) => AccessFacts | Promise<AccessFacts>
  readonly addressOf: (request: IncomingMessage) => string
  /** Open connections from one address; 0: any number. */
  readonly maxPerAddress: number
  readonly isDraining: () => boolean
  /** Whether the gateway is too busy for another one. Asked before anything else is done for it. */
  readonly turnsAway: () => boolean
  readonly welcome: (connection: Connection, facts: AccessFacts | undefined) => void
  readonly onRefused: (status: number) => void
  readonly logger: Logger
}

/** Made here: one that was made for each request would keep the request for as long as its connection is open. */
const ignore = () => undefined

/** Decides who gets a socket. For the `upgrade` event of an HTTP server. */
export function createAdmission(deps: AdmissionDeps): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const perAddress = new Map<string, number>()

  return (request, socket, head) => {
    // A client may go at any moment; ws listens only once it has the socket.
    socket.on('error', ignore)
    admit({ request, socket, head }).catch((error: unknown) => refuse({ request, socket }, error))
  }

  async function admit(upgrade: Upgrade): Promise<void> {
    const { request, socket } = upgrade
    if (deps.isDraining()) throw serverRestarting()
    if (deps.turnsAway()) throw tooBusy()
    const { tokens } = readHandshake(request, deps.rules)
    count(deps.addressOf(request), socket)
    const facts = await identify(tokens)
    if (socket.destroyed) return
    if (deps.isDraining()) throw serverRestarting()
    deps.acceptor.accept(upgrade, (connection) => deps.welcome(connection, facts))
  }

  function count(address: string, socket: Duplex): void {
    const open = perAddress.get(address) ?? 0
    if (deps.maxPerAddress > 0 && open >= deps.maxPerAddress) throw tooManyConnections()
    perAddress.set(address, open + 1)
    socket.once('close', () => {
      const left = (perAddress.get(address) ?? 1) - 1
      if (left > 0) perAddress.set(address, left)
      else perAddress.delete(address)
    })
  }

  /** Two tokens are one too many, unless both are of the same session. */
  async function identify(tokens: readonly string[]): Promise<AccessFacts | undefined> {
    const [facts, ...others] = await Promise.all(tokens.map(async (token) => deps.authenticate(token)))
    if (others.some(({ userId, sessionId }) => userId !== facts?.userId || sessionId !== facts.sessionId)) throw invalidToken()
    return facts
  }

  function refuse({ request, socket }: Omit<Upgrade, 'head'>, error: unknown): void {
    const { kind, message, code, retryAfterSeconds } = toDomainError(error, deps.logger)
    const status = code === somethingWrong().code ? 500 : HANDSHAKE_STATUS[kind]
    const requestId = requestIdOf(request)
    deps.onRefused(status)
    refuseUpgrade(socket, {
      status,
      headers: {
        'X-Request-Id': requestId,
        ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
        ...(kind === 'unauthenticated' && { 'WWW-Authenticate': 'Bearer' }),
      },
      body: { error: message, code, request_id: requestId },
    })
  }
}
