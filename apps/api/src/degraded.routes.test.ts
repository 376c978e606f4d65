import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { migrateUp } from '@afrochat/database'
import { startPostgres, startRedis, type RunningService } from '@afrochat/scripts/services'
import { waitFor } from '@afrochat/test-support'
import { createTestApi, errorOf, PASSWORD, type TestApi, type TestPerson } from './testing/test-api.ts'

describe('without Redis', () => {
  let redis: RunningService
  let api: TestApi
  let ada: TestPerson
  beforeAll(async () => {
    redis = await startRedis()
    api = await createTestApi({ REDIS_URL: redis.url, RATE_LIMIT_GENERAL: '5/60', RATE_LIMIT_LOGIN_FAIL: '10/900' })
    await waitFor(() => api.services.redis.status === 'ready')
    ada = await api.signUp()
    await redis.stop()
    await waitFor(() => api.services.redis.status !== 'ready')
  })
  afterAll(() => api.close())

  it('requests are served, and limited by each process for itself', async () => {
    const answers = []
    for (let index = 0; index < 6; index += 1) answers.push(await api.call('GET', 'users/me', { as: ada }))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 429])
  })

  it('nobody signs in by a password, for guesses could not be counted', async () => {
    for (const password of [PASSWORD, 'wrong']) {
      const answer = await api.call('POST', 'auth/login', { body: { login: ada.user.username, password } })
      expect([answer.statusCode, errorOf(answer).code]).toEqual([503, 'service_unavailable'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
  })

  it('who is signed in stays so, and signing out works', async () => {
    const refreshed = await api.call('POST', 'auth/refresh', { body: { refresh_token: ada.refresh_token } })
    expect(refreshed.statusCode).toBe(200)
    expect((await api.services.auth.authenticate(ada.access_token)).userId).toBe(ada.user.id)
    await api.services.auth.logout(ada.actor)
    expect((await api.call('GET', 'users/me', { as: ada })).statusCode).toBe(401)
  })

  it('the service is unhealthy, but ready', async () => {
    const health = await api.call('GET', '/health')
    expect([health.statusCode, health.json()]).toEqual([503, { status: 'unhealthy', redis: 'down' }])
    expect((await api.call('GET', '/health/ready')).statusCode).toBe(200)
  })
})

describe('without the database', () => {
  let dataDir: string
  let postgres: RunningService
  let api: TestApi
  let ada: TestPerson
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'afrochat-outage-'))
    postgres = await startPostgres({ dataDir, keep: true })
    await migrateUp(postgres.url)
    api = await createTestApi({ DATABASE_URL: postgres.url })
    ada = await api.signUp()
  })
  afterAll(async () => {
    await api.close()
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('requests are answered 503 and say when to try again; all is well when it is back', async () => {
    expect((await api.call('GET', 'workspaces', { as: ada })).statusCode).toBe(200)
    await postgres.stop()
    const answers = await Promise.all([
      api.call('GET', 'workspaces', { as: ada }),
      api.call('POST', 'workspaces', { as: ada, body: { name: 'Acme' } }),
      api.call('POST', 'auth/refresh', { body: { refresh_token: ada.refresh_token } }),
      api.call('POST', 'auth/login', { body: { login: ada.user.username, password: PASSWORD } }),
    ])
    for (const answer of answers) {
      expect([answer.statusCode, errorOf(answer).code]).toEqual([503, 'service_unavailable'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect((await api.call('GET', '/health/live')).statusCode).toBe(200)
    const ready = await waitFor(async () => {
      const answer = await api.call('GET', '/health/ready')
      return answer.statusCode === 503 && answer
    })
    expect(ready.json()).toEqual({ status: 'unhealthy', database: 'down' })

    postgres = await startPostgres({ dataDir, keep: true, port: postgres.port })
    await waitFor(async () => (await api.call('GET', 'workspaces', { as: ada })).statusCode === 200)
    await waitFor(async () => (await api.call('GET', '/health/ready')).statusCode === 200)
  })
})
