import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { createChatWorld, replay, type ChatWorld, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let place: Workspace
let alice: TestUser, bob: TestUser
beforeAll(async () => {
  world = await createChatWorld()
})
beforeEach(async () => {
  alice = await world.aUser()
  place = await world.aWorkspace({ owner: alice })
  bob = await world.aMember({ of: place })
})
afterAll(() => world.close())

async function aRoom({ in: where = place, by = alice, reader = bob } = {}): Promise<Channel> {
  const room = await world.aChannel({ in: where, by })
  await world.workspace.joinChannel(reader, room.id)
  return room
}
const aDm = async (where = place) => (await world.workspace.openDm(alice, { workspace_id: where.id, user_ids: [bob.userId] })).channel
const say = (room: Channel, content = 'hello', thread_id: Parameters<ChatWorld['aMessage']>[0]['thread_id'] = null) => world.aMessage({ in: room, by: alice, content, thread_id })
const unreads = (who = bob, where = place) => world.chat.getUnreads(who, where.id)
const mute = ({ userId }: TestUser, { id }: Channel) =>
  world.db.updateTable('channel_user_states').set({ muted: true }).where('channel_id', '=', id).where('user_id', '=', userId).execute()

describe('all that somebody has not read', () => {
  it('is nothing at first', async () => {
    await aRoom()
    expect(await unreads()).toEqual({ channels: [], threads: { unread_count: 0, mention_count: 0 }, unread_count: 0, mention_count: 0, badge: 0 })
  })

  it('is told channel by channel and in all, threads apart, as the channels and the first screen say it', async () => {
    const [busy, quiet, dm] = [await aRoom(), await aRoom(), await aDm()]
    const own = await world.aMessage({ in: quiet, by: bob })
    for (const content of ['one', `two <@${bob.userId}>`, 'three @channel']) await say(busy, content)
    await say(dm)
    await say(quiet, 'in a thread', own.id)
    await say(quiet, `in a thread <@${bob.userId}>`, own.id)

    const found = await unreads()
    expect(found).toMatchObject({ threads: { unread_count: 2, mention_count: 1 }, unread_count: 4, mention_count: 4, badge: 4 })
    expect(found.channels.map(({ last_read_seq: _, ...counts }) => counts)).toEqual([
      { channel_id: busy.id, unread_count: 3, mention_count: 2, unread_capped: false },
      { channel_id: dm.id, unread_count: 1, mention_count: 1, unread_capped: false },
    ].toSorted((a, b) => (a.channel_id < b.channel_id ? -1 : 1)))
    const boot = await world.workspace.boot(bob, place.id)
    expect(boot.threads).toEqual(found.threads)
    for (const { channel_id, ...counts } of found.channels) expect(boot.channels.find(({ id }) => id === channel_id)).toMatchObject(counts)
  })

  it('has a muted channel only where it names the reader, and never in the sum', async () => {
    const [loud, named] = [await aRoom(), await aRoom()]
    for (const room of [loud, named]) {
      await mute(bob, room)
      await say(room, 'all of you, @channel')
    }
    await say(named, `<@${bob.userId}>`)
    const channels = [{ channel_id: named.id, unread_count: 2, mention_count: 1 }]
    expect(await unreads()).toMatchObject({ channels, unread_count: 0, mention_count: 1, badge: 1 })
  })

  it('has being added to a channel as a mention', async () => {
    const room = await world.aChannel({ in: place, by: alice, members: [bob] })
    const channels = [{ channel_id: room.id, unread_count: 0, mention_count: 1 }]
    expect(await unreads()).toMatchObject({ channels, unread_count: 0, mention_count: 1, badge: 1 })
  })

  it('has a badge for all workspaces of the account: mentions and direct messages, those in threads included', async () => {
    const elsewhere = await world.aWorkspace({ owner: alice })
    await world.workspace.acceptInvite(bob, (await world.workspace.createInvite(alice, { workspace_id: elsewhere.id })).token)
    const [here, there, dm] = [await aRoom(), await aRoom({ in: elsewhere }), await aDm(elsewhere)]
    for (const room of [here, there]) for (const content of ['nothing', `<@${bob.userId}>`]) await say(room, content)
    for (let index = 0; index < 3; index += 1) await say(dm)
    const root = await world.aMessage({ in: there, by: bob })
    await say(there, `<@${bob.userId}>`, root.id)
    expect(await unreads()).toMatchObject({ unread_count: 2, mention_count: 1, badge: 1 + 0 + 3 + 1 })
    expect(await unreads(bob, elsewhere)).toMatchObject({ mention_count: 3 + 1, badge: 5 })
    await world.db.updateTable('workspaces').set({ deleted_at: new Date() }).where('id', '=', elsewhere.id).execute()
    expect(await unreads()).toMatchObject({ badge: 1 })
  })

  it('sinks when it is read, deleted or left', async () => {
    const [one, two, three] = [await aRoom(), await aRoom(), await aRoom()]
    for (const room of [one, two, three]) await say(room, `<@${bob.userId}>`)
    expect(await unreads()).toMatchObject({ badge: 3 })
    await world.workspace.markChannelRead(bob, { channel_id: one.id, seq: 1_000 })
    expect(await unreads()).toMatchObject({ badge: 2 })
    await world.workspace.leaveChannel(bob, two.id)
    expect(await unreads()).toMatchObject({ badge: 1 })
    await world.db.updateTable('channels').set({ deleted_at: new Date() }).where('id', '=', three.id).execute()
    expect(await unreads()).toMatchObject({ channels: [], badge: 0 })
  })

  it('is shown to members alone', async () => {
    const stranger = await world.aUser()
    for (const act of [world.chat.getUnreads, world.chat.markAllRead]) await expect(act(stranger, place.id)).rejects.toMatchObject({ code: 'workspace_not_found' })
  })
})

describe('marking everything read', () => {
  it('reads channels, direct messages and threads, the muted ones too, and tells the person\'s devices of each', async () => {
    const [room, muted, dm] = [await aRoom(), await aRoom(), await aDm()]
    await mute(bob, muted)
    const own = await world.aMessage({ in: room, by: bob })
    await say(room, 'a reply', own.id)
    for (const channel of [room, muted, dm]) await say(channel, `<@${bob.userId}>`)
    const { bob: seen, alice: other } = await replay(world, { workspaceId: place.id, viewers: { alice, bob } }, async () => {
      expect(await world.chat.markAllRead(bob, place.id)).toMatchObject({ channels: [], threads: { unread_count: 0 }, unread_count: 0, badge: 0 })
    })
    expect(seen.received.map(({ type }) => type)).toEqual(['channel_read', 'channel_read', 'channel_read', 'thread_subscription_updated'])
    expect(seen.applied).toEqual(seen.after)
    expect(other.received).toEqual([])
    expect(await world.workspace.getChannel(bob, muted.id)).toMatchObject({ unread_count: 0 })
  })

  it('changes nothing and tells nothing where nothing is unread', async () => {
    await aRoom()
    const before = world.events.length
    await world.chat.markAllRead(bob, place.id)
    expect(world.events.length).toBe(before)
  })

  it('reads any number of places, a hundred at a time', async () => {
    const room = await aRoom()
    for (let index = 0; index < 130; index += 1) {
      const own = await world.aMessage({ in: room, by: bob })
      await say(room, 'a reply', own.id)
    }
    expect((await unreads()).threads.unread_count).toBe(130)
    expect(await world.chat.markAllRead(bob, place.id)).toMatchObject({ threads: { unread_count: 0 } })
  })

  it('while people go on writing ends with what they wrote afterwards, and nobody waits for anybody for ever', async () => {
    const rooms = [await aRoom(), await aRoom(), await aRoom()]
    const own = await Promise.all(rooms.map((room) => world.aMessage({ in: room, by: bob })))
    await Promise.all([
      ...Array.from({ length: 10 }, () => world.chat.markAllRead(bob, place.id)),
      ...Array.from({ length: 40 }, (_, index) => say(rooms[index % 3] as Channel, 'hello', index % 2 === 0 ? own[index % 3]?.id ?? null : null)),
      ...Array.from({ length: 20 }, (_, index) => world.aMessage({ in: rooms[index % 3] as Channel, by: bob })),
    ])
    expect(await world.chat.markAllRead(bob, place.id)).toMatchObject({ channels: [], threads: { unread_count: 0, mention_count: 0 }, badge: 0 })
  })
})
