import { describe, expect, it } from '@jest/globals'
import Fastify from 'fastify'
import { routeCatalogue, type RouteDefinition } from '@afrochat/contracts'
import { catalogueGuard } from './catalogue-guard.ts'

const { getMe, ...others } = routeCatalogue

/** An app with these operations, without handlers that do anything. */
async function anApp(operations: readonly RouteDefinition[]) {
  const app = Fastify()
  await app.register(catalogueGuard)
  for (const operation of operations) {
    app.route({ method: operation.method, url: `/api/v1${operation.path}`, config: { operation }, handler: async () => 'ok' })
  }
  return app
}

describe('the catalogue of routes', () => {
  it('is the whole interface', async () => {
    await expect((await anApp(Object.values(routeCatalogue))).ready()).resolves.toBeDefined()
  })

  it('does not start with an operation missing', async () => {
    await expect((await anApp(Object.values(others))).ready()).rejects.toThrow(/these operations of the catalogue: getMe/)
  })

  it('takes no route below /api that it does not have, nor one at another address', async () => {
    const app = await anApp([])
    expect(() => app.get('/api/v1/more', async () => 'ok')).toThrow(/not in the catalogue/)
    expect(() => app.get('/api/v1/elsewhere', { config: { operation: getMe } }, async () => 'ok')).toThrow(/not in the catalogue/)
    expect(() => app.get('/health', async () => 'ok')).not.toThrow()
  })
})
