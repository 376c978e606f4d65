import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { ScheduledMessage } from '@afrochat/client'
import { waitFor, type StackService } from '@afrochat/test-support'
import type { Arena, Fault } from '../run.ts'
import { checkTail, tailsOf, topOf, withRedis } from '../tail.ts'
import { frozen } from './services.ts'

/** The log's tails and everything else that Redis holds may go away, or be older than it was: PostgreSQL has it all. */
export const redisFaults: readonly Fault[] = [
  {
    id: 'F-08', name: 'Redis is emptied under load, three times', pauseMs: 30,
    inject: (arena) => withRedis(arena.stack.redisUrl, async (redis) => {
      const { random } = arena
      const planned = await plan(arena)
      const [key = ''] = await tailsOf(redis)
      let keys = 0
      const times: number[] = []
      for (let round = 0; round < 3; round += 1) {
        await delay(2_000 + random() * 2_000)
        keys += await redis.dbsize()
        const from = arena.now()
        const [[, top]] = await redis.multi().xrevrange(key, '+', '-', 'COUNT', 1).flushall().exec() as [[null, [string, string[]][]]]
        const lost = Number.parseInt(top[0]?.[0] ?? '0', 10)
        await waitFor(async () => (await topOf(redis, key)) >= lost, { timeoutMs: 30_000, message: 'the tail to be filled again' })
        times.push(arena.now() - from)
      }
      return `${seen(keys)} keys were removed; the tail was filled again after ${times.map(Math.round).join(', ')} ms; ${await wasDone(arena, planned)}`
    }),
    also: checkTail,
  },
  {
    id: 'F-09', name: 'Redis dies and comes back with nothing', pauseMs: 30,
    async inject(arena) {
      const { stack } = arena
      const planned = await plan(arena)
      await delay(3_000)
      await stack.killRedis()
      await delay(5_000)
      return withRedis(stack.redisUrl, async (redis) => {
        const age = /uptime_in_seconds:(\d+)/.exec(await redis.info('server'))?.[1]
        return `a process that is ${age} s old took its place; ${await wasDone(arena, planned)}`
      })
    },
    also: checkTail,
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
    id: 'F-24', name: 'the lines between gateways and Redis are dead for 20 seconds, and nobody says so', pauseMs: 50, lined: 'websocket',
    inject: (arena) => withRedis(arena.stack.redisUrl, async (redis) => {
      const { lines, recorders, now, broken } = arena
      await delay(3_000)
      const readers = await readersAt(redis)
      for (const line of lines.websocket) line.redis.stall()
      const from = now()
      await delay(20_000)
      const held = lines.websocket.reduce((sum, line) => sum + line.redis.held, 0)
      const frames = recorders.flatMap(({ connections }) => connections.flatMap((connection) => connection.frames))
      const received = frames.filter(({ type, at }) => type === 'message_sent' && at > from + DEAD_AT_ONCE_MS).map(({ at }) => at)
      for (const line of lines.websocket) line.redis.resume()
      await waitFor(async () => (await readersAt(redis)) === readers, { timeoutMs: 30_000, message: 'each gateway to have one reader' })
        .catch(async () => broken('too many readers', `${await readersAt(redis)} instead of ${readers}`))
      await delay(5_000)
      const first = Math.min(...received) - from
      return `${seen(held)} bytes waited in the lines; ${seen(received.length)} messages were received without them, the first after ${(first / 1000).toFixed(1)} s`
    }),
    // The reader gives its line up after three seconds of silence, and asks PostgreSQL twice a second.
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

interface Planned {
  readonly id: ScheduledMessage['id']
  readonly dueAt: number
}

/** Somebody has a message sent later: after Redis, which wakes who sends it, has forgotten. */
async function plan({ town: { workspaceId, owner, publicChannels: [channel_id] }, now }: Arena): Promise<Planned> {
  if (channel_id === undefined) throw new Error('There is no channel')
  const { id } = await owner.clients[0].createScheduledMessage({
    workspace_id: workspaceId, channel_id, content: 'planned', send_at: new Date(Date.now() + PLANNED_AHEAD_MS).toISOString(),
  })
  return { id, dueAt: now() + PLANNED_AHEAD_MS }
}

const PLANNED_AHEAD_MS = 15_000
const PLANNED_LATE_MS = 120_000

/** It was sent, and everybody is signed in as before. */
async function wasDone({ town: { workspaceId, owner, readers }, now, broken }: Arena, { id, dueAt }: Planned): Promise<string> {
  const [client] = owner.clients
  const isSent = async () => (await client.getScheduledMessage({ workspace_id: workspaceId, scheduled_message_id: id })).status === 'sent'
  await waitFor(isSent, { timeoutMs: PLANNED_AHEAD_MS + PLANNED_LATE_MS, message: 'what was planned to be sent' }).catch((error: unknown) => broken('not sent', String(error)))
  const refreshToken = readers[0]?.clients[0].tokens?.refreshToken ?? ''
  await client.getMe({}).catch((error: unknown) => broken('signed out', String(error)))
  await readers[0]?.clients[0].refresh({ refresh_token: refreshToken }).catch((error: unknown) => broken('signed out', String(error)))
  return `what was planned was sent ${((now() - dueAt) / 1000).toFixed(1)} s after its time`
}

/** What was on its way when the lines died has come by then. */
const DEAD_AT_ONCE_MS = 500

/** Connections on which the log is followed. */
async function readersAt(redis: Redis): Promise<number> {
  return String(await redis.client('LIST')).split('\n').filter((line) => line.includes(' name=afrochat-log-reader')).length
}

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

function seen(count: number): number {
  if (count <= 0) throw new Error('The fault had no effect')
  return count
}
