import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { newId } from '@afrochat/kernel'
import { createLogger } from '@afrochat/logger'
import { createRedis, type Redis, type RedisFactory } from '@afrochat/redis'
import { testRedisUrl, waitFor } from '@afrochat/test-support'
import { createRedisSignals } from './redis-signals.ts'
import { countedJoin, signalsContract } from './signals.contract.ts'
import type { SignalListener, TypingSignal } from './signals.ts'

const logger = createLogger({ service: 'websocket', level: 'silent' })
const redis: RedisFactory = (options) => createRedis({ url: testRedisUrl(), ...options })
const CHANNEL = 'afrochat:signals:typing'
let admin: Redis

beforeAll(async () => {
  admin = redis({ name: 'test', onError: () => undefined })
  await waitFor(() => admin.status === 'ready')
})
afterAll(() => admin.disconnect())

const listening = async () => ((await admin.pubsub('SHARDNUMSUB', 'afrochat:signals:presence')) as [string, number])[1]
const hearing = (heard: TypingSignal[]): SignalListener => ({ typing: (signal) => void heard.push(signal), presence: () => undefined, drops: () => false })

signalsContract('over Redis', countedJoin({ redis, listening, open: (own, listener) => createRedisSignals({ redis: own, listener, logger }) }))

describe('signals over Redis', () => {
  // The nodes of the test before have left: none of them is taken for the one of this.
  beforeEach(() => waitFor(async () => (await listening()) === 0))

  it('pass over what is no signal, and take one however it was published', async () => {
    const heard: TypingSignal[] = []
    const signals = createRedisSignals({ redis, listener: hearing(heard), logger })
    await waitFor(async () => (await listening()) === 1)
    for (const text of ['', 'null', '{}', '{"node":"x","signal":{"user_id":1}}', '[[[[', `{"node":"x","signal":${JSON.stringify({ type: 'message_sent' })}}`]) {
      await admin.publish(CHANNEL, text)
      await admin.spublish(CHANNEL, text)
    }
    const [workspace, user, channel] = [newId(), newId(), newId()]
    const good = { workspace_id: workspace, user_id: user, channel_id: channel, thread_id: null, timestamp: new Date(0).toISOString() }
    const text = JSON.stringify({ node: 'x', signal: good })
    // As an older node or server does, and as a newer one.
    await admin.publish(CHANNEL, text)
    await admin.spublish(CHANNEL, text)
    await waitFor(() => heard.length === 2)
    expect(heard).toEqual([good, good])
    await signals.stop()
  })

  it('are heard at last by a node whose subscription was refused, over the same connection', async () => {
    await admin.call('ACL', 'SETUSER', 'deaf', 'on', '>secret', '+@all', '-subscribe', '-ssubscribe', 'allkeys', 'allchannels')
    const url = new URL(testRedisUrl())
    Object.assign(url, { username: 'deaf', password: 'secret' })
    const heard: TypingSignal[] = []
    let refusals = 0
    const deaf: RedisFactory = (options) => createRedis({ url: url.href, ...options })
    const counting = createLogger({ service: 'websocket', level: 'debug', destination: { write: (line: string) => void (refusals += line.includes('NOPERM') ? 1 : 0) } })
    const signals = createRedisSignals({ redis: deaf, listener: hearing(heard), logger: counting })
    await waitFor(() => refusals > 0)
    await admin.call('ACL', 'SETUSER', 'deaf', '+subscribe', '+ssubscribe')
    await waitFor(async () => (await listening()) === 1)
    await signals.stop()
  })

  it('are heard again by a node whose connection broke', async () => {
    const heard: TypingSignal[] = []
    const signals = createRedisSignals({ redis, listener: hearing(heard), logger })
    await waitFor(async () => (await listening()) === 1)
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    const signal = { workspace_id: newId(), user_id: newId(), channel_id: newId(), thread_id: null, timestamp: new Date(0).toISOString() }
    await waitFor(async () => {
      await admin.spublish(CHANNEL, JSON.stringify({ node: 'x', signal }))
      return heard.length > 0
    })
    await signals.stop()
  })
})
