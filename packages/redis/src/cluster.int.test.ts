import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { Cluster } from 'ioredis'
import { startRedisCluster, type RunningRedisCluster } from '@afrochat/scripts/services'
import { PATIENCE_MS, waitFor } from '@afrochat/test-support'
import { medianMs } from '@afrochat/test-support/median-ms'
import { checkRedis, createRedis, type Redis } from './create-redis.ts'
import { createPresenceReader } from './presence/presence-reader.ts'
import { createPresenceShare } from './presence/presence-share.ts'

/** Of those that are killed the others notice soon. */
let cluster: RunningRedisCluster
/** Nobody takes a node of it for away, not even when the whole machine stands still, but the connection itself. */
let patient: RunningRedisCluster
beforeAll(async () => {
  [cluster, patient] = await Promise.all([startRedisCluster(), startRedisCluster({ nodeTimeoutMs: PATIENCE_MS })])
})
afterAll(() => Promise.all([cluster.stop(), patient.stop()]))

const open: Redis[] = []
afterEach(() => {
  for (const redis of open.splice(0)) redis.disconnect()
})

async function connected({ url = patient.url, silenceMs = PATIENCE_MS } = {}) {
  const errors: Error[] = []
  const redis = createRedis({ url, name: 'test', silenceMs, onError: (error) => void errors.push(error) })
  open.push(redis)
  await waitFor(() => redis.status === 'ready', { message: 'the cluster to be ready' })
  return { redis, errors }
}

/** Without a map of the slots that did not come within a second: that is a machine which stood still. */
const outagesIn = (errors: readonly Error[]) => errors.filter(({ message }) => message !== 'timeout')

const KEYS = Array.from({ length: 60 }, (_, index) => `key-${index}`)
const setAll = (redis: Redis) => Promise.allSettled(KEYS.map((key) => redis.set(key, key)))

describe('a connection to a Redis Cluster', () => {
  it('takes commands for all nodes from the moment in which it is ready, whichever node it was told of', async () => {
    const one = patient.url.replace(/,.*$/, '')
    const { redis, errors } = await connected({ url: one })
    // Connections to two of the nodes are only made now.
    expect((await setAll(redis)).filter(({ status }) => status === 'rejected')).toEqual([])
    expect(await Promise.all(KEYS.map((key) => redis.get(key)))).toEqual(KEYS)
    await checkRedis(redis)
    expect(outagesIn(errors)).toEqual([])
  })

  it('tells of an outage also after a map of the slots that came late, but came', async () => {
    const { redis, errors } = await connected()
    // As a map that is not there within a second is told.
    redis.emit('node error', new Error('timeout'))
    await new Promise<void>((resolve) => {
      redis.once('refresh', resolve)
      if (redis instanceof Cluster) redis.refreshSlotsCache()
    })
    redis.emit('node error', new Error('refused'))
    expect(outagesIn(errors)).toEqual([new Error('refused')])
  })

  it('carries the board of who is here', async () => {
    const { redis, errors } = await connected()
    const onError = (error: Error) => void errors.push(error)
    const written: unknown[] = []
    const shares = ['one', 'two'].map((gateway) => createPresenceShare({ redis, gateway, leaseMs: 600_000, onWritten: (ids) => void written.push(ids), onError }))
    const board = createPresenceReader({ redis, onError })
    const crowd = Array.from({ length: 1_500 }, (_, index) => `user-${index}`)
    for (const [index, id] of crowd.entries()) shares[index % 2]?.say(id, index % 3 === 0 ? 'away' : 'active')
    await waitFor(async () => (await board.read(crowd))?.here.size === crowd.length)
    // Enough of them to be listed instead of looked for, and few enough not to be.
    for (const asked of [crowd, [...crowd, ...Array.from({ length: 30_000 }, (_, index) => `other-${index}`)], crowd.slice(0, 10)]) {
      expect(await board.activeAmong(asked)).toEqual(new Set(asked.filter((id) => id.startsWith('user-') && Number(id.slice(5)) % 3 !== 0)))
    }
    expect((await shares[0]?.renew())?.toSorted()).toEqual(['one', 'two'])
    for (const share of shares) share.stop()
    expect(outagesIn(errors)).toEqual([])
  })

  it('fails at once, and says so once, while a node is away; and is whole again when it is back', async () => {
    const { redis, errors } = await connected({ url: cluster.url })
    const { redis: other } = await connected({ url: cluster.url })
    await setAll(redis)
    await cluster.nodes[1]?.kill()
    // Its slots fail first, then, when the others have noticed, all of them: the cluster does not serve a part of itself.
    await waitFor(async () => (await setAll(redis)).every(({ status }) => status === 'rejected'), { message: 'the cluster to notice' })
    await expect(checkRedis(redis)).rejects.toThrow()
    // A connection to a node that is away is given up after two seconds.
    expect(await medianMs(() => setAll(redis), 5)).toBeLessThan(1_500)
    expect(outagesIn(errors)).toHaveLength(1)

    await cluster.nodes[1]?.restart()
    await waitFor(async () => (await setAll(redis)).every(({ status }) => status === 'fulfilled'), { message: 'the cluster to be whole' })
    await waitFor(() => checkRedis(redis).then(() => true), { message: 'every node to say so' })
    await setAll(other)
    expect(outagesIn(errors)).toHaveLength(1)
  })

  it('waits for a node that is silent once, and then fails at once until it answers, while the others serve', async () => {
    const { redis: other } = await connected()
    const slots = await Promise.all(KEYS.map(async (key) => Number(await other.cluster('KEYSLOT', key))))
    const { redis, errors } = await connected({ silenceMs: 1_000 })
    await setAll(redis)
    const itsKeys = slots.filter((slot) => patient.nodes[2]?.holds(slot)).length
    expect(itsKeys).toBeGreaterThan(0)
    const failing = async () => (await setAll(redis)).filter(({ status }) => status === 'rejected').length
    // A machine that stands still for a second is told of as well.
    errors.splice(0)
    let returns = 0
    redis.on('ready', () => (returns += 1))
    process.kill(patient.nodes[2]?.pid() ?? 0, 'SIGSTOP')
    try {
      // Waited for: where the machine stands still for a second, the others are silent too.
      await waitFor(async () => (await failing()) === itsKeys, { message: 'its keys alone to fail' })
      expect(await medianMs(failing, 10)).toBeLessThan(500)
      await waitFor(async () => (await failing()) === itsKeys, { message: 'its keys alone to fail still' })
      // Once; and once more where a standstill ended all connections, and they were made anew.
      expect(outagesIn(errors).length).toBeGreaterThanOrEqual(1)
      expect(outagesIn(errors).length).toBeLessThanOrEqual(1 + returns)
    } finally {
      process.kill(patient.nodes[2]?.pid() ?? 0, 'SIGCONT')
    }
    await waitFor(async () => (await failing()) === 0, { message: 'all of it to serve' })
  })

  it('does not queue what nobody can take, and reconnects to a cluster that was away as a whole', async () => {
    const { redis, errors } = await connected({ url: cluster.url })
    await setAll(redis)
    for (const node of cluster.nodes) await node.kill()
    await waitFor(() => redis.status !== 'ready')
    expect((await setAll(redis)).every(({ status }) => status === 'rejected')).toBe(true)
    await expect(checkRedis(redis)).rejects.toThrow()
    await Promise.all(cluster.nodes.map((node) => node.restart()))
    await waitFor(async () => redis.status === 'ready' && (await redis.get('key-1')) === null, { message: 'to be connected again' })
    expect(outagesIn(errors)).toHaveLength(1)
  })

  it('ends when it is told to, in whichever state it is', async () => {
    const { redis } = await connected()
    const away = createRedis({ url: 'redis+cluster://127.0.0.1:1', name: 'away', onError: () => undefined })
    await waitFor(() => away.status === 'reconnecting')
    for (const one of [redis, away]) {
      const seen: string[] = []
      for (const status of ['connecting', 'ready']) one.on(status, () => void seen.push(status))
      one.disconnect()
      await expect(one.get('key')).rejects.toThrow()
      // Longer than between two attempts.
      const until = performance.now() + 300
      await waitFor(() => performance.now() > until)
      expect(seen).toEqual([])
    }
  })
})

describe('createRedis', () => {
  it('refuses the URL of a cluster that cannot be read', () => {
    expect(() => createRedis({ url: 'redis+cluster://one/1', name: 'test', onError: () => undefined })).toThrow('cannot be read')
  })
})
