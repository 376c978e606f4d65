import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { routeCatalogue, type HttpMethod, type RouteDefinition } from '@afrochat/contracts'
import { goodBody, pathOf } from './testing/hostile-input.ts'
import { createTestApi, errorOf, type TestApi, type TestPerson } from './testing/test-api.ts'

let api: TestApi
let ada: TestPerson
beforeAll(async () => {
  api = await createTestApi()
  ada = await api.signUp()
})
afterAll(() => api.close())

const METHODS: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const operations = Object.entries<RouteDefinition>(routeCatalogue)
const paths = [...new Set(operations.map(([, { path }]) => path))].map((path) => [path] as const)
const at = (path: string) => operations.map(([, operation]) => operation).filter((operation) => operation.path === path)

const ask = (method: string, url: string, headers: Record<string, string> = {}) => api.app.inject({
  method: method as HttpMethod, url, headers: { authorization: `Bearer ${ada.access_token}`, ...headers },
})

describe('an address', () => {
  it.each(paths)('%s answers to the methods that were registered, and to no other', async (path) => {
    const [operation] = at(path)
    if (operation === undefined) throw new Error('it is one of theirs')
    const known = new Set<string>(at(path).map(({ method }) => method))
    const others = [...METHODS.filter((method) => !known.has(method)), 'TRACE', 'PROPFIND', ...(known.has('GET') ? [] : ['HEAD'])]
    for (const method of others) {
      const answer = await ask(method, pathOf(operation))
      expect([method, answer.statusCode]).toEqual([method, 404])
    }
  })

  it.each(paths)('%s is written in one way', async (path) => {
    const [operation] = at(path)
    if (operation === undefined) throw new Error('it is one of theirs')
    const url = pathOf(operation)
    const others = [`${url}/`, url.replace('/api/', '//api/'), url.replace('/v1/', '/v1//'), url.replace('/api/', '/API/'), `${url}/..`, url.replace('/v1/', '/v2/')]
    for (const other of others) {
      const answer = await ask(operation.method, other)
      expect([other, [400, 404].includes(answer.statusCode)]).toEqual([other, true])
      expect(['not_found', 'invalid_request']).toContain(errorOf(answer).code)
    }
  })
})

describe('the method is the one of the request line', () => {
  it.each(operations.filter(([, { method }]) => method === 'GET'))('%s stays a reading whatever a header says', async (_, operation) => {
    const plain = await ask('GET', pathOf(operation))
    for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      expect((await ask('GET', pathOf(operation), { [header]: 'DELETE' })).statusCode).toBe(plain.statusCode)
    }
    expect((await ask('GET', `${pathOf(operation)}?_method=DELETE`)).statusCode).not.toBe(204)
  })

  it.each(operations.filter(([, { method, access }]) => method === 'GET' && access === 'signed-in'))('%s asks as much for HEAD', async (_, operation) => {
    const without = await api.app.inject({ method: 'HEAD', url: pathOf(operation) })
    expect([without.statusCode, without.body]).toEqual([401, ''])
  })
})

describe('what is answered', () => {
  it.each(operations)('%s is JSON that nobody takes for a page, kept by nobody', async (_, operation) => {
    const answer = await api.app.inject({
      method: operation.method, url: pathOf(operation), headers: { authorization: `Bearer ${ada.access_token}` },
      ...(operation.body && { payload: goodBody(operation) as object }),
    })
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining("default-src 'none'") })
    if (answer.body !== '') expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  })
})
