import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { LightMyRequestResponse } from 'fastify'
import { routeCatalogue, type RouteDefinition } from '@afrochat/contracts'
import { brokenBodies, goodBody, heavyBodies, pathOf, wrongBodies, wrongParams, wrongQueries, type Hostile } from './testing/hostile-input.ts'
import { createTestApi, errorOf, type TestApi, type TestPerson } from './testing/test-api.ts'

let api: TestApi
let ada: TestPerson
beforeAll(async () => {
  api = await createTestApi()
  ada = await api.signUp()
})
afterAll(() => api.close())

const operations = Object.entries<RouteDefinition>(routeCatalogue)
const withBody = operations.filter(([, operation]) => operation.body)

function send(operation: RouteDefinition, { path, payload, contentType }: Omit<Hostile, 'name'>, token: string | null = ada.access_token): Promise<LightMyRequestResponse> {
  const body = payload ?? (operation.body ? JSON.stringify(goodBody(operation)) : undefined)
  return api.app.inject({
    method: operation.method,
    url: path,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
    },
    ...(body !== undefined && { payload: body }),
  })
}

/** Sends them all; gives those whose answer is not a clear refusal in the form of the interface. */
async function notRefused(operation: RouteDefinition, requests: readonly Hostile[], statuses: readonly number[]): Promise<string[]> {
  const wrong: string[] = []
  for (const request of requests) {
    const answer = await send(operation, request)
    if (!statuses.includes(answer.statusCode)) wrong.push(`${request.name}: ${answer.statusCode} ${answer.body.slice(0, 200)}`)
    else errorOf(answer)
  }
  return wrong
}

describe('hostile input is refused clearly, and never an error of ours', () => {
  it.each(withBody)('%s: bodies that are no JSON object', async (_, operation) => {
    expect(await notRefused(operation, brokenBodies(operation), [400, 413])).toEqual([])
  })

  it.each(withBody.filter(([name]) => ['register', 'sendMessage', 'updateWorkspace'].includes(name)))('%s: bodies that take long to read', async (_, operation) => {
    expect(await notRefused(operation, heavyBodies(operation), [400, 413])).toEqual([])
  })

  it.each(withBody)('%s: fields of the wrong type, with text that cannot be stored, unknown or missing', async (_, operation) => {
    expect(await notRefused(operation, wrongBodies(operation), [400])).toEqual([])
  })

  it.each(withBody)('%s: other media types', async (_, operation) => {
    const payload = JSON.stringify(goodBody(operation))
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml', 'application/jsonp', 'application/json/x', 'json', 'text/json', '*/*']
    expect(await notRefused(operation, types.map((contentType) => ({ name: contentType, path: pathOf(operation), payload, contentType })), [415])).toEqual([])
  })

  it.each(operations.filter(([, operation]) => operation.params))('%s: parameters that are no id', async (_, operation) => {
    expect(await notRefused(operation, wrongParams(operation), [400, 404])).toEqual([])
  })

  it.each(operations)('%s: queries that nobody understands', async (_, operation) => {
    // A cursor is looked at after the thing whose list it pages.
    expect(await notRefused(operation, wrongQueries(operation), operation.params ? [400, 404] : [400])).toEqual([])
  })

  it.each(operations.filter(([, { media }]) => media))('%s: bytes of another type, none, too many, or of no picture', async (_, operation) => {
    const { mediaTypes, maxBytes } = operation.media ?? { mediaTypes: [], maxBytes: 0 }
    const path = pathOf(operation)
    const as = (contentType: string, payload: string | Buffer) => ({ name: `${contentType}, ${payload.length} bytes`, path, payload, contentType })
    const others = ['application/json', 'image/svg+xml', 'text/html', 'image/png, text/html', 'image/*', 'multipart/form-data; boundary=x']
    expect(await notRefused(operation, others.map((type) => as(type, '{}')), [415])).toEqual([])
    for (const type of mediaTypes) {
      expect(await notRefused(operation, [as(type, '')], [400])).toEqual([])
      expect(await notRefused(operation, [as(type, Buffer.alloc(maxBytes + 1))], [413])).toEqual([])
      const noPictures = [Buffer.from('<svg onload=alert(1)>'), Buffer.from('GIF89a<script>alert(1)</script>'), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(1000)]
      expect(await notRefused(operation, noPictures.map((bytes) => as(type, bytes)), [404, 415, 422])).toEqual([])
    }
  })

  it.each(operations.filter(([, { method, body, media }]) => !body && !media && method !== 'GET'))('%s: a body where none is taken', async (_, operation) => {
    const bodies = ['{"a":1}', '[]', '"x"', '1'].map((payload) => ({ name: payload, path: pathOf(operation), payload, contentType: 'application/json' }))
    expect(await notRefused(operation, bodies, [400])).toEqual([])
  })

  it.each(operations.filter(([, { access }]) => access === 'signed-in'))('%s: without a token, or with a bad one', async (_, operation) => {
    const without = await send(operation, { path: pathOf(operation) }, null)
    expect([without.statusCode, errorOf(without)]).toEqual([401, expect.objectContaining({ error: 'Authorization header required', code: 'authorization_required' })])
    for (const token of ['x', 'a.b.c', `${ada.access_token}x`, ada.refresh_token, 'null', '\u00e9']) {
      const bad = await send(operation, { path: pathOf(operation) }, token)
      expect([bad.statusCode, errorOf(bad)]).toEqual([401, expect.objectContaining({ error: 'Invalid token', code: 'invalid_token' })])
    }
    const inQuery = await send(operation, { path: pathOf(operation, {}, `?access_token=${ada.access_token}`) }, null)
    expect(inQuery.statusCode).toBe(401)
  })

  it('nothing that was sent has changed what all objects are', () => {
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })

  it('a good request still works', async () => {
    expect((await api.call('GET', 'users/me', { as: ada })).statusCode).toBe(200)
  })
})
