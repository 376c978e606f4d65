import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { connectDatabase, type Db } from '@afrochat/database'
import { createLogger } from '@afrochat/logger'
import { createRegistry } from '@afrochat/middleware'
import { createRedis, type Redis } from '@afrochat/redis'
import { createTestDatabase, testRedisUrl, waitFor, type TestDatabase } from '@afrochat/test-support'
import { buildWorkerApp } from './app.ts'

const ignore = () => undefined
let database: TestDatabase
let db: Db
let redis: Redis
let draining = false
let app: Awaited<ReturnType<typeof buildWorkerApp>>

beforeAll(async () => {
  database = await createTestDatabase()
  db = connectDatabase({ url: database.url, poolSize: 2, applicationName: 'worker-test', onError: ignore })
  redis = createRedis({ url: testRedisUrl(), name: 'worker-test', onError: ignore })
  await waitFor(() => redis.status === 'ready')
  app = await buildWorkerApp({
    db, redis, logger: createLogger({ service: 'worker', level: 'silent' }), registry: createRegistry('worker'), shards: 1,
    trustedProxies: [], metricsAllowedAddresses: ['127.0.0.0/8'], isDraining: () => draining,
  })
})
afterAll(async () => {
  await app.close()
  redis.disconnect()
  await db.destroy()
  await database.drop()
})

describe('the worker', () => {
  it('is healthy with its database and Redis, and not ready while it stops', async () => {
    expect((await app.inject('/health')).json()).toEqual({ status: 'healthy' })
    expect((await app.inject('/health/ready')).statusCode).toBe(200)
    draining = true
    expect((await app.inject('/health/ready')).statusCode).toBe(503)
    expect((await app.inject('/health/live')).statusCode).toBe(200)
    draining = false
  })

  it('tells its operator where the log stands', async () => {
    expect((await app.inject('/metrics')).body).toContain('event_log_position{shard="0",service="worker"} 0')
  })
})
