import { afterEach, describe, expect, it, jest } from '@jest/globals'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { operations, serverOptions } from './server.ts'

interface Line { readonly level: string; readonly facts: Record<string, unknown>; readonly message: string }

/** Keeps what is logged. */
function aLogger(level = 'info', lines: Line[] = [], bindings: object = {}): FastifyBaseLogger & { lines: Line[] } {
  const log = (at: string) => (facts: object, message: string) => void lines.push({ level: at, facts: { ...bindings, ...facts }, message })
  const names = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
  const methods = Object.fromEntries(names.map((at) => [at, log(at)])) as Record<(typeof names)[number], ReturnType<typeof log>>
  const child = (more: object) => {
    childrenMade += 1
    return aLogger(level, lines, { ...bindings, ...more })
  }
  return { ...methods, lines, level, child } as unknown as FastifyBaseLogger & { lines: Line[] }
}

let childrenMade = 0

interface Facts { checks?: Record<string, () => Promise<unknown>>; level?: string; trustedProxies?: string[] }

const apps: FastifyInstance[] = []
afterEach(async () => {
  jest.restoreAllMocks()
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

async function aService({ checks = {}, level, trustedProxies = [] }: Facts = {}) {
  const logger = aLogger(level)
  const state = { draining: false }
  const app: FastifyInstance = Fastify(serverOptions({ logger, trustedProxies }))
  apps.push(app)
  await app.register(operations, {
    health: { checks, needed: ['database'], isDraining: () => state.draining },
    metrics: { registry: new Registry(), allowedAddresses: ['127.0.0.0/8'] },
  })
  app.get('/things/:id', async (request) => {
    if (request.url.endsWith('/broken')) throw new Error('broken')
    return { id: request.id, ip: request.ip }
  })
  return { app, state, lines: logger.lines }
}

const up = async () => 1
const down = () => Promise.reject(new Error('away'))
const hanging = () => new Promise(() => undefined)

describe('/health', () => {
  it('is healthy when everything answers', async () => {
    const { app } = await aService({ checks: { database: up, redis: up } })
    for (const url of ['/health', '/health/live', '/health/ready']) {
      const answer = await app.inject(url)
      expect([answer.statusCode, answer.body]).toEqual([200, '{"status":"healthy"}'])
    }
  })

  it('names what is down', async () => {
    const { app } = await aService({ checks: { database: down, redis: up } })
    expect((await app.inject('/health')).body).toBe('{"status":"unhealthy","database":"down"}')
    expect((await app.inject('/health/ready')).body).toBe('{"status":"unhealthy","database":"down"}')
    expect((await app.inject('/health/live')).statusCode).toBe(200)
  })

  it('is unhealthy without Redis, but goes on taking requests', async () => {
    const { app } = await aService({ checks: { database: up, redis: down } })
    const health = await app.inject('/health')
    expect([health.statusCode, health.body]).toEqual([503, '{"status":"unhealthy","redis":"down"}'])
    expect((await app.inject('/health/ready')).statusCode).toBe(200)
  })

  it('takes what does not answer in a second for down', async () => {
    const { app } = await aService({ checks: { database: hanging } })
    expect((await app.inject('/health')).body).toBe('{"status":"unhealthy","database":"down"}')
  })

  it('asks once for a hundred who ask at once', async () => {
    let asked = 0
    const { app } = await aService({ checks: { database: async () => (asked += 1) } })
    let ms = 0
    jest.spyOn(performance, 'now').mockImplementation(() => ms)
    await Promise.all(Array.from({ length: 100 }, () => app.inject('/health')))
    expect(asked).toBe(1)
    ms += 251
    await app.inject('/health')
    expect(asked).toBe(2)
  })

  it('is not ready while it drains', async () => {
    const { app, state } = await aService({ checks: { database: up } })
    state.draining = true
    expect((await app.inject('/health/ready')).statusCode).toBe(503)
    expect((await app.inject('/health/live')).statusCode).toBe(200)
  })
})

describe('/metrics', () => {
  it('counts requests by route, and never by address', async () => {
    const { app } = await aService()
    await app.inject('/things/1')
    await app.inject('/things/2')
    await app.inject('/nothing')
    const { body, headers } = await app.inject('/metrics')
    expect(headers['content-type']).toMatch('text/plain')
    expect(body).toContain('http_request_duration_seconds_count{method="GET",route="/things/:id",status="200"} 2')
    expect(body).toContain('route="unknown",status="404"')
    expect(body).not.toContain('/things/1')
  })

  it('is not there for other addresses', async () => {
    const { app } = await aService()
    expect((await app.inject({ url: '/metrics', remoteAddress: '192.0.2.1' })).statusCode).toBe(404)
  })

  it('is not there for what comes through a proxy on this machine that was not declared', async () => {
    const { app } = await aService()
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip']) {
      expect((await app.inject({ url: '/metrics', headers: { [header]: '127.0.0.1' } })).statusCode).toBe(404)
    }
  })

  it('goes by the client\'s address behind a declared proxy', async () => {
    const { app } = await aService({ trustedProxies: ['127.0.0.1'] })
    const from = async (address: string) => (await app.inject({ url: '/metrics', headers: { 'x-forwarded-for': address } })).statusCode
    expect([await from('192.0.2.1'), await from('127.0.0.9')]).toEqual([404, 200])
  })
})

describe('a request', () => {
  it('keeps a well-formed id of its caller, and says it', async () => {
    const { app } = await aService()
    const { headers, body } = await app.inject({ url: '/things/1', headers: { 'x-request-id': 'web.1-a:2' } })
    expect([headers['x-request-id'], JSON.parse(body)]).toEqual(['web.1-a:2', { id: 'web.1-a:2', ip: '127.0.0.1' }])
  })

  it.each(['', ' ', 'a b', 'a\tb', '<script>', 'a'.repeat(101), '"', 'é'])('gets an id of ours instead of %j, also where nothing is found', async (given) => {
    const { app } = await aService()
    for (const url of ['/things/1', '/nothing']) {
      const { headers } = await app.inject({ url, headers: { 'x-request-id': given } })
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('has the address of its connection, whatever its headers say, unless a declared proxy says it', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.1', 'x-real-ip': '198.51.100.2', forwarded: 'for=198.51.100.3' }
    const ipOf = async (trustedProxies: string[]) =>
      (await (await aService({ trustedProxies })).app.inject({ url: '/things/1', headers })).json<{ ip: string }>().ip
    expect(await ipOf([])).toBe('127.0.0.1')
    expect(await ipOf(['10.0.0.0/8'])).toBe('127.0.0.1')
    expect(await ipOf(['127.0.0.0/8'])).toBe('198.51.100.1')
  })

  it('is one line in the log when it was refused or failed, with its id and its route, and none when all went well', async () => {
    const { app, lines } = await aService()
    await app.inject({ url: '/things/secret-id', headers: { 'x-request-id': 'r-1' } })
    expect(lines).toEqual([])
    await app.inject({ url: '/nothing?token=secret', headers: { 'x-request-id': 'r-2' } })
    expect(lines).toEqual([{ level: 'info', message: 'request', facts: { request_id: 'r-2', method: 'GET', route: null, status: 404, ms: expect.any(Number) } }])
    await app.inject({ url: '/things/broken', headers: { 'x-request-id': 'r-3' } })
    expect(lines.at(-1)).toMatchObject({ level: 'error', facts: { request_id: 'r-3', route: '/things/:id', status: 500 } })
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('makes no logger of its own when nothing is said', async () => {
    const { app } = await aService()
    const before = childrenMade
    await app.inject('/things/1')
    expect(childrenMade).toBe(before)
    await app.inject('/nothing')
    expect(childrenMade).toBe(before + 1)
  })

  it('is a line also when all went well, for who asks for more', async () => {
    const { app, lines } = await aService({ level: 'debug' })
    await app.inject('/things/1')
    expect(lines).toEqual([expect.objectContaining({ level: 'debug', message: 'request' })])
  })
})
