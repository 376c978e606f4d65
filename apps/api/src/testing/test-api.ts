import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { loadConfig } from '@afrochat/config'
import type { ErrorBody, SignedIn } from '@afrochat/contracts'
import { newId, type Actor } from '@afrochat/kernel'
import { createLogger } from '@afrochat/logger'
import { createRegistry } from '@afrochat/middleware'
import { checkRedis } from '@afrochat/redis'
import { createTestDatabase, PATIENCE_MS, PATIENT, testRedisUrl, waitFor } from '@afrochat/test-support'
import { buildApp } from '../app.ts'
import { apiSettings } from '../config.ts'
import { createClassLimiters } from '../rate-limits/class-limiters.ts'
import { openServices, type Services } from '../services.ts'

/** Somebody signed in over HTTP. */
export interface TestPerson extends SignedIn {
  readonly actor: Actor
}

export interface Call {
  /** Whose access token is sent. */
  readonly as?: Pick<SignedIn, 'access_token'>
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly from?: string
}

/** The whole API as server.ts composes it, on a database of its own, asked without a network. */
export interface TestApi {
  readonly app: FastifyInstance
  readonly services: Services
  call(method: NonNullable<InjectOptions['method']>, path: string, call?: Call): Promise<LightMyRequestResponse>
  signUp(facts?: { username?: string }): Promise<TestPerson>
  close(): Promise<void>
}

export const PASSWORD = 'correct horse battery'

/** Limits are off unless the test is about them. */
const NO_LIMITS = Object.fromEntries(['GENERAL', 'ANON', 'REGISTER', 'LOGIN_FAIL', 'POST', 'SEARCH', 'UPLOAD', 'INVITE_MAIL', 'MAIL_ADDRESS'].map((name) => [`RATE_LIMIT_${name}`, '0']))

/** `env`: settings that differ from the defaults. `log`: gets every line, where a test is about them. */
export async function createTestApi(env: Record<string, string> = {}, log?: { write(line: string): void }): Promise<TestApi> {
  const database = env['DATABASE_URL'] === undefined ? await createTestDatabase() : undefined
  const config = loadConfig(apiSettings, {
    env: { NODE_ENV: 'test', JWT_SECRET: 'a secret of thirty-two bytes or so', DATABASE_URL: database?.url, REDIS_URL: testRedisUrl(), ...PATIENT, ...NO_LIMITS, ...env },
  })
  const logger = createLogger({ service: 'api', level: log ? 'trace' : 'silent', ...(log && { destination: log }) })
  const services = await openServices(config, logger, { passwordCost: { memoryKib: 64, passes: 1 }, redisSilenceMs: PATIENCE_MS })
  const { auth, workspace, chat, images, redis, db } = services
  await waitFor(() => services.sessionLog.isFresh() && (env['REDIS_URL'] !== undefined || redis.status === 'ready'))
  const app = await buildApp({
    auth, workspace, chat, images, logger,
    limiters: createClassLimiters(redis, config.rateLimits),
    operations: {
      health: { checks: { database: () => db.selectFrom('users').select('id').limit(1).execute(), redis: () => checkRedis(redis) }, needed: ['database'], isDraining: () => false },
      metrics: { registry: createRegistry('api'), allowedAddresses: config.metrics.allowedAddresses },
    },
    settings: config.http,
  })

  const call: TestApi['call'] = (method, path, { as, body, headers = {}, from } = {}) => app.inject({
    method,
    url: path.startsWith('/') ? path : `/api/v1/${path}`,
    headers: { ...(as && { authorization: `Bearer ${as.access_token}` }), ...headers },
    ...(body !== undefined && { payload: body as object }),
    ...(from !== undefined && { remoteAddress: from }),
  })

  return {
    app, services, call,
    async signUp({ username = `u-${newId().slice(-12)}` } = {}) {
      const answer = await call('POST', 'auth/register', { body: { email: `${username}@example.com`, username, password: PASSWORD, display_name: 'Ada' } })
      const signedIn = answer.json<SignedIn>()
      const { userId, sessionId } = await auth.authenticate(signedIn.access_token)
      return { ...signedIn, actor: { userId, sessionId, requestId: null } }
    },
    async close() {
      await app.close()
      await services.close()
      await database?.drop()
    },
  }
}

/** The body of an error, which must have the one form that all have. */
export function errorOf(answer: LightMyRequestResponse): ErrorBody {
  const body = answer.json<ErrorBody>()
  const { error, code, request_id: requestId, details = [], ...rest } = body
  const isGood = typeof error === 'string' && /^[a-z][a-z0-9_]*$/.test(code) && requestId === answer.headers['x-request-id']
    && Object.keys(rest).length === 0 && details.every(({ path, message }) => /^(?:$|\/)/.test(path) && message.length > 0)
  if (!isGood) throw new Error(`Not the form of an error: ${answer.body}`)
  return body
}
