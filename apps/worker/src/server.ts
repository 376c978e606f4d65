import { createLogger } from '@afrochat/logger'
import { closeServer, createRegistry, explainCrash, stopOnSignal } from '@afrochat/middleware'
import { buildWorkerApp } from './app.ts'
import { loadWorkerConfig } from './config.ts'
import { startWorker } from './start-worker.ts'

explainCrash()
const config = loadWorkerConfig()
const logger = createLogger({ service: 'worker', level: config.log.level })
const registry = createRegistry('worker')
const worker = startWorker(config, { logger, registry })

let draining = false
const app = await buildWorkerApp({
  ...worker, logger, registry,
  trustedProxies: config.http.trustedProxies,
  metricsAllowedAddresses: config.metrics.allowedAddresses,
  isDraining: () => draining,
})
await app.listen({ host: config.http.host, port: config.http.port })

stopOnSignal(logger, async () => {
  draining = true
  await closeServer(app)
  await worker.stop()
})
