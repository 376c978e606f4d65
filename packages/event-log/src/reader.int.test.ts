import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { randomInt } from 'node:crypto'
import { startRedis, type RunningService } from '@afrochat/scripts/services'
import { waitFor } from '@afrochat/test-support'
import type { LogPosition } from '@afrochat/contracts'
import { readLogPosition, type PlacedEvent } from '@afrochat/database'
import type { Redis } from '@afrochat/redis'
import { append, lastOfTail, type Tail } from './append.ts'
import { createAppender, type Appender } from './appender.ts'
import { startLogKeeper, type LogKeeper } from './keeper.ts'
import { aLog, quiet, type LogFixture } from './log-fixture.ts'
import { readEvents } from './read-events.ts'
import { startLogReader, type LogReader } from './reader.ts'

/** A Redis of its own: these tests take it away, empty it and set it back. */
let server: RunningService
let redis: Redis
let log: LogFixture
const open: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

beforeEach(async () => {
  log = await aLog({ redisUrl: server.url })
  redis = log.redisFactory({ name: 'reader-test', onError: () => undefined })
  await waitFor(() => redis.status === 'ready')
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((part) => part.stop()))
  redis.disconnect()
  await log.close()
})

interface Follower {
  readonly reader: LogReader
  readonly received: PlacedEvent[]
  readonly epochs: LogPosition[]
}

async function follow(): Promise<Follower> {
  const from = await readLogPosition(log.db, 0)
  const received: PlacedEvent[] = []
  const epochs: LogPosition[] = []
  const reader = startLogReader({
    db: log.db, redis: log.redisFactory, shard: 0, from, logger: quiet,
    onEvents: (events) => void received.push(...events), onEpoch: (position) => void epochs.push(position),
  })
  open.push(reader)
  return { reader, received, epochs }
}

async function aTail(length = 20_000): Promise<Tail> {
  const { epoch } = await readLogPosition(log.db, 0)
  return { redis, epoch, shard: 0, length }
}
const anAppender = (): Appender => opened(createAppender({ db: log.db, redis, logger: quiet }))
const aKeeper = (): LogKeeper => opened(startLogKeeper({ db: log.db, redis, shards: 1, logger: quiet, retentionDays: 7 }))

function opened<T extends { stop(): Promise<void> }>(part: T): T {
  open.push(part)
  return part
}

const written = async () => (await readLogPosition(log.db, 0)).pos
const positions = (events: readonly PlacedEvent[]) => events.map(({ pos }) => pos)
const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

/** Publishes what was written until the tail ends with it: an appender that does not know yet which life of the log it is appends nothing. */
async function inTail(appender: Appender, last: number): Promise<void> {
  const tail = await aTail()
  const events = log.published.splice(0)
  await waitFor(async () => {
    appender.publish(events)
    return (await lastOfTail(tail)) === last
  }, { message: `the tail to end with ${last}` })
}

async function receivesAll(follower: Follower): Promise<void> {
  const last = await written()
  await waitFor(() => follower.received.length >= last, { message: `the reader to have ${last} events` })
  expect(positions(follower.received)).toEqual(oneTo(last))
}

describe('a reader of the log', () => {
  it('gets through the tail exactly what PostgreSQL holds', async () => {
    const appender = anAppender()
    const follower = await follow()
    for (let index = 0; index < 20; index += 1) {
      await log.write(log.channels[index % 3])
      appender.publish(log.published.splice(0))
    }
    await receivesAll(follower)
    expect(follower.received).toEqual(await readEvents(log.db, { shard: 0, after: 0, limit: 100 }))
    await waitFor(() => follower.reader.isFresh(), { message: 'the reader to be at the head' })
  })

  it('that is busy gets what comes meanwhile at once, when it is done', async () => {
    const appender = anAppender()
    const parts: number[][] = []
    let isDone: () => void = () => undefined
    opened(startLogReader({
      db: log.db, redis: log.redisFactory, shard: 0, from: await readLogPosition(log.db, 0), logger: quiet, onEpoch: () => undefined, maxWaitMs: 60_000,
      onEvents: (events) => {
        parts.push(positions(events))
        return parts.length === 1 ? new Promise((resolve) => (isDone = resolve)) : undefined
      },
    }))
    await log.write()
    appender.publish(log.published.splice(0))
    await waitFor(() => parts.length === 1)
    for (let last = 2; last <= 6; last += 1) {
      await log.write()
      await inTail(appender, last)
    }
    expect(parts).toEqual([[1]])
    isDone()
    await waitFor(() => parts.flat().length === 6)
    expect(parts).toEqual([[1], [2, 3, 4, 5, 6]])
  })

  it('goes on after a second for one that is never done', async () => {
    const appender = anAppender()
    const received: number[] = []
    opened(startLogReader({
      db: log.db, redis: log.redisFactory, shard: 0, from: await readLogPosition(log.db, 0), logger: quiet, onEpoch: () => undefined,
      onEvents: (events) => {
        received.push(...positions(events))
        return new Promise<void>(() => undefined)
      },
    }))
    for (let index = 1; index <= 2; index += 1) {
      await log.write()
      appender.publish(log.published.splice(0))
      await waitFor(() => received.length === index)
    }
  })

  it('gets what nobody appended, also while Redis is well and silent', async () => {
    const follower = await follow()
    await log.write()
    await receivesAll(follower)
  })

  it('gets each event once while Redis is emptied under load', async () => {
    const appender = anAppender()
    const follower = await follow()
    for (let index = 0; index < 60; index += 1) {
      await log.write()
      appender.publish(log.published.splice(0))
      if (index % 20 === 10) await redis.flushall()
    }
    await receivesAll(follower)
  })

  it('finds what was cut off the tail before it came to read it', async () => {
    for (let index = 0; index < 30; index += 1) await log.write()
    const tail = await aTail()
    const all = await readEvents(log.db, { shard: 0, after: 0, limit: 100 })
    const follower = await follow()
    // The reader stands at 30; ten more are written, and the tail begins anew with the last three of them.
    for (let index = 0; index < 10; index += 1) await log.write()
    await append(tail, (await readEvents(log.db, { shard: 0, after: 37, limit: 100 })), 'anew')
    await waitFor(() => follower.received.length === 10)
    expect(positions(follower.received)).toEqual(oneTo(40).slice(all.length))
  })

  it('goes on by polling while Redis is away, and goes back to it', async () => {
    const appender = anAppender()
    const follower = await follow()
    const port = Number(new URL(server.url).port)
    const password = new URL(server.url).password
    await server.stop()
    await waitFor(() => redis.status !== 'ready')
    for (let index = 0; index < 5; index += 1) await log.write()
    appender.publish(log.published.splice(0))
    await receivesAll(follower)

    server = await startRedis({ port, password })
    await waitFor(() => redis.status === 'ready')
    await log.write()
    appender.publish(log.published.splice(0))
    await receivesAll(follower)
    await waitFor(async () => (await lastOfTail(await aTail())) === (await written()), { message: 'the tail to be refilled' })
  })

  it('is not led astray by a Redis that is set back to an older copy', async () => {
    const appender = anAppender()
    const follower = await follow()
    const tail = await aTail()
    for (let index = 0; index < 5; index += 1) await log.write()
    await inTail(appender, 5)
    const copy = await redis.dumpBuffer(`ev:{${tail.epoch}:0}`)
    for (let index = 0; index < 5; index += 1) await log.write()
    await receivesAll(follower)
    // Nothing is on its way any more that would bring the older copy up to date.
    await inTail(appender, 10)
    await redis.restore(`ev:{${tail.epoch}:0}`, 0, copy, 'REPLACE')
    expect(await lastOfTail(tail)).toBe(5)
    for (let index = 0; index < 3; index += 1) {
      await log.write()
      appender.publish(log.published.splice(0))
    }
    await receivesAll(follower)
    await waitFor(async () => (await lastOfTail(tail)) === 13)
  })

  it('takes from PostgreSQL an entry that it cannot read', async () => {
    const follower = await follow()
    const { epoch } = await aTail()
    await log.write()
    await redis.xadd(`ev:{${epoch}:0}`, '1-0', 'h', 'not a header', 'd', '{}')
    await receivesAll(follower)
    expect(follower.received[0]?.type).toBe('member_left')
  })

  it('is told that all before is void when the log began a new life', async () => {
    aKeeper()
    const appender = anAppender()
    const follower = await follow()
    for (let index = 0; index < 5; index += 1) await log.write()
    appender.publish(log.published.splice(0))
    await receivesAll(follower)
    const before = await readLogPosition(log.db, 0)
    await waitFor(async () => (await lastOfTail(await aTail())) === 5)
    // What a restore to an older backup does: the last events never happened.
    await log.db.deleteFrom('events').where('pos', '>', 3).execute()
    await waitFor(() => follower.epochs.at(-1)?.epoch !== undefined && follower.epochs.at(-1)?.epoch !== before.epoch, { message: 'a new epoch' })
    expect(follower.epochs.at(-1)).toMatchObject({ pos: 3 })
  })

  it('has every event once, in order, after any mixture of faults', async () => {
    aKeeper()
    const appender = anAppender()
    const follower = await follow()
    const late: PlacedEvent[] = []
    for (let index = 0; index < 150; index += 1) {
      await log.write(log.channels[randomInt(3)])
      const events = log.published.splice(0)
      const fate = randomInt(10)
      if (fate === 0) continue
      if (fate === 1) late.push(...events)
      else appender.publish(fate === 2 ? [...events, ...late.splice(0).reverse()] : events)
      if (randomInt(25) === 0) await redis.flushall()
    }
    await receivesAll(follower)
  })
})

describe('the log keeper', () => {
  it('appends what a writer that died after its commit left behind', async () => {
    aKeeper()
    for (let index = 0; index < 4; index += 1) await log.write()
    await waitFor(async () => (await lastOfTail(await aTail())) === 4)
  })

  it('removes events past their time, and keeps the last one, from which positions are counted', async () => {
    for (let index = 0; index < 6; index += 1) await log.write()
    await log.db.updateTable('events').set({ created_at: new Date(0) }).execute()
    aKeeper()
    await waitFor(async () => positions(await readEvents(log.db, { shard: 0, after: 0, limit: 10 })).join() === '6')
    await log.write()
    expect(await written()).toBe(7)
  })
})
