import { describe, expect, it } from '@jest/globals'
import Fastify from 'fastify'
import { Type } from 'typebox'
import { Closed, defineRoute } from '@afrochat/contracts'
import { validation } from './plugins/validation.ts'
import { registerRoute } from './register-route.ts'

const Thing = Closed({ id: Type.String(), note: Type.Union([Type.String(), Type.Null()]) })
const route = { method: 'POST', path: '/things', tag: 'x', summary: 'x', access: 'anyone', limit: 'ANON', body: Closed({ id: Type.String() }) } as const
const makeThing = defineRoute({ ...route, answers: { 200: Thing, 201: Thing } })
const dropThing = defineRoute({ ...route, method: 'DELETE', answers: { 204: null } })

async function anApp() {
  const app = Fastify()
  await app.register(validation)
  return app
}
const post = { method: 'POST', url: '/things', payload: { id: 'a' } } as const

describe('registerRoute', () => {
  it('answers with the status of a creation, unless the handler says that nothing was created', async () => {
    const app = await anApp()
    registerRoute(app, makeThing, async (request, reply) => {
      if (request.body.id === 'old') void reply.code(200)
      return { id: request.body.id, note: null }
    })
    expect((await app.inject(post)).statusCode).toBe(201)
    expect((await app.inject({ ...post, payload: { id: 'old' } })).statusCode).toBe(200)
  })

  it('lets nothing leave the server that is not in the answer\'s schema', async () => {
    const app = await anApp()
    const row = { id: 'a', note: null, password_hash: 'x' }
    registerRoute(app, makeThing, async () => row)
    expect((await app.inject(post)).body).toBe('{"id":"a","note":null}')
  })

  it('answers an error rather than a thing that lacks a field', async () => {
    const app = await anApp()
    // A handler that breaks its promise, as only a cast can.
    registerRoute(app, makeThing, async () => ({ id: 'a' }) as { id: string; note: null })
    expect((await app.inject(post)).statusCode).toBe(500)
  })

  it('sends no body where the operation has none', async () => {
    const app = await anApp()
    registerRoute(app, dropThing, async () => null)
    const answer = await app.inject({ ...post, method: 'DELETE' })
    expect([answer.statusCode, answer.body]).toEqual([204, ''])
  })

  it('gives every parameter a type and a default, and only those of the address from text', async () => {
    const app = await anApp()
    const list = defineRoute({
      method: 'GET', path: '/things', tag: 'x', summary: 'x', access: 'anyone', limit: 'ANON',
      query: Closed({ limit: Type.Optional(Type.Integer({ minimum: 1, default: 50 })) }), answers: { 200: Closed({ limit: Type.Integer() }) },
    })
    registerRoute(app, list, async (request) => ({ limit: request.query.limit ?? 0 }))
    expect((await app.inject('/things?limit=7')).json()).toEqual({ limit: 7 })
    expect((await app.inject('/things')).json()).toEqual({ limit: 50 })
  })
})
