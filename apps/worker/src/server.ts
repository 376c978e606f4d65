import { connectDatabase } from '@afrochat/database'
import { startLogKeeper } from '@afrochat/event-log'
import { createLogger } from '@afrochat/logger'
import { closeServer, createRegistry, explainCrash, stopOnSignal } from '@afrochat/middleware'
import { createRedis } from '@afrochat/redis'
import { buildWorkerApp } from './app.ts'
import { loadWorkerConfig } from './config.ts'

explainCrash()
const config = loadWorkerConfig()
const logger = createLogger({ service: 'worker', level: config.log.level })
const registry = createRegistry('worker')
const onError = (error: Error) => logger.warn({ err: error }, 'A connection broke; it is made anew')

const db = connectDatabase({ url: config.database.url, poolSize: config.database.poolSize, applicationName: 'afrochat-worker', onError })
const redis = createRedis({ url: config.redis.url, name: 'afrochat-worker', onError })
const keeper = startLogKeeper({
  db, redis, logger,
  shards: config.eventLog.shards,
  tailLength: config.eventLog.tailEvents,
  retentionDays: config.eventLog.retentionDays,
})

let draining = false
const app = await buildWorkerApp({
  db, redis, logger, registry,
  shards: config.eventLog.shards,
  trustedProxies: config.http.trustedProxies,
  metricsAllowedAddresses: config.metrics.allowedAddresses,
  isDraining: () => draining,
})
await app.listen({ host: config.http.host, port: config.http.port })

stopOnSignal(logger, async () => {
  draining = true
  await keeper.stop()
  await closeServer(app)
  redis.disconnect()
  await db.destroy()
})
