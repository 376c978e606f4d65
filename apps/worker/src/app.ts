import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { Gauge } from 'prom-client'
import { readLogPosition, type Db } from '@afrochat/database'
import { operations, serverOptions, type Registry } from '@afrochat/middleware'
import type { Redis } from '@afrochat/redis'

export interface WorkerAppDeps {
  readonly db: Db
  readonly redis: Redis
  readonly logger: FastifyBaseLogger
  readonly registry: Registry
  readonly shards: number
  readonly trustedProxies: readonly string[]
  readonly metricsAllowedAddresses: readonly string[]
  readonly isDraining: () => boolean
}

/** What the worker serves: its health and its metrics, for operators alone. */
export async function buildWorkerApp(deps: WorkerAppDeps): Promise<FastifyInstance> {
  const { db, redis, registry } = deps
  // The instance's own type knows the concrete logger; whoever gets it needs only the general one.
  const app: FastifyInstance = Fastify(serverOptions({ logger: deps.logger, trustedProxies: deps.trustedProxies }))
  registerLogMetrics(registry, db, deps.shards)
  await app.register(operations, {
    health: {
      checks: { database: () => readLogPosition(db, 0), redis: () => redis.ping() },
      needed: ['database'],
      isDraining: deps.isDraining,
    },
    metrics: { registry, allowedAddresses: deps.metricsAllowedAddresses },
  })
  return app
}

/** Asked at each scrape: what alarms are set on, next to the positions that each gateway reports. */
function registerLogMetrics(registry: Registry, db: Db, shards: number): void {
  new Gauge({
    name: 'event_log_position',
    help: 'Last position of each shard of the event log in PostgreSQL',
    labelNames: ['shard'],
    registers: [registry],
    async collect() {
      for (let shard = 0; shard < shards; shard += 1) this.set({ shard }, (await readLogPosition(db, shard)).pos)
    },
  })
}
