import { poolStateOf } from '@afrochat/database'
import { createLogger } from '@afrochat/logger'
import { closeServer, createRegistry, explainCrash, stopOnSignal } from '@afrochat/middleware'
import { checkRedis } from '@afrochat/redis'
import { buildApp } from './app.ts'
import { loadApiConfig } from './config.ts'
import { registerApiMetrics } from './metrics.ts'
import { createClassLimiters } from './rate-limits/class-limiters.ts'
import { openServices } from './services.ts'

explainCrash()
const config = loadApiConfig()
const logger = createLogger({ service: 'api', level: config.log.level })
for (const warning of config.warnings) logger.warn(warning)

if (config.mail.host === null) logger.info('SMTP_HOST is not set: invites are not mailed, and whoever makes one hands over its link')

const registry = createRegistry('api')
const services = await openServices(config, logger)
const { auth, workspace, chat, images, db, redis, sessionLog } = services
registerApiMetrics(registry, { pool: () => poolStateOf(db), sessionLog })

let draining = false
const app = await buildApp({
  auth, workspace, chat, images, logger,
  limiters: createClassLimiters(redis, config.rateLimits),
  operations: {
    health: {
      checks: { database: () => db.selectNoFrom((eb) => eb.lit(1).as('one')).execute(), redis: () => checkRedis(redis) },
      needed: ['database'],
      isDraining: () => draining,
    },
    metrics: { registry, allowedAddresses: config.metrics.allowedAddresses },
  },
  settings: config.http,
})
await app.listen({ host: config.http.host, port: config.http.port })

stopOnSignal(logger, async () => {
  draining = true
  // What is under way is answered first; only then goes what it needs.
  await closeServer(app)
  await services.close()
})
