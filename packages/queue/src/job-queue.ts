import { Queue } from 'bullmq'
import { jobCatalogue, jobQueues, type NewJob, type QueueName } from '@afrochat/contracts'
import { connectQueue, keyPrefix } from './connect.ts'
import { toEnvelope } from './job-envelope.ts'
import { createOutageReport, type Logger } from './outage-report.ts'

export interface JobQueueOptions {
  readonly url: string
  readonly name: string
  readonly logger: Logger
}

/** How many jobs of a queue are in each state. */
export interface JobCounts {
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  /** Tried as often as they may be, and kept for whoever looks into why. */
  readonly failed: number
}

/** Where jobs are asked for. */
export interface JobQueue {
  /**
   * Resolves when Redis has taken all of them. Rejects, in bounded time, when it is unknown whether it has: ask again,
   * with the same ids. A job whose id waits, runs or has failed is not added again.
   */
  enqueue(jobs: readonly NewJob[]): Promise<void>
  /** The same for work that is still to be done: what has failed for good is tried anew. */
  ensure(jobs: readonly NewJob[]): Promise<void>
  /** Of every queue. Rejects, in bounded time, while Redis is away. */
  counts(): Promise<ReadonlyMap<QueueName, JobCounts>>
  close(): Promise<void>
}

/** Redis is away. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError'
}

/** A command that takes longer waits for a Redis that has gone; whoever asked asks again. */
const PATIENCE_MS = 5_000
/** Failed jobs are kept so long, and so many of a queue, for their payload is what an operator looks for. */
const KEEP_FAILED = { age: 14 * 86_400, count: 5_000 }
/** Nobody reads BullMQ's own stream of what happened to jobs. */
const EVENTS_KEPT = 100

export function createJobQueue({ url, name, logger }: JobQueueOptions): JobQueue {
  const redis = connectQueue({ url, name }, createOutageReport(logger))
  const queues = new Map(queueNames.map((queue) => [queue, open(queue)]))

  return { enqueue, ensure, counts, close }

  function open(queueName: QueueName): Queue {
    const queue = new Queue(queueName, {
      connection: redis,
      prefix: keyPrefix(queueName),
      streams: { events: { maxLen: EVENTS_KEPT } },
      // A job that is done leaves nothing: what it did is in PostgreSQL.
      defaultJobOptions: { removeOnComplete: true, removeOnFail: KEEP_FAILED, stackTraceLimit: 1 },
    })
    // The connection has told of it already.
    queue.on('error', () => undefined)
    return queue
  }

  async function enqueue(jobs: readonly NewJob[]): Promise<void> {
    for (const [queue, ofQueue] of byQueue(jobs)) await inTime(() => queue.addBulk(ofQueue.map(toBulk)))
  }

  async function ensure(jobs: readonly NewJob[]): Promise<void> {
    await enqueue(jobs)
    for (const [queue, ofQueue] of byQueue(jobs)) await inTime(() => Promise.all(ofQueue.map(({ id }) => retryFailed(queue, id))))
  }

  async function counts(): Promise<ReadonlyMap<QueueName, JobCounts>> {
    const entries = [...queues].map(async ([queueName, queue]) => {
      const { waiting = 0, active = 0, delayed = 0, failed = 0 } = await inTime(() => queue.getJobCounts('waiting', 'active', 'delayed', 'failed'))
      return [queueName, { waiting, active, delayed, failed }] as const
    })
    return new Map(await Promise.all(entries))
  }

  function byQueue(jobs: readonly NewJob[]): Map<Queue, NewJob[]> {
    const grouped = new Map<Queue, NewJob[]>()
    for (const job of jobs) {
      const queue = queues.get(jobCatalogue[job.job].queue)
      if (queue !== undefined) grouped.set(queue, [...(grouped.get(queue) ?? []), job])
    }
    return grouped
  }

  /** Nothing is begun while Redis is known to be away. What was begun before it went may still arrive: its id makes that harmless. */
  async function inTime<T>(command: () => Promise<T>): Promise<T> {
    if (redis.status !== 'ready') throw new QueueUnavailableError('Redis is away')
    return withPatience(command())
  }

  async function close(): Promise<void> {
    await Promise.all([...queues.values()].map((queue) => queue.close()))
    redis.disconnect()
  }
}

// The keys of the object, whose type says which those are.
const queueNames = Object.keys(jobQueues) as QueueName[]

function toBulk(job: NewJob) {
  const { name, attempts, backoffMs } = jobCatalogue[job.job]
  return {
    name,
    data: toEnvelope(job),
    opts: {
      jobId: job.id,
      attempts,
      backoff: { type: 'exponential', delay: backoffMs },
      ...(job.delayMs !== undefined && job.delayMs > 0 && { delay: Math.ceil(job.delayMs) }),
    },
  }
}

async function retryFailed(queue: Queue, id: string): Promise<void> {
  if ((await queue.getJobState(id)) !== 'failed') return
  const job = await queue.getJob(id)
  try {
    await job?.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
  } catch (error) {
    // Another process that offers the same work was first.
    if ((await queue.getJobState(id)) === 'failed') throw error
  }
}

async function withPatience<T>(command: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueUnavailableError('Redis has not answered in time')), PATIENCE_MS)
  })
  try {
    return await Promise.race([command, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
