import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { PATIENCE_MS, testRedisUrl, waitFor } from '@afrochat/test-support'
import { createRedis, type Redis } from '../create-redis.ts'
import { GATEWAYS_KEY, shareKey, SINCE_KEY } from './board-keys.ts'
import { createPresenceReader, type PresenceReader } from './presence-reader.ts'
import { createPresenceShare, type PresenceShare } from './presence-share.ts'

let redis: Redis
let board: PresenceReader
const errors: Error[] = []
const shares: PresenceShare[] = []
const onError = (error: Error) => void errors.push(error)
beforeAll(async () => {
  redis = createRedis({ url: testRedisUrl(), name: 'test', silenceMs: PATIENCE_MS, onError: () => undefined })
  await waitFor(() => redis.status === 'ready')
  board = createPresenceReader({ redis, onError })
})
beforeEach(async () => {
  for (const share of shares.splice(0)) share.stop()
  await redis.flushall()
})
afterAll(() => {
  for (const share of shares) share.stop()
  redis.disconnect()
})

/** So long that none ends because the machine stands still. */
const LEASE_MS = 3_600_000
let names = 0
function aShare({ gateway = `gateway-${(names += 1)}`, leaseMs = LEASE_MS } = {}) {
  const written: (readonly string[] | 'all')[] = []
  const share = createPresenceShare({ redis, gateway, leaseMs, onWritten: (ids) => void written.push(ids), onError })
  shares.push(share)
  return { share, written, gateway, key: shareKey(gateway) }
}
const seen = async (...ids: string[]) => Object.fromEntries((await board.read(ids))?.here ?? [])

describe('who is here', () => {
  it('is what all gateways say together: active where any says so, away where none does, and nobody else', async () => {
    const [one, two] = [aShare().share, aShare().share]
    for (const [share, id, state] of [[one, 'ada', 'away'], [two, 'ada', 'active'], [one, 'bola', 'active'], [two, 'chi', 'away']] as const) share.say(id, state)
    await waitFor(async () => Object.keys(await seen('ada', 'bola', 'chi')).length === 3)
    expect(await seen('ada', 'bola', 'chi', 'dele')).toEqual({ ada: 'active', bola: 'active', chi: 'away' })
    expect(await board.activeAmong(['ada', 'bola', 'chi', 'dele'])).toEqual(new Set(['ada', 'bola']))
    expect(await board.activeAmong([])).toEqual(new Set())
    two.say('ada', null)
    await waitFor(async () => (await seen('ada'))['ada'] === 'away')
    one.say('ada', null)
    await waitFor(async () => !('ada' in await seen('ada')))
  })

  it('is written once for all who come within a moment, and not at all where nothing changed', async () => {
    const { share, written } = aShare()
    await share.renew()
    for (let index = 0; index < 1_200; index += 1) share.say(`user-${index}`, 'active')
    share.say('user-0', 'away')
    share.say('user-1', 'active')
    await waitFor(() => written.flat().length > 1_200)
    expect(written.map((ids) => ids.length)).toEqual(['all'.length, 500, 500, 200])
    const all = Array.from({ length: 1_200 }, (_, index) => `user-${index}`)
    expect((await board.read(all))?.here.size).toBe(1_200)
    expect((await board.activeAmong(all)).size).toBe(1_199)
  })

  it('is the same whether few or many are asked about, of few or of many who are here', async () => {
    const shares = [aShare(), aShare(), aShare()]
    const crowd = Array.from({ length: 4_000 }, (_, index) => `user-${index}`)
    for (const [index, id] of crowd.entries()) {
      if (index % 3 === 0) shares[index % 2]?.share.say(id, index % 4 === 0 ? 'active' : 'away')
      if (index % 5 === 0) shares[2]?.share.say(id, index % 8 === 0 ? 'active' : 'away')
    }
    await waitFor(async () => (await board.read(crowd))?.here.size === crowd.filter((_, index) => index % 3 === 0 || index % 5 === 0).length)
    const expected = crowd.filter((_, index) => (index % 3 === 0 && index % 4 === 0) || (index % 5 === 0 && index % 8 === 0))
    // All of them, those of a page, and so many that listing who is active would be less than looking for each, and more.
    const many = [...crowd, ...Array.from({ length: 12_000 }, (_, index) => `another-${index}`)]
    for (const asked of [many, crowd, crowd.slice(0, 1_000), crowd.slice(0, 1_001), [...crowd.slice(0, 100), ...Array.from({ length: 1_500 }, (_, index) => `other-${index}`)]]) {
      expect(await board.activeAmong(asked)).toEqual(new Set(asked.filter((id) => expected.includes(id))))
    }
  })

  it('ends with the lease of a gateway that says no more, by the clock of Redis', async () => {
    const [dead, living] = [aShare(), aShare()]
    dead.share.say('ada', 'active')
    living.share.say('bola', 'active')
    await waitFor(async () => Object.keys(await seen('ada', 'bola')).length === 2)
    expect(await living.share.renew()).toHaveLength(2)
    // The last that is heard of it: a lease of a millisecond, and nothing is written any more.
    const last = aShare({ gateway: dead.gateway, leaseMs: 1 }).share
    last.pause(true)
    await last.renew()
    await waitFor(async () => !('ada' in await seen('ada')))
    expect(await seen('bola')).toEqual({ bola: 'active' })
    await waitFor(async () => (await living.share.renew())?.length === 1)
    expect(await redis.exists(dead.key)).toBe(0)
  })

  it('goes on for as long as the lease is held', async () => {
    const { share, gateway, key } = aShare()
    share.say('ada', 'active')
    await waitFor(async () => 'ada' in await seen('ada'))
    // Most of the lease is over.
    await redis.pexpire(key, LEASE_MS / 10)
    await redis.zadd(GATEWAYS_KEY, Date.now() + LEASE_MS / 10, gateway)
    await share.renew()
    expect(await redis.pttl(key)).toBeGreaterThan(LEASE_MS / 2)
    expect(Number(await redis.zscore(GATEWAYS_KEY, gateway))).toBeGreaterThan(Date.now() + LEASE_MS / 2)
    expect(await seen('ada')).toEqual({ ada: 'active' })
  })

  it('is not certain in a board that has just begun, as after Redis lost everything', async () => {
    const careful = createPresenceReader({ redis, onError, settleMs: 600_000 })
    expect(await careful.read(['ada'])).toMatchObject({ isComplete: false })
    await aShare().share.renew()
    expect(await careful.read(['ada'])).toMatchObject({ isComplete: false })
    await redis.set(SINCE_KEY, Date.now() - 660_000)
    expect(await careful.read(['ada'])).toMatchObject({ isComplete: true })
    await redis.flushall()
    expect(await careful.read(['ada'])).toMatchObject({ isComplete: false })
  })
})

describe('a share', () => {
  it.each<[string, (key: string) => Promise<unknown>]>([
    ['emptied', () => redis.flushall()],
    ['without this gateway', (key) => redis.del(key)],
    ['given back an older copy of', (key) => redis.zadd(key, 1, '', 2, 'somebody of then')],
  ])('is written anew, and all are told, in a Redis that was %s', async (_how, damage) => {
    const { share, written, key } = aShare()
    share.say('ada', 'active')
    share.say('bola', 'away')
    await waitFor(() => written.length > 0)
    await damage(key)
    await share.renew()
    expect(await seen('ada', 'bola', 'somebody of then')).toEqual({ ada: 'active', bola: 'away' })
    expect(written.at(-1)).toBe('all')
  })

  it('that was lost is noticed at the next change, too', async () => {
    const { share, written } = aShare()
    share.say('ada', 'active')
    await waitFor(() => written.length === 1)
    await redis.flushall()
    share.say('bola', 'active')
    await waitFor(() => written.length === 2)
    expect(await seen('ada', 'bola')).toEqual({ ada: 'active', bola: 'active' })
  })

  it('writes nothing while it is paused, and then everything that is so by then', async () => {
    const { share, written } = aShare()
    await share.renew()
    share.pause(true)
    share.say('ada', 'active')
    share.say('bola', 'active')
    share.say('ada', 'away')
    await share.renew()
    expect([await seen('ada', 'bola'), written]).toEqual([{}, ['all']])
    share.pause(false)
    await waitFor(() => written.length === 2)
    expect(await seen('ada', 'bola')).toEqual({ ada: 'away', bola: 'active' })
  })

  it('costs its caller nothing while Redis is away, and nobody is known to be here', async () => {
    const away = createRedis({ url: 'redis://127.0.0.1:1', name: 'away', onError: () => undefined })
    const share = createPresenceShare({ redis: away, gateway: 'x', leaseMs: 1_000, onWritten: () => undefined, onError })
    share.say('ada', 'active')
    expect(await share.renew()).toBeUndefined()
    const reader = createPresenceReader({ redis: away, onError })
    expect(await reader.read(['ada'])).toBeUndefined()
    expect(await reader.activeAmong(['ada'])).toEqual(new Set())
    share.stop()
    away.disconnect()
  })

  it('where its key holds something else fails without a word to the caller', async () => {
    const { share, key } = aShare()
    await redis.set(key, 'no sorted set')
    share.say('ada', 'active')
    expect(await share.renew()).toBeUndefined()
    expect(errors.at(-1)?.message).toMatch(/WRONGTYPE/)
  })
})
