import { Counter, Gauge, Histogram } from 'prom-client'
import { readLogPosition, type Db } from '@afrochat/database'
import { readConsumerPositions } from '@afrochat/event-log'
import type { Attempt } from '@afrochat/mail'
import type { Registry } from '@afrochat/middleware'
import type { JobOutcome, JobQueue } from '@afrochat/queue'

/** Asked at each scrape: what alarms are set on, next to the positions that each gateway reports. */
export function registerLogMetrics(registry: Registry, db: Db, shards: number): void {
  new Gauge({
    name: 'event_log_position',
    help: 'Last position of each shard of the event log in PostgreSQL',
    labelNames: ['shard'],
    registers: [registry],
    async collect() {
      for (let shard = 0; shard < shards; shard += 1) this.set({ shard }, (await readLogPosition(db, shard)).pos)
    },
  })
  new Gauge({
    name: 'event_log_consumer_position',
    help: 'Position up to which each consumer has handed the events of a shard on',
    labelNames: ['consumer', 'shard'],
    registers: [registry],
    async collect() {
      for (const { consumer, shard, pos } of await readConsumerPositions(db)) this.set({ consumer, shard }, pos)
    },
  })
}

/** From what waits for nobody to what has waited for somebody's server as long as it may, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const

/** Gives what the workers of jobs report to. */
export function registerJobMetrics(registry: Registry, queue: Pick<JobQueue, 'counts'>): (outcome: JobOutcome) => void {
  new Gauge({
    name: 'queue_jobs',
    help: 'Jobs of each queue by state; failed ones are kept until somebody has looked into them',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      // While Redis is away there is nothing to say, and what was said last would be wrong.
      this.reset()
      const counts = await queue.counts().catch(() => undefined)
      for (const [name, states] of counts ?? []) {
        for (const state of STATES) this.set({ queue: name, state }, states[state])
      }
    },
  })
  const attempts = new Counter({
    name: 'queue_job_attempts_total',
    help: 'Attempts at jobs of this process by what became of them',
    labelNames: ['queue', 'job', 'outcome'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'queue_job_duration_seconds', help: 'How long an attempt at a job took', labelNames: ['job'], buckets: BUCKETS, registers: [registry],
  })
  return ({ queue: name, job, outcome, seconds }) => {
    attempts.inc({ queue: name, job, outcome })
    if (outcome !== 'stalled') durations.observe({ job }, seconds)
  }
}

/** Gives what the way to the mail server reports to. */
export function registerMailMetrics(registry: Registry, isEnabled: boolean): (attempt: Pick<Attempt, 'outcome'>) => void {
  new Gauge({ name: 'mail_enabled', help: 'Whether there is a mail server, by the settings', registers: [registry] }).set(isEnabled ? 1 : 0)
  const attempts = new Counter({
    name: 'mail_attempts_total',
    help: 'Attempts of this process to send a mail by what became of them; those that failed are tried again',
    labelNames: ['outcome'],
    registers: [registry],
  })
  for (const outcome of ['accepted', 'rejected', 'failed'] as const) attempts.inc({ outcome }, 0)
  return ({ outcome }) => attempts.inc({ outcome })
}
