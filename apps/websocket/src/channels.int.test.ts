import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import type { TestClient } from './testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from './testing/test-gateway.ts'

let world: TestGateways
let alice: Person, bob: Person, carol: Person
let workspace: Workspace
let general: Channel

beforeAll(async () => {
  world = await startTestGateways({}, 2)
  ;[alice, bob, carol] = [await world.signUp(), await world.signUp(), await world.signUp()]
  ;({ workspace, general } = await world.aWorkspace(alice, [bob, carol]))
})
beforeEach(() => world.settled())
afterAll(() => world.close())

/** Connected, and past the time in which events are held. */
async function live(person: Person, gateway = 0): Promise<TestClient> {
  const client = world.connect(person, { gateway })
  await client.hello()
  expect((await client.command('ping')).type).toBe('ack')
  return client
}
const domain = () => world.services.workspace
const typesAbout = ({ frames }: TestClient, { id }: Channel) =>
  frames.filter(({ channel_id, data }) => channel_id === id || data['id'] === id).map(({ type }) => type)
const receivesEnd = (client: TestClient) => client.receives('message_sent', ({ data }) => data['content'] === 'the end')

describe('the end of a channel', () => {
  it('is the last that its members get of it and all that the others get, on every gateway', async () => {
    const clients = [await live(alice), await live(bob), await live(bob, 1), await live(carol, 1)]
    const channel = await world.aChannel(workspace, { by: alice, members: [bob] })
    await world.say(bob, channel, 'hello')
    for (const client of clients.slice(0, 3)) await client.receives('message_sent', ({ data }) => data['content'] === 'hello')

    await domain().deleteChannel(alice.actor, channel.id)
    for (const client of clients) await client.receives('channel_deleted', ({ data }) => data['id'] === channel.id)
    await world.say(alice, general, 'the end')
    for (const client of clients) await receivesEnd(client)
    const inside = ['member_joined', 'member_joined', 'message_sent', 'message_sent', 'channel_deleted']
    // Before he was added, bob was one of the others.
    const added = ['channel_created', ...inside.slice(1)]
    expect(clients.map((client) => typesAbout(client, channel))).toEqual([inside, added, added, ['channel_created', 'channel_deleted']])
    // Who is in it no longer is not shown as typing either.
    expect(await clients[1]?.command('typing', { channel_id: channel.id })).toMatchObject({ type: 'error', data: { code: 'channel_not_found' } })
  })

  it('is told to who was away, of what was said in it nothing', async () => {
    const channel = await world.aChannel(workspace, { by: alice, members: [bob] })
    await world.settled()
    const [inside, outside] = [await live(bob), await live(carol)]
    await world.say(alice, channel, 'seen')
    await inside.receives('message_sent', ({ data }) => data['content'] === 'seen')
    const cursors = new Map([inside, outside].map((client) => [client, client.cursor]))
    for (const { socket } of [inside, outside]) socket.terminate()
    await world.say(alice, channel, 'missed for ever')
    await domain().updateChannel(alice.actor, { channel_id: channel.id, topic: 'a topic for nobody' })
    await domain().deleteChannel(alice.actor, channel.id)
    // Behind `resumed` comes what a gateway hears of only then.
    await world.settled()

    for (const [person, client] of [[bob, inside], [carol, outside]] as const) {
      for (const gateway of [0, 1]) {
        const back = world.connect(person, { gateway })
        await back.hello()
        back.send({ type: 'resume', data: { cursor: cursors.get(client) } })
        await back.receives('resumed')
        expect(typesAbout(back, channel)).toEqual(['channel_deleted'])
        expect(JSON.stringify(back.frames)).not.toMatch(/missed for ever|a topic for nobody/)
        back.socket.terminate()
      }
    }
  })
})

describe('a public channel that becomes private', () => {
  it('is gone for who is not in it, at once and after an absence, and goes on for its members', async () => {
    const channel = await world.aChannel(workspace, { by: alice, members: [bob] })
    await world.settled()
    const away = await live(carol)
    const { cursor } = away
    away.socket.terminate()
    const clients = [await live(bob), await live(carol), await live(carol, 1)]
    await domain().updateChannel(alice.actor, { channel_id: channel.id, topic: 'known to all' })
    await domain().updateChannel(alice.actor, { channel_id: channel.id, kind: 'private' })
    await domain().updateChannel(alice.actor, { channel_id: channel.id, topic: 'between us' })
    await world.say(alice, channel, 'between us')
    await world.say(alice, general, 'the end')
    for (const client of clients) await receivesEnd(client)
    expect(clients.map((client) => typesAbout(client, channel))).toEqual([
      ['channel_updated', 'message_sent', 'channel_updated', 'message_sent', 'channel_updated', 'message_sent', 'message_sent'],
      ['channel_updated', 'channel_deleted'], ['channel_updated', 'channel_deleted'],
    ])

    const back = world.connect(carol)
    await back.hello()
    back.send({ type: 'resume', data: { cursor } })
    await back.receives('resumed')
    expect(typesAbout(back, channel)).toEqual(['channel_deleted'])
    expect(JSON.stringify(back.frames)).not.toMatch(/between us|known to all/)
  })

  it('is there for every full member when it becomes public again', async () => {
    const channel = await world.aChannel(workspace, { by: alice, private: true })
    const client = await live(carol)
    await domain().updateChannel(alice.actor, { channel_id: channel.id, kind: 'public' })
    await client.receives('channel_created', ({ data }) => data['id'] === channel.id)
    expect(typesAbout(client, channel)).toEqual(['channel_created'])
  })
})

describe('a direct message', () => {
  it('appears at who it was opened with, before what is said in it, and at nobody else', async () => {
    const clients = [await live(bob), await live(bob, 1), await live(carol)]
    const { channel } = await domain().openDm(alice.actor, { workspace_id: workspace.id, user_ids: [bob.user.id] })
    await world.say(alice, channel, 'for you')
    await world.say(alice, general, 'the end')
    for (const client of clients) await receivesEnd(client)
    expect(clients.map((client) => typesAbout(client, channel))).toEqual([['member_joined', 'message_sent'], ['member_joined', 'message_sent'], []])
    expect(JSON.stringify(clients[2]?.frames)).not.toContain(channel.id)
  })
})

describe('a role in a channel, and what one wants of it', () => {
  it('is told to its members; what one wants, to one\'s own devices', async () => {
    const clients = [await live(alice), await live(bob), await live(bob, 1), await live(carol)]
    const channel = await world.aChannel(workspace, { by: alice, members: [bob] })
    await domain().setMemberRole(alice.actor, { channel_id: channel.id, user_id: bob.user.id, role: 'manager' })
    await domain().setChannelPreferences(bob.actor, { channel_id: channel.id, muted: true })
    await world.say(alice, general, 'the end')
    for (const client of clients) await receivesEnd(client)
    const heard = clients.map(({ frames }) => frames.filter(({ type }) => type === 'member_updated' || type === 'preferences_updated').map(({ type }) => type))
    expect(heard).toEqual([['member_updated'], ['member_updated', 'preferences_updated'], ['member_updated', 'preferences_updated'], []])
  })
})
