import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { channelStream } from '@afrochat/contracts'
import { createTransact, lockHeads, nextSeq, readLogPosition, type Db } from '@afrochat/database'
import { newId, type UserId } from '@afrochat/kernel'
import type { Redis } from '@afrochat/redis'
import { waitFor } from '@afrochat/test-support'
import { startLogConsumer, type LogConsumer, type LogConsumerOptions } from './consumer.ts'
import { nobody, workspaceId } from './log-fixture-ids.ts'
import { aLog, quiet, type LogFixture } from './log-fixture.ts'

let log: LogFixture
let redis: Redis
beforeAll(async () => {
  log = await aLog()
  redis = log.redisFactory({ name: 'consumer-test', onError: () => undefined })
  await waitFor(() => redis.status === 'ready')
})
afterAll(async () => {
  redis.disconnect()
  await log.close()
})

let name: string
const open: LogConsumer[] = []
beforeEach(() => {
  name = `t${newId().slice(-12)}`
})
afterEach(async () => {
  for (const consumer of open.splice(0)) await consumer.stop()
})

/** So long that none ends because the machine stands still: those that are to end are made to. */
const LEASE_MS = 600_000
/** What the keys of its jobs would begin with. */
const QUEUE = '{jobs:test}'

/** A consumer of `member_left`, and the keys of what it was handed. */
async function aConsumer(facts: Partial<LogConsumerOptions> = {}) {
  const keys: string[] = []
  const consumer = startLogConsumer({
    db: log.db, queue: { redis, beside: QUEUE }, shards: 1, name, types: ['member_left'], logger: quiet, leaseMs: LEASE_MS,
    hand: async (events) => void keys.push(...events.map(({ key }) => key)),
    ...facts,
  })
  open.push(consumer)
  await waitFor(placeOf, { message: 'the consumer to have its place' })
  return { keys, consumer }
}

const placeOf = async () => log.db.selectFrom('log_consumers').selectAll().where('consumer', '=', name).executeTakeFirst()
/** As if the time of whoever holds the place were up. */
const endLease = () => log.db.updateTable('log_consumers').set({ lease_until: sql<Date>`now() - interval '1 second'` }).where('consumer', '=', name).execute()
const head = () => readLogPosition(log.db, 0)
const keyOf = ({ epoch, pos }: { epoch: string; pos: number }) => `${name}-${epoch}-0-${pos}`

/** The same database, and how many queries it has answered. */
function counting(db: Db): { db: Db; asked: () => number } {
  let answers = 0
  const counted = db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      answers += 1
      return result
    },
  })
  return { db: counted, asked: () => answers }
}

/** Waits until all that is in the log has gone through the consumer. */
async function arrival(): Promise<void> {
  const { pos, epoch } = await head()
  await waitFor(async () => {
    const place = await placeOf()
    return place?.pos === pos && place.epoch === epoch
  }, { message: 'the consumer to be at the head' })
}

async function writeImported(): Promise<void> {
  const transact = createTransact({ db: log.db, shards: 1, publish: () => undefined })
  const [channel] = log.channels
  if (channel === undefined) throw new Error('a log with channels')
  await transact(nobody, async ({ tx, emit }) => {
    await lockHeads(tx, [channel])
    const seq = await nextSeq(tx, channel)
    const payload = { channel_id: channel, user_id: newId<UserId>(), removed_by: null }
    emit({ type: 'member_left', stream: channelStream(channel), workspaceId, seq, payload, imported: true })
  })
}

describe('a consumer of the log', () => {
  it('is handed what happens from its beginning on, in order, each with a key of its own', async () => {
    await log.write()
    const { keys } = await aConsumer()
    for (let index = 0; index < 3; index += 1) await log.write()
    await waitFor(() => keys.length === 3)
    const { epoch, pos } = await head()
    expect(keys).toEqual([pos - 2, pos - 1, pos].map((at) => keyOf({ epoch, pos: at })))
    await arrival()
  })

  it('passes over events of other types and those that came with an import', async () => {
    const { keys } = await aConsumer()
    const { keys: others } = await aConsumer({ types: ['message_sent'], name: `${name}x` })
    await writeImported()
    await log.write()
    await arrival()
    expect([keys.length, others.length]).toEqual([1, 0])
  })

  it('hands over thousands in pages', async () => {
    const pages: number[] = []
    const { consumer } = await aConsumer()
    await consumer.stop()
    const { pos } = await head()
    await sql`
      insert into events (shard, pos, stream_key, type, payload)
      select 0, ${pos} + n, 'u:x', 'member_left', '{}' from generate_series(1, 1234) n`.execute(log.db)
    await aConsumer({ hand: async (events) => void pages.push(events.length) })
    await arrival()
    expect(pages).toEqual([500, 500, 234])
  })

  it('goes on where it was after a stop, also with what happened meanwhile', async () => {
    const first = await aConsumer()
    await log.write()
    await waitFor(() => first.keys.length === 1)
    await first.consumer.stop()
    await log.write()
    const second = await aConsumer()
    await waitFor(() => second.keys.length === 1)
    await log.write()
    await waitFor(() => second.keys.length === 2)
    expect(new Set([...first.keys, ...second.keys]).size).toBe(3)
  })

  it('does not pass what was not taken, and hands it over again by the same key', async () => {
    let isAway = true
    const tried: string[] = []
    const { keys } = await aConsumer({
      hand: async (events) => {
        tried.push(...events.map(({ key }) => key))
        if (isAway) throw new Error('the queue is away')
        keys.push(...events.map(({ key }) => key))
      },
    })
    const before = await placeOf()
    await log.write()
    await waitFor(() => tried.length >= 2)
    expect((await placeOf())?.pos).toBe(before?.pos)
    isAway = false
    await arrival()
    expect(new Set(tried)).toEqual(new Set(keys))
  })
})

describe('several processes', () => {
  it('never hand over at the same time; when one stops, the other goes on at once', async () => {
    const first = await aConsumer()
    await waitFor(async () => (await placeOf())?.lease_owner !== null)
    const second = await aConsumer()
    for (let index = 0; index < 5; index += 1) await log.write()
    await waitFor(() => first.keys.length === 5)
    expect(second.keys).toEqual([])
    await first.consumer.stop()
    await log.write()
    await waitFor(() => second.keys.length === 1)
    expect(first.keys).toHaveLength(5)
  })

  it('take over from one that died, when its time is up, and repeat at most what it had not noted', async () => {
    const dead = await aConsumer()
    await log.write()
    await waitFor(() => dead.keys.length === 1)
    await dead.consumer.stop()
    // As a crash leaves it behind: held by somebody who is no more, the last step handed over and not noted.
    await log.db.updateTable('log_consumers').set({ lease_owner: 'dead', lease_until: sql<Date>`now() + interval '1 hour'`, pos: sql<number>`pos - 1` })
      .where('consumer', '=', name).execute()
    const { db, asked } = counting(log.db)
    const heir = await aConsumer({ db })
    // For its place once, and twice for the head and the lease.
    await waitFor(() => asked() >= 5, { message: 'the heir to have asked for the lease twice' })
    expect(heir.keys).toEqual([])
    await endLease()
    await waitFor(() => heir.keys.length === 1)
    expect(heir.keys).toEqual(dead.keys)
  })

  it('do not let one that stood still put back what another has done since', async () => {
    const taken = Promise.withResolvers<void>()
    const thawed = Promise.withResolvers<void>()
    const frozen = await aConsumer({
      hand: async () => {
        taken.resolve()
        await thawed.promise
      },
    })
    await log.write()
    await taken.promise
    const other = await aConsumer()
    await endLease()
    await waitFor(() => other.keys.length === 1)
    await log.write()
    await waitFor(() => other.keys.length === 2)
    await arrival()
    const owner = (await placeOf())?.lease_owner
    thawed.resolve()
    await frozen.consumer.stop()
    expect(await placeOf()).toMatchObject({ pos: (await head()).pos, lease_owner: owner })
  })
})

describe('when something was lost', () => {
  const newEpoch = async () => {
    const epoch = newId().slice(-12)
    await log.db.updateTable('log_epoch').set({ epoch }).execute()
    return epoch
  }

  it('goes on in a new epoch from where it was, by keys of the new one', async () => {
    const { keys } = await aConsumer()
    await log.write()
    await waitFor(() => keys.length === 1)
    const epoch = await newEpoch()
    await log.write()
    await waitFor(() => keys.length === 2)
    expect(keys[1]).toBe(keyOf({ epoch, pos: (await head()).pos }))
  })

  it('goes on in a new epoch from the last of the log where that is behind it', async () => {
    const { keys, consumer } = await aConsumer()
    await consumer.stop()
    await log.db.updateTable('log_consumers').set({ pos: 1_000_000 }).where('consumer', '=', name).execute()
    await newEpoch()
    const { keys: later } = await aConsumer()
    await arrival()
    await log.write()
    await waitFor(() => later.length === 1)
    expect(keys).toEqual([])
  })

  it('hands over the last minutes again after Redis has lost its memory, and once', async () => {
    const { keys } = await aConsumer()
    await log.write()
    await log.write()
    await waitFor(() => keys.length === 2)
    await arrival()
    await redis.flushall()
    const { epoch, pos } = await head()
    await waitFor(async () => (await redis.get(`${QUEUE}:consumed:${name}:0`)) === `${epoch}:${pos}`)
    expect(keys.slice(2).slice(-2)).toEqual(keys.slice(0, 2))
    const afterwards = keys.length
    await log.write()
    await waitFor(() => keys.length > afterwards)
    await arrival()
    expect(keys.slice(afterwards)).toEqual([keyOf({ epoch, pos: pos + 1 })])
  })

  it('hands over again from where an older copy of Redis stands', async () => {
    const { keys } = await aConsumer()
    await log.write()
    await arrival()
    const [key = ''] = await redis.keys(`*consumed:*${name}*`)
    const old = await redis.get(key)
    await log.write()
    await log.write()
    await arrival()
    expect(keys).toHaveLength(3)
    await redis.set(key, old ?? '')
    await waitFor(() => keys.length === 5)
    expect(keys.slice(3)).toEqual(keys.slice(1, 3))
  })
})
