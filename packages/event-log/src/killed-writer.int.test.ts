import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { testRedisUrl, waitFor } from '@afrochat/test-support'
import { readLogPosition } from '@afrochat/database'
import type { Redis } from '@afrochat/redis'
import { lastOfTail } from './append.ts'
import { startLogKeeper, type LogKeeper } from './keeper.ts'
import { aLog, findDisorder, quiet, snapshot, type LogFixture } from './log-fixture.ts'

let log: LogFixture
let redis: Redis
let keeper: LogKeeper
beforeAll(async () => {
  log = await aLog({ channels: 2 })
})
afterAll(() => log.close())
beforeEach(async () => {
  redis = log.redisFactory({ name: 'killed-writer-test', onError: () => undefined })
  await waitFor(() => redis.status === 'ready')
  keeper = startLogKeeper({ db: log.db, redis, shards: 1, logger: quiet, retentionDays: 7 })
})
afterEach(async () => {
  await keeper.stop()
  redis.disconnect()
})

/** Runs a writer up to the step, and kills it there. */
async function killAt(step: string): Promise<void> {
  const script = new URL('stalling-writer.ts', import.meta.url).pathname
  const writer = spawn(process.execPath, [script, log.url, testRedisUrl(), log.channels[0] ?? '', step], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(writer.stdout, 'data')
  writer.kill('SIGKILL')
  await once(writer, 'exit')
}

describe('a writer that is killed', () => {
  it.each([
    ['after_heads', 'nothing happened', 0],
    ['before_commit', 'nothing happened', 0],
    ['after_commit', 'its event is in the log and comes to the readers', 1],
    ['after_append', 'its event is there once', 1],
  ])('at %s: %s, and the channel is free at once', async (step, _, stored) => {
    const { epoch, pos: before } = await readLogPosition(log.db, 0)
    await killAt(step)
    // The same channel, whose lock the dead one held: PostgreSQL gives it back with the connection.
    await log.write()
    expect((await readLogPosition(log.db, 0)).pos).toBe(before + stored + 1)
    expect(findDisorder(await snapshot(log.db))).toBeUndefined()
    await waitFor(async () => (await lastOfTail({ redis, epoch, shard: 0, length: 1_000 })) === before + stored + 1, { message: 'the tail to have it all' })
    const ids = (await redis.xrange(`ev:{${epoch}:0}`, '-', '+')).map(([id]) => Number.parseInt(id, 10))
    expect(ids).toEqual(ids.map((__, index) => (ids[0] ?? 0) + index))
  })
})
