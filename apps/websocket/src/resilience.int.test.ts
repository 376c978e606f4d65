import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startRedis, type RunningService } from '@afrochat/scripts/services'
import type { Channel } from '@afrochat/contracts'
import { waitFor } from '@afrochat/test-support'
import { createRedis } from '@afrochat/redis'
import type { TestClient } from './testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from './testing/test-gateway.ts'

/** A Redis of its own: these tests empty it and take it away. */
let redis: RunningService
let world: TestGateways
let alice: Person
let bob: Person
let general: Channel

beforeAll(async () => {
  redis = await startRedis()
  world = await startTestGateways({ REDIS_URL: redis.url }, 2)
  alice = await world.signUp()
  bob = await world.signUp()
  ;({ general } = await world.aWorkspace(alice, [bob]))
})
afterAll(async () => {
  await world.close()
  await redis.stop()
})

async function live(person: Person, gateway = 0): Promise<TestClient> {
  const client = world.connect(person, { gateway })
  await client.hello()
  await client.command('ping')
  return client
}

const words = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `word ${from + index}`)

describe('without Redis', () => {
  it('messages go on in order, each once, while it is emptied, taken away and given back empty; typing is lost and nothing else', async () => {
    const [here, there] = [await live(bob), await live(bob, 1)]
    const admin = createRedis({ url: redis.url, name: 'test', onError: () => undefined })
    await waitFor(() => admin.status === 'ready')
    for (const word of words(1, 20)) {
      await world.say(alice, general, word)
      if (word.endsWith('0') || word.endsWith('5')) await admin.flushall()
    }
    admin.disconnect()
    const { port, password } = new URL(redis.url)
    await redis.stop()
    for (const word of words(21, 30)) await world.say(alice, general, word)
    await here.receives('message_sent', ({ data }) => data['content'] === 'word 30')
    await there.receives('message_sent', ({ data }) => data['content'] === 'word 30')
    expect(await (await live(alice)).command('typing', { channel_id: general.id })).toMatchObject({ type: 'ack' })

    redis = await startRedis({ port: Number(port), password })
    for (const word of words(31, 40)) await world.say(alice, general, word)
    for (const client of [here, there]) {
      await client.receives('message_sent', ({ data }) => data['content'] === 'word 40')
      expect(client.texts).toEqual(words(1, 40))
    }
  })
})

describe('a log that began a new life', () => {
  it('ends nothing: every connection is told to read its state anew, and goes on with the new life', async () => {
    const [here, held] = [await live(bob), world.connect(alice, { gateway: 1 })]
    const { cursor: old } = await held.hello()
    await world.services.db.updateTable('log_epoch').set({ epoch: 'anotherlife1' }).execute()
    await here.receives('resync_required')
    await held.receives('resync_required')
    await world.say(alice, general, 'in the new life')
    for (const client of [here, held]) {
      const { cursor } = await client.receives('message_sent', ({ data }) => data['content'] === 'in the new life')
      expect(cursor).toMatch(/^anotherlife1\./)
    }
    expect(await here.command('resume', { cursor: old })).toMatchObject({ data: { complete: false } })
  })
})
