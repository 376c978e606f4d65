import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Redis } from 'ioredis'
import type { JobHandlers, NewJob, QueueName } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { startRedis, startRedisCluster, type RunningService } from '@afrochat/scripts/services'
import { testRedisUrl, waitFor } from '@afrochat/test-support'
import { createJobQueue, startJobWorkers, type JobOutcome, type JobQueue } from './index.ts'
import { aPreviewJob, aReminderJob, handlersWith } from './testing/handlers.ts'

/** Everything that was opened: the last is closed first. */
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})
// No test finds the jobs of the one before.
beforeEach(async () => {
  await aClient().flushall()
})

function aClient(): Redis {
  const redis = new Redis(testRedisUrl())
  open.push(async () => redis.disconnect())
  return redis
}

interface Line {
  readonly level: string
  readonly message: string
  readonly facts: object
}

function aLogger() {
  const lines: Line[] = []
  const write = (level: string) => (facts: object, message: string) => void lines.push({ level, message, facts })
  return { lines, info: write('info'), warn: write('warn'), error: write('error') }
}

function aQueue(url = testRedisUrl()): JobQueue {
  const queue = createJobQueue({ url, name: 'test', logger: aLogger() })
  open.push(() => queue.close())
  return queue
}

/** So long that no job is taken for lost because the machine stands still. */
const LOCK_MS = 600_000

interface WorkersFacts {
  readonly url?: string
  readonly lockMs?: number
  readonly leave?: readonly QueueName[]
}

function someWorkers(handlers: Partial<JobHandlers>, { url = testRedisUrl(), lockMs = LOCK_MS, leave = [] }: WorkersFacts = {}) {
  const outcomes: JobOutcome[] = []
  const logger = aLogger()
  const workers = startJobWorkers({ url, name: 'test', handlers: handlersWith(handlers), logger, lockMs, leave, onOutcome: (outcome) => void outcomes.push(outcome) })
  open.push(() => workers.stop())
  return { workers, outcomes, lines: logger.lines }
}

async function aRedis(): Promise<RunningService> {
  const redis = await startRedis()
  open.push(() => redis.stop())
  return redis
}

/** Asks until Redis has taken it, as whoever offers work does. */
const untilTaken = (queue: JobQueue, jobs: readonly NewJob[]) =>
  waitFor(async () => {
    await queue.enqueue(jobs)
    return true
  }, { message: 'the queue to take the jobs' })

describe('a job', () => {
  it('comes to its handler with its payload, its id and the request that it comes from', async () => {
    const seen: unknown[] = []
    someWorkers({ fetchPreviews: async (payload, { id, requestId }) => void seen.push({ payload, id, requestId }) })
    const [one, other] = [aPreviewJob({ requestId: 'request-1' }), aPreviewJob()]
    await untilTaken(aQueue(), [one])
    await untilTaken(aQueue(), [other])
    await waitFor(() => seen.length === 2)
    expect(seen).toEqual([
      { payload: one.payload, id: one.id, requestId: 'request-1' },
      { payload: other.payload, id: other.id, requestId: other.id },
    ])
  })

  it('waits as long as it was told', async () => {
    const seen: number[] = []
    someWorkers({ fireReminder: async () => void seen.push(performance.now()) })
    const askedAt = performance.now()
    await untilTaken(aQueue(), [aReminderJob({ delayMs: 300 })])
    await waitFor(() => seen.length === 1)
    expect(seen[0]).toBeGreaterThan(askedAt + 290)
  })

  it('is added once, however often its id is asked for while it waits', async () => {
    const queue = aQueue()
    const job = aPreviewJob()
    for (let index = 0; index < 5; index += 1) await untilTaken(queue, [job, job])
    let runs = 0
    someWorkers({ fetchPreviews: async () => void (runs += 1) })
    await untilTaken(queue, [aPreviewJob({ id: 'the-last' })])
    await waitFor(() => runs === 2)
    await waitFor(async () => (await queue.counts()).get('previews')?.active === 0)
    expect(runs).toBe(2)
  })

  it('that fails is tried again, and after its last attempt kept among the failed ones, told of each time', async () => {
    const queue = aQueue()
    let runs = 0
    const { outcomes, lines } = someWorkers({
      fetchPreviews: async () => {
        runs += 1
        throw new Error('no luck')
      },
    })
    await untilTaken(queue, [aPreviewJob()])
    await waitFor(() => outcomes.some(({ outcome }) => outcome === 'failed'))
    expect(runs).toBe(3)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['retried', 'retried', 'failed'])
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect((await queue.counts()).get('previews')).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 1 })
  })

  it('that has failed for good is tried anew by who ensures that it is done, and not by who only asks for it', async () => {
    const queue = aQueue()
    const job: NewJob = aPreviewJob()
    let works = false
    let runs = 0
    someWorkers({
      fetchPreviews: async () => {
        runs += 1
        if (!works) throw new Error('no luck')
      },
    })
    await waitFor(async () => {
      await queue.ensure([job])
      return true
    })
    await waitFor(async () => (await queue.counts()).get('previews')?.failed === 1)
    works = true
    await queue.enqueue([job])
    expect((await queue.counts()).get('previews')).toMatchObject({ failed: 1, waiting: 0 })
    await queue.ensure([job])
    await waitFor(async () => (await queue.counts()).get('previews')?.failed === 0)
    await waitFor(() => runs === 4)
  })

  it('whose payload was changed in Redis reaches no handler and is not tried again', async () => {
    const queue = aQueue()
    const job = aPreviewJob()
    await untilTaken(queue, [job])
    await aClient().hset(`{jobs:previews}:previews:${job.id}`, 'data', JSON.stringify({ payload: { message_id: '../../etc/passwd' }, request_id: null }))
    let runs = 0
    const { outcomes } = someWorkers({ fetchPreviews: async () => void (runs += 1) })
    await waitFor(() => outcomes.length === 1)
    expect([outcomes[0]?.outcome, runs]).toEqual(['failed', 0])
  })

  it('of a queue that a worker leaves waits for one that does not', async () => {
    const queue = aQueue()
    const done: string[] = []
    const fetchPreviews = (by: string) => async () => void done.push(by)
    const { workers } = someWorkers({ fetchPreviews: fetchPreviews('who leaves it'), fireReminder: fetchPreviews('reminder') }, { leave: ['previews'] })
    await untilTaken(queue, [aPreviewJob(), aReminderJob()])
    await waitFor(() => done.length === 1)
    await waitFor(() => workers.isRunning(), { message: 'the workers of all other queues' })
    expect([done, (await queue.counts()).get('previews')?.waiting]).toEqual([['reminder'], 1])
    someWorkers({ fetchPreviews: fetchPreviews('another') })
    await waitFor(() => done.length === 2)
    expect(done).toEqual(['reminder', 'another'])
  })

  it('has all of its keys in one slot of a cluster', async () => {
    await untilTaken(aQueue(), [aPreviewJob(), aPreviewJob({ delayMs: 60_000 })])
    const keys = await aClient().keys('*')
    expect(keys.length).toBeGreaterThan(5)
    expect(keys.filter((key) => !/^\{jobs:(\w+)\}:\1:/.test(key))).toEqual([])
  })
})

describe('a worker', () => {
  it('that is killed in the middle of a job leaves it to another', async () => {
    const queue = aQueue()
    const job = aPreviewJob()
    await untilTaken(queue, [job])
    const mortal = spawn(process.execPath, [new URL('testing/mortal-worker.ts', import.meta.url).pathname, testRedisUrl()], { stdio: ['ignore', 'pipe', 'inherit'] })
    await Promise.race([once(mortal.stdout, 'data'), once(mortal, 'exit').then(() => Promise.reject(new Error('It ended before it began a job')))])
    mortal.kill('SIGKILL')
    await once(mortal, 'exit')
    const done: string[] = []
    const { outcomes } = someWorkers({ fetchPreviews: async (_payload, { id }) => void done.push(id) }, { lockMs: 1_000 })
    await waitFor(() => done.length > 0, { message: 'the job to be done by the other' })
    expect(new Set(done)).toEqual(new Set([job.id]))
    await waitFor(() => outcomes.some(({ outcome }) => outcome === 'stalled'))
  })

  it('that is asked to stop ends what it has begun, tells long jobs, and begins nothing more', async () => {
    const queue = aQueue()
    const started: string[] = []
    const ended: string[] = []
    const { workers } = someWorkers({
      purgeChannel: async (_payload, { id, signal }) => {
        started.push(id)
        await once(signal, 'abort')
        ended.push(id)
      },
    })
    const jobs = [1, 2, 3].map((): NewJob => ({ job: 'purgeChannel', id: newId(), payload: { channel_id: newId() } }))
    await untilTaken(queue, jobs)
    await waitFor(() => started.length === 1)
    await workers.stop()
    // One at a time: the queue's own setting.
    expect(started).toHaveLength(1)
    expect(ended).toEqual(started)
    expect((await queue.counts()).get('purge')).toMatchObject({ active: 0, waiting: 2 })
  })

  it('does what waited for it when it starts before Redis does', async () => {
    const redis = await aRedis()
    const { password, port } = new URL(redis.url)
    await redis.stop()
    const done: string[] = []
    const { workers, lines } = someWorkers({ fetchPreviews: async (_payload, { id }) => void done.push(id) }, { url: redis.url })
    const queue = aQueue(redis.url)
    await waitFor(() => lines.length === 1)
    await expect(queue.enqueue([aPreviewJob()])).rejects.toMatchObject({ name: 'QueueUnavailableError' })
    await expect(queue.counts()).rejects.toMatchObject({ name: 'QueueUnavailableError' })
    expect(workers.isRunning()).toBe(false)

    const again = await startRedis({ port: Number(port), password })
    open.unshift(() => again.stop())
    const job = aPreviewJob()
    await untilTaken(queue, [job])
    await waitFor(() => done.length === 1)
    expect(done).toEqual([job.id])
    await waitFor(() => workers.isRunning())
    expect(lines.map(({ message }) => message).filter((message) => message.includes('Redis'))).toEqual(['Queue: Redis is away; jobs wait until it is back', 'Queue: Redis is back'])
  })

  // BullMQ has had versions in which a worker slept for ever after an outage longer than its blocking read.
  it('goes on after Redis was away for longer than its reads block, and lost everything', async () => {
    const redis = await aRedis()
    const { password, port } = new URL(redis.url)
    const done: string[] = []
    someWorkers({ fetchPreviews: async (_payload, { id }) => void done.push(id) }, { url: redis.url })
    const queue = aQueue(redis.url)
    await untilTaken(queue, [aPreviewJob({ id: 'before' })])
    await waitFor(() => done.length === 1)
    await redis.stop()
    const wentAt = performance.now()
    await waitFor(() => performance.now() - wentAt > 8_000, { timeoutMs: 20_000 })
    const again = await startRedis({ port: Number(port), password })
    open.unshift(() => again.stop())
    await untilTaken(queue, [aPreviewJob({ id: 'after' })])
    await waitFor(() => done.includes('after'), { timeoutMs: 20_000, message: 'the job after the outage to be done' })
  })

  it('survives that Redis forgets a job while it runs', async () => {
    const queue = aQueue()
    const started = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const done: string[] = []
    someWorkers({
      fetchPreviews: async (_payload, { id }) => {
        started.resolve()
        await goOn.promise
        done.push(id)
      },
    })
    await untilTaken(queue, [aPreviewJob({ id: 'forgotten' })])
    await started.promise
    await aClient().flushall()
    goOn.resolve()
    await untilTaken(queue, [aPreviewJob({ id: 'next' })])
    await waitFor(() => done.includes('next'))
    expect(done).toEqual(['forgotten', 'next'])
  })
})

describe('on a Redis Cluster', () => {
  it('jobs are done, those of all queues, and go on when the nodes have been away one after the other', async () => {
    const cluster = await startRedisCluster()
    open.push(() => cluster.stop())
    const done: string[] = []
    const by = async (_payload: unknown, { id }: { id: string }) => void done.push(id)
    const { workers } = someWorkers({ fetchPreviews: by, fireReminder: by, purgeChannel: by }, { url: cluster.url })
    const queue = aQueue(cluster.url)
    const round = (name: string): NewJob[] => [
      aPreviewJob({ id: `${name}-preview` }), aReminderJob({ id: `${name}-reminder`, delayMs: 100 }),
      { job: 'purgeChannel', id: `${name}-purge`, payload: { channel_id: newId() } },
    ]
    const isDone = async (jobs: readonly NewJob[]) => waitFor(async () => {
      // As rounds do, who offer what is still to be done: a node that was away has lost its jobs.
      await queue.ensure(jobs.filter(({ id }) => !done.includes(id)))
      return jobs.every(({ id }) => done.includes(id))
    }, { timeoutMs: 20_000, message: 'the jobs to be done' })
    await isDone(round('before'))
    await waitFor(() => workers.isRunning())
    for (const [index, node] of cluster.nodes.entries()) {
      await node.kill()
      await node.restart()
      await isDone(round(`round-${index}`))
    }
    const counts = await waitFor(() => queue.counts(), { message: 'all nodes to say what they have' })
    expect([...counts.values()].map(({ failed }) => failed)).toEqual([0, 0, 0, 0])
  })
})
