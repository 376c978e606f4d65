import type { IncomingMessage } from 'node:http'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from '@afrochat/logger'
import { operations, serverOptions, type OperationsOptions } from '@afrochat/middleware'

export interface GatewayAppOptions {
  readonly operations: OperationsOptions
  readonly trustedProxies: readonly string[]
  readonly logger: Logger
}

/** For the request of a handshake to arrive: somebody who sends a byte a second is not waited for. */
const HANDSHAKE_MS = 5_000
const CHECK_MS = 1_000

/** The HTTP side of the gateway: health, metrics, and the server whose `upgrade` event brings the sockets. */
export async function buildGatewayApp({ operations: options, trustedProxies, logger }: GatewayAppOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    ...serverOptions({ logger, trustedProxies }),
    http: { headersTimeout: HANDSHAKE_MS, requestTimeout: HANDSHAKE_MS, connectionsCheckingInterval: CHECK_MS, shouldUpgradeCallback: asksForSocket },
  })
  await app.register(operations, options)
  return app
}

/** Some clients offer every server to go on in HTTP/2 (`Upgrade: h2c`), and take the answer in HTTP/1.1 as well. */
const asksForSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket'
