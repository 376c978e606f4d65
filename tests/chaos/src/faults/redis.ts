import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { waitFor, type StackService } from '@afrochat/test-support'
import type { Arena, Fault } from '../run.ts'
import { frozen } from './services.ts'

/** The log's tails and everything else that Redis holds may go away, or be older than it was: PostgreSQL has it all. */
export const redisFaults: readonly Fault[] = [
  {
    id: 'F-08', name: 'Redis is emptied under load, three times', pauseMs: 30,
    inject: ({ stack, random }) => withRedis(stack.redisUrl, async (redis) => {
      let keys = 0
      for (let round = 0; round < 3; round += 1) {
        await delay(2_000 + random() * 2_000)
        keys += await redis.dbsize()
        await redis.flushall()
      }
      await delay(2_000)
      return `${seen(keys)} keys were removed`
    }),
  },
  {
    id: 'F-09', name: 'Redis dies and comes back with nothing', pauseMs: 30,
    async inject({ stack }) {
      await delay(3_000)
      await stack.killRedis()
      await delay(5_000)
      return withRedis(stack.redisUrl, async (redis) => `a process that is ${/uptime_in_seconds:(\d+)/.exec(await redis.info('server'))?.[1]} s old took its place`)
    },
  },
  {
    id: 'F-10', name: 'Redis is set back to what it held five seconds ago', pauseMs: 30,
    inject: ({ stack }) => withRedis(stack.redisUrl, async (redis) => {
      await delay(2_000)
      const copies = await Promise.all((await tailsOf(redis)).map(async (key) => ({ key, copy: await redis.dumpBuffer(key), top: await topOf(redis, key) })))
      await delay(5_000)
      let lost = 0
      for (const { key, copy, top } of copies) {
        lost += (await topOf(redis, key)) - top
        await redis.restore(key, 0, copy ?? '', 'REPLACE')
      }
      await delay(5_000)
      return `${seen(lost)} events were no longer in the tails`
    }),
  },
  {
    id: 'F-11', name: 'the tail is cut past a gateway that stands still', pauseMs: 30,
    inject: ({ stack }) => withRedis(stack.redisUrl, async (redis) => {
      await delay(2_000)
      const cut = await frozen(stack.gateways[0] as StackService, async () => {
        const keys = await tailsOf(redis)
        const before = await Promise.all(keys.map((key) => topOf(redis, key)))
        await delay(10_000)
        const posted = await Promise.all(keys.map(async (key, index) => (await topOf(redis, key)) - (before[index] ?? 0)))
        for (const key of keys) await redis.xtrim(key, 'MAXLEN', 1)
        return posted.reduce((sum, count) => sum + Math.max(0, count - 1), 0)
      })
      await delay(2_000)
      return `${seen(cut)} entries were cut off that the gateway had not read`
    }),
  },
  {
    id: 'F-24', name: 'the line between gateways and Redis is dead for 20 seconds, and nobody says so', pauseMs: 50,
    async inject({ redisLine, recorders, now }) {
      await delay(3_000)
      redisLine.stall()
      const from = now()
      await delay(20_000)
      const { held } = redisLine
      const frames = recorders.flatMap(({ connections }) => connections.flatMap((connection) => connection.frames))
      const received = frames.filter(({ type, at }) => type === 'message_sent' && at > from).length
      redisLine.resume()
      await delay(5_000)
      return `${seen(held)} bytes waited in the line; ${seen(received)} messages were received without it`
    },
    // The reader gives the line up after some seconds of silence, and asks PostgreSQL twice a second.
    also: (_arena, { latency }) => (latency.max < 10_000 ? [] : [{ rule: 'late', detail: `the latest came after ${Math.round(latency.max)} ms` }]),
  },
  {
    id: 'F-34', name: 'a gateway does not get the event by which somebody was put out of a channel', pauseMs: 50,
    inject: (arena) => withRedis(arena.stack.redisUrl, async (redis) => {
      let lost = 0
      for (let round = 0; round < 3; round += 1) lost += await loseRemoval(arena, redis)
      return `${seen(lost)} events never came to the gateways`
    }),
  },
]

/** Puts somebody out of a channel, and takes the event out of the tail before gateways that stand still can read it. */
async function loseRemoval({ stack, activity, town: { owner, readers, privateChannels } }: Arena, redis: Redis): Promise<number> {
  const person = readers.at(-1)
  const [channel_id] = privateChannels
  if (person === undefined || channel_id === undefined) throw new Error('There is nobody to put out')
  const [client] = owner.clients
  const [one, other] = stack.gateways as [StackService, StackService]
  const lost = await frozen(one, () => frozen(other, async () => {
    await client.removeChannelMember({ channel_id, user_id: person.userId })
    await activity.post(owner, channel_id)
    return waitFor(() => removeFromTail(redis, person.userId), { message: 'the event to be in the tail' })
  }))
  await delay(2_000)
  await client.addChannelMembers({ channel_id, user_ids: [person.userId] })
  return lost
}

/** How many entries were removed; undefined: it is not there yet. */
async function removeFromTail(redis: Redis, userId: string): Promise<number | undefined> {
  for (const key of await tailsOf(redis)) {
    const entries = await redis.xrevrange(key, '+', '-', 'COUNT', 500)
    const entry = entries.map(([id, fields]) => ({ id, text: fields.join(' ') })).find(({ text }) => text.includes('"member_left"') && text.includes(userId))
    if (entry !== undefined) return redis.xdel(key, entry.id)
  }
  return undefined
}

const tailsOf = (redis: Redis) => redis.keys('ev:*')

/** The position of the latest event in it. */
async function topOf(redis: Redis, key: string): Promise<number> {
  const [entry] = await redis.xrevrange(key, '+', '-', 'COUNT', 1)
  return Number(entry?.[0].split('-')[0] ?? 0)
}

function seen(count: number): number {
  if (count <= 0) throw new Error('The fault had no effect')
  return count
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}
