import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { readLogPosition, type PlacedEvent } from '@afrochat/database'
import type { Redis } from '@afrochat/redis'
import { startRedisCluster, type RunningRedisCluster } from '@afrochat/scripts/services'
import { waitFor } from '@afrochat/test-support'
import { lastOfTail } from './append.ts'
import { createAppender } from './appender.ts'
import { startLogKeeper } from './keeper.ts'
import { aLog, quiet, type LogFixture } from './log-fixture.ts'
import { startLogReader } from './reader.ts'
import { tailKey } from './stream-entry.ts'

let cluster: RunningRedisCluster
let log: LogFixture
let redis: Redis
beforeAll(async () => {
  cluster = await startRedisCluster()
  log = await aLog({ redisUrl: cluster.url })
  redis = log.redisFactory({ name: 'log-test', onError: () => undefined })
  await waitFor(() => redis.status === 'ready')
})
afterAll(async () => {
  redis.disconnect()
  await log.close()
  await cluster.stop()
})

it('on a Redis Cluster events come by the tail, by PostgreSQL while its node is away, and by the tail again, each once and in order', async () => {
  const { epoch } = await readLogPosition(log.db, 0)
  const key = tailKey(epoch, 0)
  const slot = Number(await redis.cluster('KEYSLOT', key))
  const node = cluster.nodes.find((one) => one.holds(slot))
  const appender = createAppender({ db: log.db, redis, logger: quiet })
  const keeper = startLogKeeper({ db: log.db, redis, shards: 1, logger: quiet, retentionDays: 7 })
  const received: PlacedEvent[] = []
  let reads = 0
  const reader = startLogReader({
    db: log.db, shard: 0, from: await readLogPosition(log.db, 0), logger: quiet, onEpoch: () => undefined,
    onEvents: (events) => void received.push(...events),
    redis: (options) => {
      const connection = log.redisFactory(options)
      const xread = connection.xread.bind(connection) as (...args: unknown[]) => Promise<never>
      return Object.assign(connection, { xread: (...args: unknown[]) => ((reads += 1), xread(...args)) })
    },
  })
  async function writeTen() {
    for (let index = 0; index < 10; index += 1) {
      await log.write(log.channels[index % 3])
      appender.publish(log.published.splice(0))
    }
    const { pos } = await readLogPosition(log.db, 0)
    await waitFor(() => received.length === pos, { message: `the reader to have ${pos} events` })
    expect(received.map((event) => event.pos)).toEqual(Array.from({ length: pos }, (_, index) => index + 1))
  }
  const tail = { redis, epoch, shard: 0, length: 20_000 }
  await writeTen()
  await waitFor(async () => (await lastOfTail(tail)) === received.length, { message: 'the tail to have it all' })

  await node?.kill()
  await writeTen()
  // It polls: a node that fails at once must not make it ask as fast as it can.
  const before = reads
  const until = performance.now() + 1_000
  await waitFor(() => performance.now() > until)
  expect(reads - before).toBeLessThan(5)

  await node?.restart()
  await waitFor(async () => (await lastOfTail(tail)) === received.length, { message: 'the keeper to fill the tail' })
  await writeTen()
  await Promise.all([reader.stop(), keeper.stop(), appender.stop()])
})
