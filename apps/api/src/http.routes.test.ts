import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ErrorBody } from '@afrochat/contracts'
import { createTestApi, errorOf, type TestApi, type TestPerson } from './testing/test-api.ts'

let api: TestApi
let ada: TestPerson
let port: number
beforeAll(async () => {
  api = await createTestApi({ ALLOWED_ORIGINS: 'https://chat.example.com' })
  ada = await api.signUp()
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  port = (api.app.server.address() as AddressInfo).port
})
afterAll(() => api.close())

interface RawAnswer { readonly status: number; readonly headers: Record<string, string>; readonly body: string }

/** Sends the bytes as they are, and reads until the server closes. */
async function raw(request: string): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  // One that has answered and reads no further resets the connection.
  socket.on('error', () => undefined)
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => void parts.push(part))
  socket.write(request)
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const text = Buffer.concat(parts).toString()
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]))
  return { status: Number(first.split(' ')[1]), headers, body }
}

const codeOf = ({ body, headers }: RawAnswer): string => {
  const { code, request_id: requestId } = JSON.parse(body) as ErrorBody
  expect(requestId).toBe(headers['x-request-id'])
  return code
}

const SAFE_HEADERS = {
  'strict-transport-security': expect.stringContaining('max-age='),
  'x-content-type-options': 'nosniff',
  'content-security-policy': expect.stringContaining("default-src 'none'"),
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'x-request-id': expect.any(String),
}

describe('what is not a request', () => {
  it.each([
    ['headers of 20 kB', `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'invalid_request'],
    ['a length and chunks at once', 'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400, 'invalid_request'],
    ['two lengths', 'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', 400, 'invalid_request'],
    ['a header without a name', 'GET /health HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n', 400, 'invalid_request'],
    ['a header with a NUL character', 'GET /health HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', 400, 'invalid_request'],
    ['a chunk that is none', 'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400, 'invalid_request'],
  ])('%s is refused in the form of all errors', async (_, request, status, code) => {
    const answer = await raw(request)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
    expect(answer.headers).toMatchObject(SAFE_HEADERS)
  })

  it('200 headers are not too many', async () => {
    const headers = Array.from({ length: 200 }, (_, index) => `X-${index}: 1\r\n`).join('')
    expect((await raw(`GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`)).status).toBe(200)
  })

  it('a body larger than allowed is refused by its announced length, unread', async () => {
    const head = 'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n'
    const announced = await raw(`${head}Content-Length: 99999999\r\n\r\n{`)
    expect([announced.status, codeOf(announced)]).toEqual([413, 'body_too_large'])
  })

  it('a body in chunks without end is refused where it is too large', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const answer = await raw(`POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}`)
    expect([answer.status, codeOf(answer)]).toEqual([413, 'body_too_large'])
  })
})

describe('addresses and methods', () => {
  const get = (target: string, more = '') => raw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more}\r\n`)

  it.each([
    '/api/v1/users/me/', '//api/v1/users/me', '/API/v1/users/me', '/api/v1/users/ME', '/api/v1/users/me;x', '/api/v1/users%2Fme', '/api/v1/users/./me',
    '/api/v1/x/../users/me', '/api/v1/users/me%00', '/api/v1/users/me%20', '/api/v2/users/me', '/api/v1', '/', '/..', '/etc/passwd', '/docs/../../etc/passwd', '/docs/static/%2e%2e/package.json',
  ])('GET %s gives nothing away', async (target) => {
    const answer = await get(target, `Authorization: Bearer ${ada.access_token}\r\n`)
    expect([400, 404]).toContain(answer.status)
    expect(['not_found', 'invalid_request', 'invalid_text']).toContain(codeOf(answer))
  })

  it('cannot be written so that a token is not asked for', async () => {
    for (const target of ['/api/v1/users/me?x', '/api/v1/%75sers/me', 'http://a/api/v1/users/me']) {
      const answer = await get(target)
      expect([401, 404]).toContain(answer.status)
    }
  })

  it.each(['TRACE', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'HEAD'])('%s is not there where it was not registered', async (method) => {
    const answer = await raw(`${method} /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(answer.status).toBe(404)
  })

  it('a header does not change the method', async () => {
    for (const header of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
      const answer = await api.call('GET', 'users/me', { as: ada, headers: { [header]: 'DELETE' } })
      expect(answer.statusCode).toBe(200)
    }
  })

  it('HEAD asks for the same authority as GET', async () => {
    expect((await api.call('HEAD', 'users/me')).statusCode).toBe(401)
    expect((await api.call('HEAD', 'users/me', { as: ada })).statusCode).toBe(200)
  })
})

describe('media types', () => {
  const body = JSON.stringify({ login: 'nobody', password: 'x', hacked: true })
  const send = async (contentType: string | undefined) => {
    const type = contentType === undefined ? '' : `Content-Type: ${contentType}\r\n`
    const answer = await raw(`POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${type}Content-Length: ${body.length}\r\n\r\n${body}`)
    return [answer.status, codeOf(answer)]
  }

  it.each([
    'application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', ' application/json', 'application/json ;charset=utf-8', 'application/json\r\nContent-Type: text/plain',
  ])('%j is JSON, and every field of it is checked', async (contentType) => {
    expect(await send(contentType)).toEqual([400, 'invalid_request'])
  })

  it.each([
    undefined, '', 'text/plain', 'application/json\ta', 'application/json garbage', 'application/json, text/plain', 'application/x-www-form-urlencoded', 'text/plain\r\nContent-Type: application/json',
    'multipart/form-data; boundary=application/json',
  ])('%j is not', async (contentType) => {
    expect(await send(contentType)).toEqual([415, 'unsupported_media_type'])
  })
})

describe('bytes that are no UTF-8', () => {
  it('are refused, and not stored as other text than was sent', async () => {
    const body = Buffer.concat([Buffer.from('{"login":"a'), Buffer.from([0xff]), Buffer.from('","password":"x"}')])
    const answer = await api.app.inject({ method: 'POST', url: '/api/v1/auth/login', headers: { 'content-type': 'application/json' }, payload: body })
    expect([answer.statusCode, errorOf(answer).code]).toEqual([400, 'invalid_json'])
  })
})

describe('every answer', () => {
  it('carries the headers that keep browsers from guessing, framing and keeping, errors as well', async () => {
    for (const path of ['users/me', '/health', '/nothing', '/%zz', 'users/x', '/docs/', '/openapi.json']) {
      const answer = await api.call('GET', path, { as: ada })
      const csp = path === '/docs/' ? { 'content-security-policy': expect.stringContaining("frame-ancestors 'none'") } : {}
      expect(answer.headers).toMatchObject({ ...SAFE_HEADERS, ...csp })
    }
  })

  it('says nothing of what it is made with', async () => {
    const answer = await raw('GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(Object.keys(answer.headers)).not.toEqual(expect.arrayContaining(['server']))
    expect(JSON.stringify(answer)).not.toMatch(/fastify|node|express|stack|\/work|node_modules/i)
  })
})

describe('pages of other origins', () => {
  const preflight = (origin: string) => api.call('OPTIONS', 'users/me', {
    headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
  })

  it('may ask when their origin is allowed, without cookies', async () => {
    const before = await preflight('https://chat.example.com')
    expect(before.statusCode).toBe(204)
    expect(before.headers).toMatchObject({
      'access-control-allow-origin': 'https://chat.example.com', 'access-control-allow-headers': expect.stringContaining('authorization'), 'access-control-allow-methods': expect.stringContaining('PATCH'),
    })
    const answer = await api.call('GET', 'users/me', { as: ada, headers: { origin: 'https://chat.example.com' } })
    expect(answer.headers['access-control-allow-origin']).toBe('https://chat.example.com')
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
  })

  it.each([
    'https://evil.example', 'null', 'https://chat.example.com.evil.example', 'https://chat.example.co', 'http://chat.example.com', 'https://chat.example.com:8443', 'https://CHAT.example.com', 'https://evil-chat.example.com',
  ])('may not from %s', async (origin) => {
    for (const answer of [await preflight(origin), await api.call('GET', 'users/me', { as: ada, headers: { origin } })]) {
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })
})

describe('a failure of ours', () => {
  it('is one sentence, and nothing of its cause', async () => {
    const { db } = api.services
    await db.schema.alterTable('users').renameTo('users_away').execute()
    try {
      const answer = await api.call('GET', 'users/me', { as: ada })
      const { request_id: _, ...error } = errorOf(answer)
      expect([answer.statusCode, error]).toEqual([500, { error: 'Something went wrong on our side', code: 'internal_error' }])
    } finally {
      await db.schema.alterTable('users_away').renameTo('users').execute()
    }
  })
})

describe('the description', () => {
  it('is served for programs and for people', async () => {
    expect((await api.call('GET', '/openapi.json')).json<{ openapi: string }>().openapi).toBe('3.1.0')
    const page = await api.call('GET', '/docs/')
    expect([page.statusCode, page.headers['content-type'], page.body]).toEqual([200, 'text/html; charset=utf-8', expect.stringContaining('swagger-ui')])
  })

  it('can be switched off', async () => {
    const closed = await createTestApi({ DOCS_ENABLED: 'false' })
    for (const path of ['/docs', '/docs/', '/openapi.json']) expect((await closed.call('GET', path)).statusCode).toBe(404)
    await closed.close()
  })
})
