import { setTimeout as delay } from 'node:timers/promises'
import { UnrecoverableError, Worker, type Job } from 'bullmq'
import { jobQueues, type JobHandlers, type QueueName } from '@afrochat/contracts'
import type { Cluster, Redis } from 'ioredis'
import { connectQueue, keyPrefix } from './connect.ts'
import { runJob } from './run-job.ts'
import { createOutageReport, type Logger } from './outage-report.ts'

/** What became of one attempt at a job. `stalled`: its worker died or was thought dead, and it is done again. */
export interface JobOutcome {
  readonly queue: QueueName
  readonly job: string
  readonly outcome: 'completed' | 'retried' | 'failed' | 'stalled'
  /** How long the attempt took; 0 where that is not known. */
  readonly seconds: number
}

export interface JobWorkersOptions {
  readonly url: string
  readonly name: string
  readonly handlers: JobHandlers
  /** Of which jobs are left to other processes, because this one lacks what they need. */
  readonly leave?: readonly QueueName[]
  readonly logger: Logger
  readonly onOutcome?: (outcome: JobOutcome) => void
  /** For tests, which do not wait for half a minute. */
  readonly lockMs?: number
}

export interface JobWorkers {
  /** Whether jobs are taken from all queues but those that are left: false while Redis is away, and when a loop has ended that never should. */
  isRunning(): boolean
  /** Takes no more jobs, lets those under way come to an end, and ends. What does not end in time is done again elsewhere. */
  stop(): Promise<void>
}

/** A job whose worker has not renewed its lock for so long is done again: it died, or its loop was blocked. */
const LOCK_MS = 30_000
/**
 * Deploys and crashes may take a job's worker away more than once. A job that kills its worker every time still ends
 * among the failed ones.
 */
const MAX_STALLS = 5
/** Orchestrators kill what has not stopped in thirty seconds; what comes after the queue needs some of them. */
const DRAIN_MS = 15_000
/** To say good-bye to a Redis that answers. */
const CLOSE_MS = 3_000

/** Handles the jobs of the queues in this process. Redis may be away, at the start too: it goes on when it is back. */
export function startJobWorkers(options: JobWorkersOptions): JobWorkers {
  const { url, name, logger, leave = [] } = options
  const stopping = new AbortController()
  const underWay = new Set<Promise<void>>()
  const report = createOutageReport(logger)
  const started = queueNames.filter((queue) => !leave.includes(queue)).map((queue) => {
    const redis = connectQueue({ url, name: `${name}-${queue}` }, report)
    return { redis, worker: startWorker(queue, { redis, options, underWay, signal: stopping.signal }) }
  })

  return {
    isRunning: () => started.every(({ redis, worker }) => redis.status === 'ready' && worker.isRunning() && !worker.isPaused()),
    async stop() {
      stopping.abort()
      await Promise.all(started.map(({ worker }) => worker.pause(true)))
      await atMost(DRAIN_MS, Promise.allSettled(underWay))
      await Promise.all(started.map(close))
    },
  }
}

/** In order where Redis answers; by force where it is away, for a good-bye would be waited for until it is back. */
async function close({ redis, worker }: Started): Promise<void> {
  await atMost(CLOSE_MS, worker.close(redis.status !== 'ready'))
  redis.disconnect()
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const limit = new AbortController()
  await Promise.race([work, delay(ms, undefined, { signal: limit.signal }).catch(() => undefined)])
  limit.abort()
}

// The keys of the object, whose type says which those are.
const queueNames = Object.keys(jobQueues) as QueueName[]

interface Started {
  readonly redis: Redis | Cluster
  readonly worker: Worker
}

interface WorkerParts {
  readonly redis: Redis | Cluster
  readonly options: JobWorkersOptions
  /** The handlers that run now. */
  readonly underWay: Set<Promise<void>>
  readonly signal: AbortSignal
}

function startWorker(queue: QueueName, { redis, options, underWay, signal }: WorkerParts): Worker {
  const { handlers, logger, onOutcome = () => undefined, lockMs = LOCK_MS } = options
  const process = (job: Job) => {
    const run = runJob(job, { handlers, signal }).finally(() => underWay.delete(run))
    underWay.add(run)
    return run
  }
  const worker = new Worker(queue, process, {
    connection: redis,
    prefix: keyPrefix(queue),
    concurrency: jobQueues[queue].concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: MAX_STALLS,
  })
  worker.on('completed', (job) => onOutcome({ queue, job: job.name, outcome: 'completed', seconds: secondsOf(job) }))
  worker.on('failed', (job, error) => {
    const outcome = job !== undefined && willBeRetried(job, error) ? 'retried' : 'failed'
    const facts = { queue, job: job?.name, job_id: job?.id, attempt: job?.attemptsMade, err: error }
    if (outcome === 'retried') logger.warn(facts, 'Queue: a job failed and is tried again')
    else logger.error(facts, 'Queue: a job failed for good; it is kept among the failed ones')
    onOutcome({ queue, job: job?.name ?? 'unknown', outcome, seconds: job === undefined ? 0 : secondsOf(job) })
  })
  worker.on('stalled', (jobId) => {
    logger.warn({ queue, job_id: jobId }, 'Queue: the worker of a job was lost; it is done again')
    onOutcome({ queue, job: 'unknown', outcome: 'stalled', seconds: 0 })
  })
  // Without a listener it would end the process. Outages are told of by the connection; the rest is about single jobs
  // whose lock or key went away under them, with Redis or because this process stood still: they are done again.
  worker.on('error', (error) => {
    if (redis.status === 'ready') logger.warn({ queue, err: error }, 'Queue: something failed beside the jobs')
  })
  return worker
}

function willBeRetried(job: Job, error: Error): boolean {
  return !(error instanceof UnrecoverableError) && job.attemptsMade < (job.opts.attempts ?? 1)
}

const secondsOf = ({ processedOn, finishedOn = Date.now() }: Job) => (processedOn === undefined ? 0 : Math.max(0, finishedOn - processedOn) / 1000)
