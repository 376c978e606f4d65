import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { testRedisUrl, waitFor } from '@afrochat/test-support'
import { createActiveUsers, type ActiveUsers } from './active-users.ts'
import { createRedis, type Redis } from './create-redis.ts'

let redis: Redis
let now = 1_000_000
const errors: Error[] = []
let gateway: ActiveUsers, api: ActiveUsers
beforeAll(async () => {
  redis = createRedis({ url: testRedisUrl(), name: 'test', onError: () => undefined })
  await waitFor(() => redis.status === 'ready')
  const options = { redis, onError: (error: Error) => void errors.push(error), nowMs: () => now }
  ;[gateway, api] = [createActiveUsers(options), createActiveUsers(options)]
})
beforeEach(() => redis.del('afrochat:active'))
afterAll(() => redis.disconnect())

describe('who is active', () => {
  it('is who was seen by any gateway, of those who are asked about', async () => {
    gateway.see(['ada', 'bola'])
    api.see(['chi'])
    expect(await api.among(['ada', 'chi', 'dele'])).toEqual(new Set(['ada', 'chi']))
    expect(await api.among([])).toEqual(new Set())
  })

  it('fades a round and a half of the heartbeats after they were last seen, and is forgotten', async () => {
    gateway.see(['ada', 'bola'])
    now += 40_000
    gateway.see(['ada'])
    expect(await api.among(['ada', 'bola'])).toEqual(new Set(['ada', 'bola']))
    now += 10_000
    expect(await api.among(['ada', 'bola'])).toEqual(new Set(['ada']))
    gateway.see(['chi'])
    await waitFor(async () => (await redis.zcard('afrochat:active')) === 2)
  })

  it('is nobody while Redis is away, at once and without an error to the caller', async () => {
    const away = createRedis({ url: 'redis://127.0.0.1:1', name: 'away', onError: () => undefined })
    const users = createActiveUsers({ redis: away, onError: (error) => void errors.push(error) })
    users.see(['ada'])
    expect(await users.among(['ada'])).toEqual(new Set())
    away.disconnect()
  })

  it('is nobody where the key holds something else', async () => {
    await redis.set('afrochat:active', 'not a sorted set')
    gateway.see(['ada'])
    expect(await api.among(['ada'])).toEqual(new Set())
    expect(errors.at(-1)?.message).toMatch(/WRONGTYPE/)
  })
})
