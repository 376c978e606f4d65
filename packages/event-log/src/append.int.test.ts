import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { PlacedEvent } from '@afrochat/database'
import type { Redis } from '@afrochat/redis'
import { append, lastOfTail, type Tail } from './append.ts'
import { aLog, type LogFixture } from './log-fixture.ts'
import { fromEntry, tailKey } from './stream-entry.ts'

let log: LogFixture
let redis: Redis
let epochs = 0

beforeAll(async () => {
  log = await aLog()
  redis = log.redisFactory({ name: 'append-test', onError: () => undefined })
  await new Promise((resolve) => redis.once('ready', resolve))
})
afterAll(async () => {
  redis.disconnect()
  await log.close()
})

const aTail = (length = 1_000): Tail => ({ redis, epoch: `test${process.pid}x${(epochs += 1)}`, shard: 0, length })

const anEvent = (pos: number, payload = `{"n":${pos}}`): PlacedEvent => ({
  shard: 0, pos, stream_key: 'c:x', seq: pos, workspace_id: null, audience: 'all', type: 'member_left', message_id: null,
  payload, actor_id: null, request_id: null, imported: false,
})
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => anEvent(from + index))

async function positionsOf(tail: Tail): Promise<number[]> {
  const entries = await redis.xrange(tailKey(tail.epoch, 0), '-', '+')
  return entries.map(([id]) => Number.parseInt(id, 10))
}

describe('appending to a tail', () => {
  it('passes over positions that are there already', async () => {
    const tail = aTail()
    await append(tail, events(1, 3))
    expect(await append(tail, events(2, 5))).toEqual({ status: 'ok', last: 5 })
    expect(await positionsOf(tail)).toEqual([1, 2, 3, 4, 5])
  })

  it('refuses to leave a hole, and says where the tail ends', async () => {
    const tail = aTail()
    await append(tail, events(1, 2))
    expect(await append(tail, events(4, 5))).toEqual({ status: 'hole', last: 2 })
    expect(await lastOfTail(tail)).toBe(2)
  })

  it('says that a tail is empty instead of beginning it in the middle', async () => {
    const tail = aTail()
    expect(await append(tail, events(7, 8))).toEqual({ status: 'empty', last: 0 })
    expect(await positionsOf(tail)).toEqual([])
  })

  it('begins an empty or outdated tail anew where it is told to, and never cuts one that is ahead', async () => {
    const tail = aTail()
    expect(await append(tail, events(7, 8), 'anew')).toEqual({ status: 'ok', last: 8 })
    expect(await append(tail, events(20, 21), 'anew')).toEqual({ status: 'ok', last: 21 })
    expect(await positionsOf(tail)).toEqual([20, 21])
    expect(await append(tail, events(3, 4), 'anew')).toEqual({ status: 'ok', last: 21 })
    expect(await positionsOf(tail)).toEqual([20, 21])
  })

  it('gives back what it was given, to the byte', async () => {
    const tail = aTail()
    const event: PlacedEvent = {
      ...anEvent(1, '{"content":"\\u0000 \\"Ọjọ́\\" 🌍\\n"}'), workspace_id: '01900000-0000-7000-8000-000000000001' as PlacedEvent['workspace_id'],
      audience: 'members', request_id: 'r"1', imported: true, seq: null,
    }
    await append(tail, [event])
    const [entry] = await redis.xrange(tailKey(tail.epoch, 0), '-', '+')
    expect(entry && fromEntry(0, entry)).toEqual(event)
  })

  it('keeps the tail gapless and in order whatever comes late, twice or crosswise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 4 })), { maxLength: 30 }), async (calls) => {
        const tail = aTail()
        for (const [from, count] of calls) await append(tail, events(from, from + count - 1))
        const positions = await positionsOf(tail)
        expect(positions).toEqual(positions.map((_, index) => index + 1))
      }),
      { numRuns: 60 },
    )
  })
})
