import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { newId, type UserId } from '@afrochat/kernel'
import { createLogger } from '@afrochat/logger'
import { createRedis, type Redis, type RedisFactory } from '@afrochat/redis'
import { testRedisUrl, waitFor } from '@afrochat/test-support'
import { createRedisSignals } from './redis-signals.ts'
import { countedJoin, signalsContract } from './signals.contract.ts'
import type { PresenceSignal, SignalListener, TypingSignal } from './signals.ts'

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

  it('say once to a node whose connection broke that anybody may have changed meanwhile', async () => {
    const presences: PresenceSignal[] = []
    const signals = createRedisSignals({ redis, listener: { ...hearing([]), presence: (signal) => void presences.push(signal) }, logger })
    await waitFor(() => presences.length === 1, { message: 'the word when it first listens' })
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await waitFor(() => presences.length === 2, { message: 'the word when it listens again' })
    expect(presences).toEqual([{ user_ids: 'all' }, { user_ids: 'all' }])
    await signals.stop()
  })

  it('say to all others that anybody may have changed, once a node can that could not say who did', async () => {
    const presences: PresenceSignal[] = []
    const other = createRedisSignals({ redis, listener: { ...hearing([]), presence: (signal) => void presences.push(signal) }, logger })
    await waitFor(() => presences.length === 1, { message: 'the other to listen' })
    const typed = { workspace_id: newId(), user_id: newId(), channel_id: newId(), thread_id: null, timestamp: new Date(0).toISOString() } as TypingSignal
    const signals = createRedisSignals({ redis, listener: hearing([]), logger })
    // Before there is a connection.
    for (const user of [newId<UserId>(), newId<UserId>()]) signals.publish('presence', { user_ids: [user] })
    signals.publish('typing', typed)
    await waitFor(() => presences.length === 2, { message: 'the word of what was not said' })
    const user_ids = [newId<UserId>()]
    await waitFor(() => {
      signals.publish('presence', { user_ids })
      return presences.length > 2
    })
    expect(presences.slice(0, 3)).toEqual([{ user_ids: 'all' }, { user_ids: 'all' }, { user_ids }])
    await Promise.all([signals.stop(), other.stop()])
  })
})
