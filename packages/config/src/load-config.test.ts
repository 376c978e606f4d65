import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import { Type } from 'typebox'
import {
  allowedOrigins,
  ConfigError,
  flag,
  jwtSettings,
  listenSettings,
  loadConfig,
  mailbox,
  oneOf,
  optional,
  port,
  processSettings,
  rateLimitSettings,
  redisSettings,
  text,
  type Environment,
} from './index.ts'

const schema = Type.Object({
  ...processSettings,
  http: Type.Object({ port: port({ env: 'PORT', doc: 'd', default: '8080' }), ...listenSettings, allowedOrigins }),
  redis: redisSettings,
  jwt: jwtSettings,
  rateLimits: rateLimitSettings,
  debug: flag({ env: 'DEBUG_IT', doc: 'd', default: 'false' }),
  storage: oneOf(['local', 's3'], { env: 'STORAGE', doc: 'd', default: 'local' }),
  host: optional(text({ env: 'SMTP_HOST', doc: 'd' })),
  sender: optional(mailbox({ env: 'SMTP_FROM', doc: 'd' })),
})
const load = (env: Environment) => loadConfig(schema, { env })

function faultsOf(env: Environment): readonly string[] {
  try {
    load(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('loadConfig', () => {
  it('gives every setting its default in an empty environment', () => {
    expect(load({})).toMatchObject({
      environment: 'development',
      http: { port: 8080, allowedOrigins: [], trustedProxies: [] },
      jwt: { secrets: ['your-super-secret-jwt-key'], accessTokenHours: 24, refreshTokenDays: 7 },
      rateLimits: { post: { count: 100, seconds: 10 }, loginFail: { count: 10, seconds: 900 } },
      debug: false,
      storage: 'local',
      host: null,
    })
  })

  it('reads each kind of value', () => {
    const config = load({
      PORT: '0',
      ALLOWED_ORIGINS: 'https://a.example, http://localhost:3000',
      TRUSTED_PROXIES: '10.0.0.0/8,::1',
      RATE_LIMIT_POST: '5/1',
      RATE_LIMIT_SEARCH: '0',
      DEBUG_IT: 'Yes',
      STORAGE: 's3',
      SMTP_HOST: 'mail.example',
    })
    expect(config).toMatchObject({
      http: { port: 0, allowedOrigins: ['https://a.example', 'http://localhost:3000'], trustedProxies: ['10.0.0.0/8', '::1'] },
      rateLimits: { post: { count: 5, seconds: 1 }, search: null },
      debug: true,
      storage: 's3',
      host: 'mail.example',
    })
  })

  it('takes an empty variable for one that is not set', () => {
    expect(load({ PORT: '', SMTP_HOST: '' })).toMatchObject({ http: { port: 8080 }, host: null })
  })

  it('cannot be changed afterwards, at any depth', () => {
    const config: { http: { port: number; allowedOrigins: readonly string[] } } = load({})
    expect(() => (config.http.port = 1)).toThrow(TypeError)
    expect(() => Reflect.apply(Array.prototype.push, config.http.allowedOrigins, ['x'])).toThrow(TypeError)
  })

  it('lists all faults at once, by name, and never a value', () => {
    const env = { PORT: 'S3CRET', REDIS_URL: 'http://S3CRET', RATE_LIMIT_POST: 'S3CRET', LOG_LEVEL: 'S3CRET', JWT_EXPIRE_HOURS: '-1' }
    expect(faultsOf(env).map((fault) => fault.split(' ')[0])).toEqual([
      'LOG_LEVEL',
      'PORT',
      'REDIS_URL',
      'JWT_EXPIRE_HOURS',
      'RATE_LIMIT_POST',
    ])
    expect(() => load(env)).toThrow(/LOG_LEVEL[\s\S]+RATE_LIMIT_POST/)
    expect(() => load(env)).not.toThrow(/S3CRET/)
  })

  it.each([
    ['redis://one:7000,two:7001', /several nodes: if they are a Redis Cluster, begin it with redis\+cluster/],
    ['redis://:S3CRET@one,two', /several nodes/],
    ['redis+cluster://:S3CRET@one:7000,two:7001/1', /numbered database/],
    ['redis+cluster://:S3CRET@one:7000,', /as host:port/],
    ['redis://one:port', /write redis:\/\//],
    ['cluster://one:7000', /must be a URL of the form redis:\/\//],
  ])('says what is wrong with the Redis %s', (REDIS_URL, fault) => {
    expect(faultsOf({ REDIS_URL })).toEqual([expect.stringMatching(fault)])
    expect(faultsOf({ REDIS_URL }).join()).not.toContain('S3CRET')
  })

  it.each(['redis://localhost', 'rediss://:secret@one:6380/2', 'redis+cluster://:secret@one:7000,two:7001', 'rediss+cluster://endpoint.example:6379'])('takes the Redis %s', (REDIS_URL) => {
    expect(load({ REDIS_URL }).redis.url).toBe(REDIS_URL)
  })

  it.each(['80.5', '65536', '-1', '1e3', '0x50', '8080abc', '99999999999999999999'])('refuses the port %s', (PORT) => {
    expect(faultsOf({ PORT })).toEqual(['PORT must be a whole number from 0 to 65535'])
  })

  it.each(['*', 'null', 'https://a.example/', 'https://a.example/x', 'a.example', 'https://a.example,*'])('refuses the origin %s', (ALLOWED_ORIGINS) => {
    expect(faultsOf({ ALLOWED_ORIGINS })).toHaveLength(1)
  })

  it.each(['10.0.0.0/33', '::1/129', '10.0.0', '1.2.3.4/x', 'proxy', '1.2.3.4/8/8'])('refuses the network %s', (TRUSTED_PROXIES) => {
    expect(faultsOf({ TRUSTED_PROXIES })).toHaveLength(1)
  })

  it.each([
    ['a@example.com', { name: '', address: 'a@example.com' }],
    ['AfroChat <no-reply@chat.example.org>', { name: 'AfroChat', address: 'no-reply@chat.example.org' }],
    ['<a@example.com>', { name: '', address: 'a@example.com' }],
  ])('reads the mailbox %s', (SMTP_FROM, expected) => {
    expect(load({ SMTP_FROM }).sender).toEqual(expected)
  })

  it.each(['AfroChat', 'a@b@example.com', 'a@example.com, b@example.com', 'A <a@example.com', 'A <a@example.com> B', 'A\r\nBcc: x <a@example.com>', '"a b"@example.com'])(
    'refuses the mailbox %j', (SMTP_FROM) => {
      expect(faultsOf({ SMTP_FROM })).toHaveLength(1)
    },
  )

  it.each(['100', '100/0', '0/10', '/', '1/2/3', '-1/10', '1.5/10'])('refuses the rate limit %s', (RATE_LIMIT_POST) => {
    expect(faultsOf({ RATE_LIMIT_POST })).toHaveLength(1)
  })
})

describe('the file .env', () => {
  const directory = mkdtempSync(join(tmpdir(), 'afrochat-config-'))
  const envFile = join(directory, '.env')
  afterEach(() => rmSync(envFile, { force: true }))
  afterAll(() => rmSync(directory, { recursive: true }))

  it('stands in for what the environment does not set', () => {
    writeFileSync(envFile, 'PORT=1234\nSTORAGE="s3"  # or local\nLOG_LEVEL=debug\n')
    expect(loadConfig(schema, { env: { LOG_LEVEL: 'warn', STORAGE: '' }, envFile })).toMatchObject({
      http: { port: 1234 },
      storage: 's3',
      log: { level: 'warn' },
    })
  })

  it('need not be there', () => {
    expect(loadConfig(schema, { env: {}, envFile }).http.port).toBe(8080)
  })

  it('does not reach the tests', () => {
    writeFileSync(envFile, 'PORT=1234')
    expect(loadConfig(schema, { env: { NODE_ENV: 'test' }, envFile }).http.port).toBe(8080)
  })
})

describe('in production', () => {
  const strong = 'x'.repeat(32)
  const production = { NODE_ENV: 'production' }

  it('refuses to start without a JWT_SECRET, with that of the documentation, or with a short one', () => {
    expect(faultsOf(production)).toEqual([expect.stringMatching(/^JWT_SECRET must be a secret of your own/)])
    expect(faultsOf({ ...production, JWT_SECRET: 'your-super-secret-jwt-key' })).toHaveLength(1)
    expect(faultsOf({ ...production, JWT_SECRET: `${strong},your-super-secret-jwt-key` })).toHaveLength(1)
    expect(faultsOf({ ...production, JWT_SECRET: 'x'.repeat(31) })).toEqual(['JWT_SECRET must have at least 32 bytes in production'])
    expect(faultsOf({ ...production, JWT_SECRET: strong })).toEqual([])
  })

  it('takes several secrets, of which the first is the one that signs', () => {
    expect(load({ ...production, JWT_SECRET: `${strong}new, ${strong}old` }).jwt.secrets).toEqual([`${strong}new`, `${strong}old`])
  })

  it('warns of a Redis without a password on another machine', () => {
    const warnings = (REDIS_URL: string) => load({ ...production, JWT_SECRET: strong, REDIS_URL }).warnings
    expect(warnings('redis://cache.internal:6379')).toEqual([expect.stringMatching(/^REDIS_URL has no password/)])
    expect(warnings('redis://:secret@cache.internal:6379')).toEqual([])
    expect(warnings('redis://localhost:6379')).toEqual([])
    expect(warnings('redis+cluster://localhost:7000,cache.internal:7001')).toEqual([expect.stringMatching(/^REDIS_URL has no password/)])
    expect(warnings('redis+cluster://:secret@cache.internal:7000')).toEqual([])
  })
})
