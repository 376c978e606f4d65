import { Gauge } from 'prom-client'
import type { PoolState } from '@afrochat/database'
import type { LogReader } from '@afrochat/event-log'
import type { Registry } from '@afrochat/middleware'

export interface Observed {
  readonly pool: () => PoolState
  /** The reader that hears of revoked sessions. */
  readonly sessionLog: Pick<LogReader, 'position' | 'isFresh'>
}

/** What is particular to this service, read when somebody asks. */
export function registerApiMetrics(registry: Registry, { pool, sessionLog }: Observed): void {
  new Gauge({
    name: 'database_pool_connections',
    help: 'Connections to PostgreSQL by state; requests that wait for one',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { total, idle, waiting } = pool()
      this.set({ state: 'busy' }, total - idle)
      this.set({ state: 'idle' }, idle)
      this.set({ state: 'waiting' }, waiting)
    },
  })
  new Gauge({
    name: 'event_log_reader_position',
    help: 'Last event of the shard that this process has read',
    labelNames: ['shard'],
    registers: [registry],
    collect() {
      const { shard, pos } = sessionLog.position()
      this.set({ shard }, pos)
    },
  })
  new Gauge({
    name: 'event_log_reader_fresh',
    help: '1 while revoked sessions are heard of at once; 0: every request asks the database',
    registers: [registry],
    collect() {
      this.set(sessionLog.isFresh() ? 1 : 0)
    },
  })
}
