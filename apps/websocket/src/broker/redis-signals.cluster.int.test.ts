import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '@afrochat/kernel'
import { createLogger } from '@afrochat/logger'
import { createRedis, type Redis, type RedisFactory } from '@afrochat/redis'
import { startRedisCluster, type RunningRedisCluster } from '@afrochat/scripts/services'
import { waitFor } from '@afrochat/test-support'
import { createRedisSignals } from './redis-signals.ts'
import { countedJoin, signalsContract } from './signals.contract.ts'
import type { TypingSignal } from './signals.ts'

const logger = createLogger({ service: 'websocket', level: 'silent' })
let cluster: RunningRedisCluster
let admin: Redis
const redis: RedisFactory = (options) => createRedis({ url: cluster.url, ...options })
beforeAll(async () => {
  cluster = await startRedisCluster()
  admin = redis({ name: 'test', onError: () => undefined })
  await waitFor(() => admin.status === 'ready')
})
afterAll(async () => {
  admin.disconnect()
  await cluster.stop()
})

/** How many listen to the channel of typing, on whichever node it is. */
async function listening(): Promise<number> {
  const masters = 'nodes' in admin ? admin.nodes('master') : []
  const counts = await Promise.all(masters.map(async (node) => ((await node.pubsub('SHARDNUMSUB', 'afrochat:signals:typing', 'afrochat:signals:presence')) as (string | number)[])))
  return Math.min(...[1, 3].map((place) => counts.reduce((sum, count) => sum + Number(count[place]), 0)))
}

const join = countedJoin({ redis, listening, open: (own, listener) => createRedisSignals({ redis: own, listener, logger }) })
signalsContract('over a Redis Cluster', join)

describe('signals over a Redis Cluster', () => {
  it('are heard again when the nodes that carry them were away, one after the other', async () => {
    const heard: TypingSignal[] = []
    const [one, other] = [
      await join({ typing: () => undefined, presence: () => undefined, drops: () => false }),
      await join({ typing: (signal) => void heard.push(signal), presence: () => undefined, drops: () => false }),
    ]
    const signal = { workspace_id: newId(), user_id: newId(), channel_id: newId(), thread_id: null, timestamp: new Date(0).toISOString() } as TypingSignal
    for (const node of cluster.nodes) {
      await node.kill()
      await node.restart()
      heard.length = 0
      await waitFor(() => {
        one.publish('typing', signal)
        return heard.length > 0
      }, { message: 'a signal to be heard' })
      expect(heard[0]).toEqual(signal)
    }
    await one.stop()
    await other.stop()
  })
})
