import type { FastifyBaseLogger, FastifyServerOptions } from 'fastify'
import fp from 'fastify-plugin'
import { health, type HealthOptions } from './health.ts'
import { metrics, type MetricsOptions } from './metrics.ts'
import { requestIdOf, requestIds } from './request-ids.ts'
import { lazyChildLogger, requestLog } from './request-log.ts'

export interface ServerOptions {
  readonly logger: FastifyBaseLogger
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
}

/** What every service tells Fastify: request ids, one log line a request, whose word about addresses counts. */
export function serverOptions({ logger, trustedProxies }: ServerOptions) {
  return {
    loggerInstance: logger,
    logController: requestLog(),
    childLoggerFactory: lazyChildLogger,
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    // While the process drains, what still comes on open connections is answered; the last answer closes the connection.
    return503OnClosing: false,
  } satisfies FastifyServerOptions
}

export interface OperationsOptions {
  readonly health: HealthOptions
  readonly metrics: MetricsOptions
}

/** What an operator asks every service: `/health`, `/health/live`, `/health/ready` and `/metrics`. */
export const operations = fp<OperationsOptions>(async (app, options) => {
  await app.register(requestIds)
  await app.register(metrics, options.metrics)
  await app.register(health, options.health)
}, { name: 'operations' })
