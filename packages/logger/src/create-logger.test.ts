import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createLogger, type LogLevel } from './create-logger.ts'

function aLogger({ level = 'info' }: { level?: LogLevel } = {}) {
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) }
  return { logger: createLogger({ service: 'api', level, destination }), lines, all: () => JSON.stringify(lines) }
}

describe('a log line', () => {
  it('is JSON with the service, the level by name and an ISO time', () => {
    const { logger, lines } = aLogger()
    logger.info({ request_id: 'r-1' }, 'hello')
    expect(lines).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/), service: 'api', pid: process.pid, request_id: 'r-1', msg: 'hello' },
    ])
  })

  it('is not written below the level', () => {
    const { logger, lines } = aLogger({ level: 'warn' })
    logger.info('quiet')
    expect(lines).toEqual([])
  })

  it('keeps what a child logger was given', () => {
    const { logger, lines } = aLogger()
    logger.child({ request_id: 'r-2' }).info('x')
    expect(lines[0]).toMatchObject({ request_id: 'r-2' })
  })

  it('carries an error with its code and the chain of causes, and nothing else of it', () => {
    const { logger, lines, all } = aLogger()
    const cause = Object.assign(new Error('duplicate key'), { code: '23505', constraint: 'users_email_key', detail: 'Key (email)=(a@b.c)' })
    logger.error({ err: new Error('could not register', { cause }) }, 'failed')
    expect(lines[0]?.['err']).toMatchObject({
      type: 'Error',
      message: 'could not register',
      cause: { message: 'duplicate key', code: '23505', constraint: 'users_email_key' },
    })
    expect(all()).not.toContain('a@b.c')
  })

  it('survives an error that is its own cause, and a cyclic object', () => {
    const { logger, lines } = aLogger()
    const error = new Error('round')
    error.cause = error
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    logger.error({ err: error, cyclic }, 'x')
    expect(lines).toHaveLength(1)
  })

  it('escapes control characters, so that a name cannot forge a line or move a terminal', () => {
    const written: string[] = []
    const logger = createLogger({ service: 'api', level: 'info', destination: { write: (line) => void written.push(line) } })
    logger.info({ name: 'x\r\n{"level":"fatal"}\u001b[2J' }, 'y\nz')
    expect(written.join('').trimEnd()).not.toMatch(/[\r\n\u001b]/)
  })
})

describe('secrets', () => {
  const MARK = 'S3CRET-mark-9f'

  it.each([
    ['a header', { headers: { Authorization: `Bearer ${MARK}`, cookie: `a=${MARK}`, 'sec-websocket-protocol': `bearer.${MARK}` } }],
    ['a password at any depth', { a: { b: [{ new_password: MARK }] } }],
    ['tokens', { access_token: MARK, refreshToken: MARK, inviteToken: MARK, tokens: [MARK] }],
    ['the text of a message', { message: { content: MARK }, event: { payload: `{"content":"${MARK}"}` } }],
    ['a connection URL', { url: `postgres://afrochat:${MARK}@localhost/x`, other: `redis://:${MARK}@h`, third: `redis+cluster://:${MARK}@a:1,b:2` }],
    ['a query string', { path: `/ws?token=${MARK}&x=1`, url: `/x?reset_token=${MARK}` }],
    ['a JWT in a text', { note: `got eyJhbGciOiJIUzI1NiJ9.eyJ${'a'.repeat(9)}.${MARK}` }],
  ])('of %s do not reach the log', (_what, fields) => {
    const { logger, all } = aLogger()
    logger.info(fields, 'x')
    logger.child(fields).info('y')
    expect(all()).not.toContain(MARK)
    expect(all()).toContain('[redacted]')
  })

  it('inside messages and errors do not reach the log either', () => {
    const { logger, all } = aLogger()
    logger.info(`connecting to postgres://u:${MARK}@h/d`)
    logger.error(new Error(`bad header: Bearer ${MARK}`))
    logger.error({ err: new Error('x', { cause: new Error(`redis://:${MARK}@h failed`) }) })
    expect(all()).not.toContain(MARK)
  })

  it('do not reach the log wherever in an object a secret name stands', () => {
    const name = fc.constantFrom('password', 'token', 'Refresh_Token', 'authorization', 'content', 'jwtSecret')
    const path = fc.array(fc.constantFrom('a', 'b', 'list'), { maxLength: 6 })
    fc.assert(
      fc.property(name, path, (secretName, keys) => {
        const { logger, all } = aLogger()
        const nested = keys.reduceRight<Record<string, unknown>>((inner, key) => ({ [key]: key === 'list' ? [inner] : inner }), { [secretName]: MARK })
        logger.info(nested, 'x')
        expect(all()).not.toContain(MARK)
      }),
    )
  })

  it('are not seen where there are none: ids, times, counts and plain texts stay as they are', () => {
    const { logger, lines } = aLogger()
    const fields = { user_id: '018f3c2e-0000-7000-8000-000000000000', count: 3, ok: true, none: null, path: '/api/v1/users/me?limit=50' }
    logger.info(fields, 'plain')
    expect(lines[0]).toMatchObject(fields)
  })
})
