import fp from 'fastify-plugin'
import { routeCatalogue, type RouteDefinition } from '@afrochat/contracts'

/**
 * The interface is the catalogue, no less and no more: a route below /api that is not in it is refused when it is
 * registered, and a service that lacks one of its operations does not start.
 */
export const catalogueGuard = fp(async (app) => {
  const missing = new Map<RouteDefinition, string>(Object.entries(routeCatalogue).map(([name, operation]) => [operation, name]))

  app.addHook('onRoute', ({ url, config }) => {
    if (!url.startsWith('/api/')) return
    const operation = config?.operation
    if (operation === undefined || url !== `/api/v1${operation.path}`) throw new Error(`${url} is not in the catalogue of routes`)
    missing.delete(operation)
  })
  app.addHook('onReady', async () => {
    if (missing.size > 0) throw new Error(`Nobody registered these operations of the catalogue: ${[...missing.values()].join(', ')}`)
  })
}, { name: 'catalogue-guard' })
