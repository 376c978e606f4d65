import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newId } from '@afrochat/kernel'
import { createLogger } from '@afrochat/logger'
import { createRedis, type Redis, type RedisFactory } from '@afrochat/redis'
import { testRedisUrl, waitFor } from '@afrochat/test-support'
import { createRedisSignals } from './redis-signals.ts'
import { signalsContract } from './signals.contract.ts'
import type { TypingSignal } from './signals.ts'

const logger = createLogger({ service: 'websocket', level: 'silent' })
const redis: RedisFactory = (options) => createRedis({ url: testRedisUrl(), ...options })
let admin: Redis
let nodes = 0

beforeAll(async () => {
  admin = redis({ name: 'test', onError: () => undefined })
  await waitFor(() => admin.status === 'ready')
})
afterAll(() => admin.disconnect())

const listening = async () => ((await admin.pubsub('NUMSUB', 'afrochat:signals')) as [string, number])[1]

signalsContract('over Redis', async (listener) => {
  const signals = createRedisSignals({ redis, listener, logger })
  nodes += 1
  // Those that stopped leave in their own time.
  await waitFor(async () => (await listening()) === nodes, { message: 'exactly the nodes that are there to listen' })
  let isHere = true
  return {
    publish: signals.publish,
    async stop() {
      if (isHere) nodes -= 1
      isHere = false
      await signals.stop()
    },
  }
})

it('pass over what is no signal', async () => {
  const heard: TypingSignal[] = []
  const signals = createRedisSignals({ redis, listener: (signal) => void heard.push(signal), logger })
  await waitFor(async () => (await listening()) === 1)
  for (const text of ['', 'null', '{}', '{"node":"x","typing":{"user_id":1}}', '[[[[', `{"node":"x","typing":${JSON.stringify({ type: 'message_sent' })}}`]) {
    await admin.publish('afrochat:signals', text)
  }
  const [workspace, user, channel] = [newId(), newId(), newId()]
  const good = { workspace_id: workspace, user_id: user, channel_id: channel, thread_id: null, timestamp: new Date(0).toISOString() }
  await admin.publish('afrochat:signals', JSON.stringify({ node: 'x', typing: good }))
  await waitFor(() => heard.length > 0)
  expect(heard).toEqual([good])
  await signals.stop()
})
