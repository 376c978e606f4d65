import { Redis } from 'ioredis'
import { waitFor } from '@afrochat/test-support'
import type { Violation } from './check/history.ts'
import type { Arena } from './run.ts'
import { withDatabase } from './stored.ts'

/** The keys of the log's tails. */
export const tailsOf = (redis: Redis) => redis.keys('ev:*')

/** The position of the latest event in it. */
export async function topOf(redis: Redis, key: string): Promise<number> {
  const [entry] = await redis.xrevrange(key, '+', '-', 'COUNT', 1)
  return Number(entry?.[0].split('-')[0] ?? 0)
}

/** Of the only shard. */
export async function topOfLog(redis: Redis): Promise<number> {
  const [key] = await tailsOf(redis)
  return key === undefined ? 0 : topOf(redis, key)
}

export async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}

/** What is in the tail is the end of the log: without a hole, and each entry is the event that has this position. */
export function checkTail({ stack }: Arena): Promise<Violation[]> {
  return withRedis(stack.redisUrl, (redis) => withDatabase(stack.databaseUrl, async (query) => {
    const events = await query<{ pos: number; stream: string; payload: string }>('select pos::int, stream_key as stream, payload from events order by pos')
    const head = events.at(-1)?.pos ?? 0
    await waitFor(async () => (await topOfLog(redis)) === head, { message: 'the tail to have it all' })
    const [key = ''] = await tailsOf(redis)
    const entries = (await redis.xrange(key, '-', '+')).map(([id, [, header = '[]', , payload]]) =>
      // As the log writes it: the stream first.
      ({ pos: Number.parseInt(id, 10), stream: (JSON.parse(header) as unknown[])[0], payload }))
    const stored = new Map(events.map((event) => [event.pos, event]))
    return entries.flatMap((entry, index) => [
      ...(entry.pos === head - entries.length + 1 + index ? [] : [{ rule: 'hole in the tail', detail: `at ${entry.pos}` }]),
      ...(stored.get(entry.pos)?.stream === entry.stream && stored.get(entry.pos)?.payload === entry.payload ? [] : [{ rule: 'foreign in the tail', detail: `at ${entry.pos}` }]),
    ])
  }))
}
