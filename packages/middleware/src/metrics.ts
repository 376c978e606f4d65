import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { addressMatcher, cameThroughUnknownProxy } from './addresses.ts'

export interface MetricsOptions {
  readonly registry: Registry
  /** Addresses and networks that may read them. */
  readonly allowedAddresses: readonly string[]
}

export type { Registry }

/** The metrics of one process: those of Node.js itself, to which each part adds its own. */
export function createRegistry(service: string): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  return registry
}

/** From a tenth of a millisecond's work to a client's patience, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * `/metrics` for Prometheus, with the duration of every request by route and status. Refused like an unknown address to
 * whoever is not on the list, and to whatever comes through a proxy that was not declared: its address is not the client's.
 */
export const metrics = fp<MetricsOptions>(async (app, { registry, allowedAddresses }) => {
  const isAllowed = addressMatcher(allowedAddresses)
  const observe = durationObserver(registry)

  app.addHook('onResponse', (request, reply, done) => {
    observe(request, reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
  app.get('/metrics', { logLevel: 'silent', schema: { hide: true } }, async (request, reply) => {
    if (!isAllowed(request.ip) || cameThroughUnknownProxy(request)) return reply.callNotFound()
    return reply.header('content-type', registry.contentType).send(await registry.metrics())
  })
}, { name: 'metrics' })

function durationObserver(registry: Registry) {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  })
  // Finding a child by its labels costs more than adding to it.
  const children = new Map<string, ReturnType<typeof durations.labels>>()

  return ({ method, routeOptions: { url: route = 'unknown' } }: FastifyRequest, status: number, seconds: number): void => {
    const key = `${method} ${route} ${status}`
    const child = children.get(key) ?? durations.labels(method, route, String(status))
    children.set(key, child)
    child.observe(seconds)
  }
}
