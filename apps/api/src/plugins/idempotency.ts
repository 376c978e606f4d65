import type { FastifyRequest, preHandlerAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { takesIdempotencyKey } from '@afrochat/contracts'
import { DomainError } from '@afrochat/kernel'

/** Longer keys are no keys: clients take a UUID. Printable ASCII, as header fields have it. */
const KEY = /^[\x21-\x7e]{1,255}$/

/**
 * Takes the `Idempotency-Key` of a POST. What was answered once is then kept with the change itself, and the same key
 * gives it again (packages/database/src/idempotency.ts).
 */
export const idempotency = fp(async (app) => {
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation
    if (operation === undefined || !takesIdempotencyKey(operation)) return
    route.preHandler = [...[route.preHandler ?? []].flat(), takeKey]
  })
}, { name: 'idempotency', dependencies: ['authentication'] })

const takeKey: preHandlerAsyncHookHandler = async (request) => {
  const key = request.headers['idempotency-key']
  if (key === undefined) return
  if (typeof key !== 'string' || !KEY.test(key)) throw invalidKey()
  request.actor = { ...request.actor, idempotency: { key, fingerprint: fingerprintOf(request) } }
}

const fingerprintOf = ({ method, url, body }: FastifyRequest) => JSON.stringify([method, url, body ?? null])

const invalidKey = () =>
  new DomainError('invalid', 'invalid_idempotency_key', 'An Idempotency-Key is 1 to 255 printable ASCII characters without spaces; a UUID does well')
