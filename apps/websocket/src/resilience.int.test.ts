import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { startRedis, type RunningService } from '@afrochat/scripts/services'
import type { Channel } from '@afrochat/contracts'
import { waitFor } from '@afrochat/test-support'
import { createRedis } from '@afrochat/redis'
import { sees, toldOf, watch } from './testing/presence-client.ts'
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
  world = await startTestGateways({ REDIS_URL: redis.url, PRESENCE_GRACE_SECONDS: '1', PRESENCE_LEASE_SECONDS: '3' }, 2)
  alice = await world.signUp()
  bob = await world.signUp()
  ;({ general } = await world.aWorkspace(alice, [bob]))
})
afterAll(async () => {
  await world.close()
  await redis.stop()
})

afterEach(() => world.disconnectAll())

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

describe('what never came to Redis', () => {
  it('takes effect on open connections all the same: a session that ended, another role, the end of a membership', async () => {
    const [carol, dan] = [await world.signUp(), await world.signUp()]
    const { workspace, general: place } = await world.aWorkspace(alice, [carol, dan])
    const other = await world.aChannel(workspace, { by: alice, members: [carol] })
    // A process that reaches PostgreSQL alone: what it does is on the log, and nobody tells of it.
    const cut = await world.add({ REDIS_URL: 'redis://127.0.0.1:1' })
    const { auth, workspace: workspaces } = cut.services
    await world.settled()
    const clients = await Promise.all([live(carol), live(carol, 1)])
    const dans = await Promise.all([live(dan), live(dan, 1)])

    await workspaces.updateWorkspaceMember(alice.actor, { workspace_id: workspace.id, user_id: carol.user.id, role: 'guest', channel_ids: [place.id] })
    await workspaces.deactivateWorkspaceMember(alice.actor, { workspace_id: workspace.id, user_id: dan.user.id })
    for (const client of clients) await client.receives('workspace_member_updated')
    for (const client of dans) await client.receives('workspace_member_left')
    await world.say(alice, other, 'not for guests')
    await world.say(alice, place, 'for who is left')
    for (const client of clients) await client.receives('message_sent', ({ data }) => data['content'] === 'for who is left')
    expect([clients.map(({ texts }) => texts), dans.map(({ texts }) => texts)]).toEqual([[['for who is left'], ['for who is left']], [[], []]])

    await auth.logout(carol.actor)
    for (const client of clients) expect((await client.closes()).code).toBe(4010)
    await world.stop(cut)
  })
})

describe('presence without Redis', () => {
  it('is quiet: nobody is called offline who is there, and all that changed is told when an empty Redis is back', async () => {
    // All have a third of it to come back to Redis, each in a second and at its next renewal, where the machine stands still besides.
    const gateways = [await world.add({ PRESENCE_LEASE_SECONDS: '18' }), await world.add({ PRESENCE_LEASE_SECONDS: '18' })]
    const [one = 0, other = 0] = gateways.map((gateway) => world.gateways.indexOf(gateway))
    const chi = await world.signUp()
    await world.aWorkspace(alice, [bob, chi])
    const watcher = await live(alice, one)
    const [bobs, chis] = [await live(bob, other), await live(chi, other)]
    await watch(watcher, bob, chi)
    for (const person of [bob, chi]) await sees(watcher, person, 'active')
    const before = toldOf(watcher, bob).length

    const { port, password } = new URL(redis.url)
    await redis.stop()
    chis.socket.terminate()
    await bobs.command('typing', { channel_id: general.id })
    await world.say(alice, general, 'still here')
    await bobs.receives('message_sent', ({ data }) => data['content'] === 'still here')
    const late = await live(alice, other)
    expect(await watch(late, bob, chi)).toEqual([])
    expect([toldOf(watcher, bob).length, toldOf(watcher, chi).at(-1)]).toEqual([before, 'active'])

    redis = await startRedis({ port: Number(port), password })
    // Only once it is certain that who is missing would have spoken.
    await sees(watcher, chi, 'offline')
    await sees(late, bob, 'active')
    await bobs.command('presence', { presence: 'away' })
    for (const client of [watcher, late]) await sees(client, bob, 'away')
    expect(toldOf(watcher, bob).slice(before)).toEqual(['away'])
    expect(toldOf(late, bob)).not.toContain('offline')
    for (const gateway of gateways) await world.stop(gateway)
  })

  it('is whole again after Redis was emptied while nobody lost a connection to it', async () => {
    const [watcher, bobs] = [await live(alice), await live(bob, 1)]
    await watch(watcher, bob)
    await sees(watcher, bob, 'active')
    const before = toldOf(watcher, bob).length
    const admin = createRedis({ url: redis.url, name: 'test', onError: () => undefined })
    await waitFor(() => admin.status === 'ready')
    for (let times = 0; times < 3; times += 1) {
      await admin.flushall()
      await waitFor(async () => (await world.services.presenceBoard.activeAmong([alice.user.id, bob.user.id])).size === 2)
    }
    admin.disconnect()
    await bobs.command('presence', { presence: 'away' })
    await sees(watcher, bob, 'away')
    expect(toldOf(watcher, bob).slice(before)).toEqual(['away'])
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
