import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { readLogPosition, type Db } from '@afrochat/database'
import { operations, serverOptions, type Registry } from '@afrochat/middleware'
import type { JobWorkers } from '@afrochat/queue'
import { checkRedis, type Redis } from '@afrochat/redis'

export interface WorkerAppDeps {
  readonly db: Db
  readonly redis: Redis
  readonly jobs: Pick<JobWorkers, 'isRunning'>
  readonly logger: FastifyBaseLogger
  readonly registry: Registry
  readonly trustedProxies: readonly string[]
  readonly metricsAllowedAddresses: readonly string[]
  readonly isDraining: () => boolean
}

/** What the worker serves: its health and its metrics, for operators alone. */
export async function buildWorkerApp({ db, redis, jobs, registry, ...deps }: WorkerAppDeps): Promise<FastifyInstance> {
  // The instance's own type knows the concrete logger; whoever gets it needs only the general one.
  const app: FastifyInstance = Fastify(serverOptions({ logger: deps.logger, trustedProxies: deps.trustedProxies }))
  await app.register(operations, {
    health: {
      checks: { database: () => readLogPosition(db, 0), redis: () => checkRedis(redis), queue: () => assertRunning(jobs) },
      needed: ['database'],
      isDraining: deps.isDraining,
    },
    metrics: { registry, allowedAddresses: deps.metricsAllowedAddresses },
  })
  return app
}

async function assertRunning(jobs: Pick<JobWorkers, 'isRunning'>): Promise<void> {
  if (!jobs.isRunning()) throw new Error('No jobs are taken from the queue')
}
