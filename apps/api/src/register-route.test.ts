import { describe, expect, it } from '@jest/globals'
import Fastify, { type FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { Closed, defineRoute } from '@afrochat/contracts'
import { errorHandler } from './plugins/error-handler.ts'
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

  describe('of an operation that takes and gives bytes', () => {
    const mirror = defineRoute({
      method: 'PUT', path: '/pictures', tag: 'x', summary: 'x', access: 'anyone', limit: null,
      media: { mediaTypes: ['image/png', 'image/gif'], maxBytes: 10 }, answers: { 200: { mediaTypes: ['image/png'], maxBytes: 10 }, 304: null },
    })
    async function aMirror() {
      const app = await anApp()
      await app.register(errorHandler)
      registerRoute(app, makeThing, async (request) => ({ id: request.body.id, note: null }))
      registerRoute(app, mirror, async (request, reply) => {
        void reply.type('image/png')
        return request.body
      })
      return app
    }
    const send = (app: FastifyInstance, contentType: string, payload: Buffer | string, url = '/pictures') =>
      app.inject({ method: url === '/pictures' ? 'PUT' : 'POST', url, headers: { 'content-type': contentType }, payload })

    it('passes them on as they are', async () => {
      const bytes = Buffer.from([0, 255, 13, 10, 0x80])
      const answer = await send(await aMirror(), 'image/png', bytes)
      expect([answer.statusCode, answer.headers['content-type'], answer.rawPayload]).toEqual([200, 'image/png', bytes])
    })

    it('takes no more of them than it says', async () => {
      const app = await aMirror()
      expect((await send(app, 'image/gif', Buffer.alloc(10))).statusCode).toBe(200)
      expect((await send(app, 'image/gif', Buffer.alloc(11))).statusCode).toBe(413)
    })

    it('takes its types and no others, and other operations take none of them', async () => {
      const app = await aMirror()
      expect((await send(app, 'image/svg+xml', '<svg/>')).statusCode).toBe(415)
      expect((await send(app, 'application/json', '{}')).statusCode).toBe(415)
      expect((await send(app, 'image/png', '{"id":"a"}', '/things')).statusCode).toBe(415)
      expect((await send(app, 'application/json', '{"id":"a"}', '/things')).statusCode).toBe(201)
    })
  })
})
