import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createRedis, type Redis } from '@afrochat/redis'
import { testRedisUrl, waitFor } from '@afrochat/test-support'
import { createRateLimiter } from './rate-limits.ts'

const connections: Redis[] = []
const connect = async () => {
  // Where the machine stands still, a command hears nothing meanwhile.
  const redis = createRedis({ url: testRedisUrl(), name: 'test', silenceMs: 60_000, onError: () => undefined })
  connections.push(redis)
  await waitFor(() => redis.status === 'ready')
  return redis
}
let redis: Redis
let away: Redis
beforeAll(async () => {
  redis = await connect()
  away = await connect()
  away.disconnect()
  await waitFor(() => away.status === 'end')
})
afterAll(() => { for (const one of connections) one.disconnect() })
afterEach(() => redis.flushall())

const limit = { count: 3, seconds: 60 }
const times = async <T>(count: number, work: () => Promise<T>): Promise<T[]> => {
  const answers: T[] = []
  for (let index = 0; index < count; index += 1) answers.push(await work())
  return answers
}

describe('a rate limit', () => {
  it('lets so many pass, says how many are left, and when all are there again', async () => {
    const limiter = createRateLimiter({ name: 'A', limit, redis, withoutRedis: 'in-process' })
    const states = await times(5, () => limiter.consume('ada'))
    expect(states.map(({ isOver, remaining }) => [isOver, remaining])).toEqual([[false, 2], [false, 1], [false, 0], [true, 0], [true, 0]])
    for (const state of states) expect(state).toMatchObject({ limit: 3, resetSeconds: expect.any(Number) })
    expect(states.every(({ resetSeconds }) => resetSeconds >= 1 && resetSeconds <= 60)).toBe(true)
  })

  it('counts each key, and each limit, by itself', async () => {
    const [one, other] = ['A', 'B'].map((name) => createRateLimiter({ name, limit, redis, withoutRedis: 'in-process' }))
    await times(4, async () => one?.consume('ada'))
    expect(await one?.consume('bob')).toMatchObject({ isOver: false, remaining: 2 })
    expect(await other?.consume('ada')).toMatchObject({ isOver: false, remaining: 2 })
  })

  it('is one for all processes, and exact when fifty come at once', async () => {
    const others = await Promise.all([connect(), connect()])
    const processes = others.map((one) => createRateLimiter({ name: 'A', limit, redis: one, withoutRedis: 'in-process' }))
    const states = await Promise.all(Array.from({ length: 50 }, async (_, index) => processes[index % 2]?.consume('ada')))
    expect(states.filter((state) => state?.isOver === false)).toHaveLength(3)
  })

  it('is over when its window is', async () => {
    const limiter = createRateLimiter({ name: 'A', limit: { count: 1, seconds: 1 }, redis, withoutRedis: 'in-process' })
    await times(2, () => limiter.consume('ada'))
    await waitFor(async () => !(await limiter.consume('ada')).isOver)
  })

  it('gives back what did not count', async () => {
    const limiter = createRateLimiter({ name: 'A', limit, redis, withoutRedis: 'refuse' })
    await times(3, () => limiter.consume('ada'))
    await limiter.giveBack('ada')
    expect(await limiter.consume('ada')).toMatchObject({ isOver: false, remaining: 0 })
    expect(await limiter.consume('ada')).toMatchObject({ isOver: true })
  })
})

describe('without Redis', () => {
  it('a process counts for itself', async () => {
    const limiter = createRateLimiter({ name: 'A', limit, redis: away, withoutRedis: 'in-process' })
    const states = await times(4, () => limiter.consume('ada'))
    expect(states.map(({ isOver }) => isOver)).toEqual([false, false, false, true])
  })

  it('nothing passes where guesses would multiply', async () => {
    const limiter = createRateLimiter({ name: 'A', limit, redis: away, withoutRedis: 'refuse' })
    await expect(limiter.consume('ada')).rejects.toThrow()
  })

  it('who was refused stays refused when Redis has lost its counts', async () => {
    const limiter = createRateLimiter({ name: 'A', limit, redis, withoutRedis: 'in-process' })
    await times(4, () => limiter.consume('ada'))
    await redis.flushall()
    expect(await limiter.consume('ada')).toMatchObject({ isOver: true })
  })
})
