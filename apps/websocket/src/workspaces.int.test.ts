import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace, WorkspaceRole } from '@afrochat/contracts'
import type { TestClient } from './testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from './testing/test-gateway.ts'

let world: TestGateways
let alice: Person, bob: Person, carol: Person
let workspace: Workspace
let general: Channel

beforeAll(async () => {
  world = await startTestGateways({}, 2)
})
// Each test changes who is what: every one has a workspace of its own.
beforeEach(async () => {
  ;[alice, bob, carol] = [await world.signUp(), await world.signUp(), await world.signUp()]
  ;({ workspace, general } = await world.aWorkspace(alice, [bob, carol]))
  await world.settled()
})
afterAll(() => world.close())

/** Connected, and past the time in which events are held. */
async function live(person: Person, gateway = 0): Promise<TestClient> {
  const client = world.connect(person, { gateway })
  await client.hello()
  expect((await client.command('ping')).type).toBe('ack')
  return client
}
const setRole = (of: Person, role: WorkspaceRole, more: object = {}) =>
  world.services.workspace.updateWorkspaceMember(alice.actor, { workspace_id: workspace.id, user_id: of.user.id, role, ...more })
const deactivate = (of: Person) => world.services.workspace.deactivateWorkspaceMember(alice.actor, { workspace_id: workspace.id, user_id: of.user.id })
/** Everything that has happened has been delivered to everybody, on both gateways. */
const typesOf = ({ frames }: TestClient) => frames.map(({ type }) => type).filter((type) => !['hello', 'ack', 'heartbeat'].includes(type))
/** Said to all who are still there: behind it, whatever was to come has come. */
async function theEnd(...clients: TestClient[]): Promise<void> {
  const witness = await live(alice)
  await world.services.workspace.updateWorkspace(alice.actor, { workspace_id: workspace.id, description: 'the end' })
  for (const client of [witness, ...clients]) await client.receives('workspace_updated', ({ data }) => data['description'] === 'the end')
  await world.settled()
}

describe('a member who is made a guest', () => {
  it('hears of it on every open connection, and from then on gets of the workspace what guests get', async () => {
    const clients = [await live(bob), await live(bob, 1)]
    await setRole(bob, 'guest', { channel_ids: [general.id] })
    await world.aChannel(workspace, { by: alice })
    await setRole(carol, 'admin')
    await world.say(alice, general, 'still here')
    await theEnd(...clients)
    for (const client of clients) {
      expect(typesOf(client)).toEqual(['workspace_member_updated', 'message_sent', 'workspace_updated'])
      expect(client.frames.find(({ type }) => type === 'workspace_member_updated')?.data)
        .toEqual({ workspace_id: workspace.id, user_id: bob.user.id, role: 'guest', single_channel: false })
    }
  })

  it('gets nothing more of a channel that was not left to them', async () => {
    const kept = await world.aChannel(workspace, { by: alice, members: [bob] })
    await world.settled()
    const client = await live(bob)
    await setRole(bob, 'guest', { channel_ids: [kept.id] })
    await world.say(alice, general, 'not for guests')
    await world.say(alice, kept, 'for bob')
    await theEnd(client)
    expect(typesOf(client).filter((type) => type !== 'workspace_updated')).toEqual(['member_left', 'workspace_member_updated', 'message_sent'])
    expect(client.texts).toEqual(['for bob'])
  })

  it('gets by resuming what guests may see of the time before, and their new role', async () => {
    const { cursor } = await (await live(bob)).hello()
    await world.aChannel(workspace, { by: alice })
    await world.say(alice, general, 'in between')
    await setRole(bob, 'guest', { channel_ids: [general.id] })
    await world.settled()
    const client = world.connect(bob, { gateway: 1 })
    await client.hello()
    client.send({ type: 'resume', data: { cursor } })
    await client.receives('resumed')
    expect(typesOf(client)).toEqual(['message_sent', 'workspace_member_updated', 'resumed'])
  })
})

describe('a guest who is made a member', () => {
  it('gets at once what members get', async () => {
    await setRole(bob, 'guest', { channel_ids: [general.id] })
    await world.settled()
    const client = await live(bob)
    await world.aChannel(workspace, { by: alice })
    await setRole(bob, 'member')
    const seen = await world.aChannel(workspace, { by: alice })
    await theEnd(client)
    expect(typesOf(client)).toEqual(['workspace_member_updated', 'channel_created', 'workspace_updated'])
    expect(client.frames.find(({ type }) => type === 'channel_created')?.data['id']).toBe(seen.id)
  })
})

describe('somebody who is deactivated', () => {
  it('hears that they are out, then nothing of the workspace, and goes on in others on the same connection', async () => {
    const { general: elsewhere } = await world.aWorkspace(carol, [bob])
    await world.settled()
    const clients = [await live(bob), await live(bob, 1)]
    await deactivate(bob)
    await world.say(alice, general, 'after')
    await setRole(carol, 'admin')
    await theEnd()
    await world.say(carol, elsewhere, 'another place')
    for (const client of clients) {
      await client.receives('message_sent', ({ data }) => data['content'] === 'another place')
      expect(typesOf(client)).toEqual(['member_left', 'workspace_member_left', 'message_sent'])
      expect(await client.command('send_message', { channel_id: general.id, content: 'me again' })).toMatchObject({ type: 'error', data: { code: 'channel_not_found' } })
      expect(await client.command('typing', { channel_id: general.id })).toMatchObject({ type: 'error', data: { code: 'channel_not_found' } })
    }
  })

  it('gets by resuming that they are out, and nothing of before', async () => {
    const { cursor } = await (await live(bob)).hello()
    await world.say(alice, general, 'before')
    await setRole(carol, 'admin')
    await deactivate(bob)
    await world.say(alice, general, 'after')
    // Behind `resumed` comes what a gateway hears of only then.
    await world.settled()
    for (const gateway of [0, 1]) {
      const client = world.connect(bob, { gateway })
      await client.hello()
      client.send({ type: 'resume', data: { cursor } })
      await client.receives('resumed')
      expect(typesOf(client)).toEqual(['member_left', 'workspace_member_left', 'resumed'])
    }
  })

  it('is there again on the same connection once they are reactivated', async () => {
    const client = await live(bob)
    await deactivate(bob)
    await world.say(alice, general, 'while away')
    await world.services.workspace.updateWorkspaceMember(alice.actor, { workspace_id: workspace.id, user_id: bob.user.id, deactivated: false })
    await world.say(alice, general, 'welcome back')
    await theEnd(client)
    expect(typesOf(client)).toEqual(['member_left', 'workspace_member_left', 'workspace_member_joined', 'member_joined', 'message_sent', 'workspace_updated'])
    expect(client.texts).toEqual(['welcome back'])
  })
})

describe('a workspace that is deleted', () => {
  it('ends on every open connection with the word of it, and on no other', async () => {
    const { general: elsewhere } = await world.aWorkspace(carol, [bob])
    await world.settled()
    const [clients, stranger] = [[await live(alice), await live(bob), await live(bob, 1), await live(carol, 1)], await live(await world.signUp())]
    await world.services.workspace.deleteWorkspace(alice.actor, workspace.id)
    for (const client of clients) {
      expect((await client.receives('workspace_deleted')).data).toEqual({ workspace_id: workspace.id })
      expect(await client.command('typing', { channel_id: general.id })).toMatchObject({ type: 'error', data: { code: 'channel_not_found' } })
      expect(typesOf(client)).toEqual(['workspace_deleted', 'error'])
    }
    await world.say(carol, elsewhere, 'and on it goes')
    await clients[1]?.receives('message_sent', ({ data }) => data['content'] === 'and on it goes')
    expect(typesOf(stranger)).toEqual([])
  })

  it('is told by resuming to who was away, with nothing of what was said in it', async () => {
    const { cursor } = await (await live(bob)).hello()
    await world.say(alice, general, 'last words')
    await world.services.workspace.deleteWorkspace(alice.actor, workspace.id)
    const late = await world.add()
    await world.settled()
    for (const gateway of [0, 1, world.gateways.indexOf(late)]) {
      const client = world.connect(bob, { gateway })
      await client.hello()
      client.send({ type: 'resume', data: { cursor } })
      await client.receives('resumed')
      expect(typesOf(client)).toEqual(['workspace_deleted', 'resumed'])
    }
  })
})
