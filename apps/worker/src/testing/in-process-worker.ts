import { loadConfig } from '@afrochat/config'
import { createLogger } from '@afrochat/logger'
import { createRegistry, type Registry } from '@afrochat/middleware'
import { PATIENT, waitFor } from '@afrochat/test-support'
import { workerSettings } from '../config.ts'
import { startWorker, type RunningWorker } from '../start-worker.ts'

export interface InProcessWorker extends RunningWorker {
  readonly registry: Registry
}

export interface WorkerFacts {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly trustedHosts?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Gets every line, where a test is about them. */
  readonly log?: { write(line: string): void }
}

/** A whole worker in this process, ready to do what comes. */
export async function aWorker({ databaseUrl, redisUrl, trustedHosts = [], env = {}, log }: WorkerFacts): Promise<InProcessWorker> {
  const config = loadConfig(workerSettings, { env: { NODE_ENV: 'test', DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...PATIENT, ...env } })
  const registry = createRegistry('worker')
  const logger = createLogger({ service: 'worker', level: log ? 'trace' : 'silent', ...(log && { destination: log }) })
  const worker = startWorker(config, { logger, registry, trustedHosts })
  await waitFor(() => worker.jobs.isRunning() && worker.redis.status === 'ready', { message: 'the worker to take jobs' })
  const hasConsumer = async () => (await worker.db.selectFrom('log_consumers').selectAll().execute()).length > 0
  if (config.previews.enabled) await waitFor(hasConsumer, { message: 'the consumer of the log to have its place' })
  return { ...worker, registry }
}
