import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { newId, type GroupId, type MessageId } from '@afrochat/kernel'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser
beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace })])
})
afterAll(() => world.close())

/** Bob came by himself: who is added is mentioned by that. */
async function aRoom(): Promise<Channel> {
  const room = await world.aChannel({ in: workspace, by: alice })
  await world.workspace.joinChannel(bob, room.id)
  return room
}
const say = (room: Channel, content = 'hello', rest: Partial<Parameters<ChatWorld['aMessage']>[0]> = {}) => world.aMessage({ in: room, by: alice, content, ...rest })
const edit = (message: Message, content: string) => world.chat.editMessage(alice, { message_id: message.id, content })
const mute = ({ userId }: TestUser, { id }: Channel) =>
  world.db.updateTable('channel_user_states').set({ muted: true }).where('channel_id', '=', id).where('user_id', '=', userId).execute()

async function counts(room: Channel, user = bob): Promise<{ unread: number; mentions: number }> {
  const channel = await world.workspace.getChannel(user, room.id)
  const listed = (await world.workspace.boot(user, workspace.id)).channels.find(({ id }) => id === room.id)
  if (listed !== undefined) expect(listed).toEqual(channel)
  return { unread: channel.unread_count, mentions: channel.mention_count }
}

async function aGroup(members: readonly TestUser[]): Promise<{ id: GroupId; handle: string }> {
  const id = newId<GroupId>()
  const handle = `g${id.slice(-12)}`
  await world.db.insertInto('user_groups').values({ id, workspace_id: workspace.id, handle, name: handle, description: null, created_by: owner.userId }).execute()
  await world.db.insertInto('user_group_members').values(members.map(({ userId }) => ({ group_id: id, user_id: userId }))).execute()
  return { id, handle }
}

describe('what is unread', () => {
  it('is what others wrote in the channel itself, a reply where it was sent to the channel too', async () => {
    const room = await aRoom()
    const root = await say(room)
    await say(room, 'a reply', { thread_id: root.id })
    expect(await counts(room)).toEqual({ unread: 1, mentions: 0 })
    await say(room, 'in both', { thread_id: root.id, also_in_channel: true })
    expect(await counts(room)).toEqual({ unread: 2, mentions: 0 })
  })

  it('is never what the reader wrote, wherever the mark stands; but what a bot of theirs did', async () => {
    const room = await aRoom()
    await say(room, `to <@${alice.userId}>`)
    const bot = await say(room)
    await setMark(alice, room, 1)
    expect(await counts(room, alice)).toEqual({ unread: 0, mentions: 0 })
    await world.db.updateTable('messages').set({ kind: 'bot' }).where('id', '=', bot.id).execute()
    expect(await counts(room, alice)).toEqual({ unread: 1, mentions: 0 })
  })

  it('is read up to one\'s own message', async () => {
    const room = await aRoom()
    await say(room)
    await say(room, 'mine', { by: bob })
    expect(await counts(room)).toEqual({ unread: 0, mentions: 0 })
    await say(room)
    expect(await counts(room)).toEqual({ unread: 1, mentions: 0 })
  })

  it('is never what the system says', async () => {
    const room = await aRoom()
    await world.workspace.joinChannel(owner, room.id)
    await world.workspace.leaveChannel(owner, room.id)
    expect(await counts(room)).toEqual({ unread: 0, mentions: 0 })
  })

  it('starts at joining, also for who comes back, and is nothing for who only looks', async () => {
    const room = await world.aChannel({ in: workspace, by: alice })
    await say(room, `before <@${bob.userId}>`)
    expect(await counts(room)).toEqual({ unread: 0, mentions: 0 })
    await world.workspace.joinChannel(bob, room.id)
    expect(await counts(room)).toEqual({ unread: 0, mentions: 0 })
    await say(room, `while there <@${bob.userId}>`)
    await world.workspace.leaveChannel(bob, room.id)
    await say(room, 'while away @channel')
    await world.workspace.joinChannel(bob, room.id)
    expect(await counts(room)).toEqual({ unread: 0, mentions: 0 })
    await say(room)
    expect(await counts(room)).toEqual({ unread: 1, mentions: 0 })
    await setMark(bob, room, 0)
    expect(await counts(room)).toEqual({ unread: 1, mentions: 0 })
  })

  it('sinks with what is deleted', async () => {
    const room = await aRoom()
    const { id } = await say(room, `gone <@${bob.userId}>`)
    await say(room, '@channel')
    expect(await counts(room)).toEqual({ unread: 2, mentions: 2 })
    await world.chat.deleteMessage(alice, id)
    expect(await counts(room)).toEqual({ unread: 1, mentions: 1 })
  })

  it('is exact to 10,000 and stops there with a flag, the mentions also where more than that is unread', async () => {
    const room = await aRoom()
    await insertMessages(room, 10_050)
    await say(room, `<@${bob.userId}>`)
    expect(await world.workspace.getChannel(bob, room.id)).toMatchObject({ unread_count: 10_000, unread_capped: true, mention_count: 1 })
    await world.workspace.markChannelRead(bob, { channel_id: room.id, seq: 60 })
    expect(await world.workspace.getChannel(bob, room.id)).toMatchObject({ unread_count: 9_994, unread_capped: false, mention_count: 1 })
  })
})

describe('a mention', () => {
  it('is a message that names the reader, or everybody, once however often it does', async () => {
    const room = await aRoom()
    await say(room, `<@${bob.userId}> <@${bob.userId}>, and all: @channel @everyone`)
    await say(room, 'all of you, @channel')
    await say(room, `not for <@${alice.userId}>`)
    expect(await counts(room)).toEqual({ unread: 3, mentions: 2 })
    expect(await counts(room, alice)).toEqual({ unread: 0, mentions: 0 })
  })

  it('in a thread alone is none for the channel', async () => {
    const room = await aRoom()
    const root = await say(room)
    await say(room, `<@${bob.userId}> @channel`, { thread_id: root.id })
    expect(await counts(room)).toEqual({ unread: 1, mentions: 0 })
    await say(room, `<@${bob.userId}>`, { thread_id: root.id, also_in_channel: true })
    await say(room, '@channel', { thread_id: root.id, also_in_channel: true })
    expect(await counts(room)).toEqual({ unread: 3, mentions: 2 })
  })

  it('of a group is one for its members who are in the channel then, whoever comes to the group later', async () => {
    const room = await aRoom()
    const group = await aGroup([bob])
    await say(room, `@${group.handle} and <@${bob.userId}>`)
    expect(await counts(room)).toEqual({ unread: 1, mentions: 1 })
    await world.workspace.joinChannel(owner, room.id)
    await say(room, `@${group.handle}`)
    await world.db.insertInto('user_group_members').values({ group_id: group.id, user_id: owner.userId }).execute()
    await world.db.deleteFrom('user_group_members').where('user_id', '=', bob.userId).execute()
    expect([await counts(room), await counts(room, owner)]).toEqual([{ unread: 2, mentions: 2 }, { unread: 1, mentions: 0 }])
  })

  it('by @here counts for who is there at that moment, and for nobody later', async () => {
    const room = await aRoom()
    await world.workspace.joinChannel(owner, room.id)
    world.active.clear()
    world.active.add(bob.userId)
    await say(room, '@here')
    world.active.add(owner.userId)
    expect([await counts(room), await counts(room, owner)]).toEqual([{ unread: 1, mentions: 1 }, { unread: 1, mentions: 0 }])
  })

  it('of a muted channel is only what names the reader, or their group', async () => {
    const room = await aRoom()
    const group = await aGroup([bob])
    await mute(bob, room)
    world.active.add(bob.userId)
    for (const content of ['@channel', '@here', '@everyone']) await say(room, content)
    expect(await counts(room)).toEqual({ unread: 3, mentions: 0 })
    for (const content of [`<@${bob.userId}> and @everyone`, `@${group.handle}`]) await say(room, content)
    expect(await counts(room)).toEqual({ unread: 5, mentions: 2 })
  })

  it('is every message of a direct one; of a muted one only what names the reader', async () => {
    const { channel: dm } = await world.workspace.openDm(alice, { workspace_id: workspace.id, user_ids: [bob.userId] })
    await say(dm, 'psst')
    await say(dm, `<@${bob.userId}>`)
    expect(await counts(dm)).toEqual({ unread: 2, mentions: 2 })
    await mute(bob, dm)
    expect(await counts(dm)).toEqual({ unread: 2, mentions: 1 })
  })

  it('is being added to a channel, without anything unread, until it is read', async () => {
    const room = await world.aChannel({ in: workspace, by: alice, members: [bob, owner] })
    expect([await counts(room), await counts(room, owner), await counts(room, alice)]).toEqual([
      { unread: 0, mentions: 1 }, { unread: 0, mentions: 1 }, { unread: 0, mentions: 0 },
    ])
    await world.workspace.markChannelRead(bob, { channel_id: room.id, seq: 1_000 })
    expect(await counts(room)).toEqual({ unread: 0, mentions: 0 })
  })

  it('of somebody outside the channel is none when they come into it', async () => {
    const room = await aRoom()
    await say(room, `<@${owner.userId}>`)
    await world.workspace.joinChannel(owner, room.id)
    await setMark(owner, room, 0)
    expect(await counts(room, owner)).toEqual({ unread: 0, mentions: 0 })
  })
})

describe('an edit', () => {
  it('that takes a mention out lowers the count, at any time; that of another reader stays', async () => {
    const room = await aRoom()
    await world.workspace.joinChannel(owner, room.id)
    const message = await say(room, `<@${bob.userId}> <@${owner.userId}>`)
    await age(message.id, 60)
    await edit(message, `<@${owner.userId}>`)
    expect([await counts(room), await counts(room, owner)]).toEqual([{ unread: 1, mentions: 0 }, { unread: 1, mentions: 1 }])
  })

  it('that mentions somebody counts once within five minutes of posting, and later not at all', async () => {
    const room = await aRoom()
    const message = await say(room)
    await edit(message, `<@${bob.userId}>`)
    await edit(message, `<@${bob.userId}>, again`)
    expect(await counts(room)).toEqual({ unread: 1, mentions: 1 })
    const old = await say(room)
    await age(old.id, 5)
    expect((await edit(old, `<@${bob.userId}> @channel`)).mentions).toEqual({ user_ids: [bob.userId], group_ids: [], channel: null })
    expect(await counts(room)).toEqual({ unread: 2, mentions: 1 })
  })

  it.each([
    ['@channel', 1], ['@here', 1], ['@everyone', 1],
  ])('that says %s, or no more, counts for all or for nobody', async (word, mentions) => {
    const room = await aRoom()
    world.active.add(bob.userId)
    const message = await say(room)
    await edit(message, word)
    expect(await counts(room)).toEqual({ unread: 1, mentions })
    await edit(message, 'nothing')
    expect(await counts(room)).toEqual({ unread: 1, mentions: 0 })
  })

  it('that names a group counts for its members, and keeps who was in it when it was named', async () => {
    const room = await aRoom()
    const group = await aGroup([bob])
    const message = await say(room)
    await edit(message, `@${group.handle}`)
    await world.db.deleteFrom('user_group_members').where('group_id', '=', group.id).execute()
    await edit(message, `@${group.handle} once more`)
    expect(await counts(room)).toEqual({ unread: 1, mentions: 1 })
    await edit(message, 'no group')
    expect(await counts(room)).toEqual({ unread: 1, mentions: 0 })
  })

  it('that takes a person out whose group is named keeps them', async () => {
    const room = await aRoom()
    const group = await aGroup([bob])
    const message = await say(room, `<@${bob.userId}> @${group.handle}`)
    await edit(message, `@${group.handle}`)
    expect(await counts(room)).toEqual({ unread: 1, mentions: 1 })
  })

  it('makes nothing unread that was read', async () => {
    const room = await aRoom()
    const message = await say(room)
    await world.workspace.markChannelRead(bob, { channel_id: room.id, seq: message.seq })
    await edit(message, `<@${bob.userId}>`)
    expect(await counts(room)).toEqual({ unread: 0, mentions: 0 })
  })
})

const setMark = ({ userId }: TestUser, { id }: Channel, seq: number) =>
  world.db.updateTable('channel_user_states').set({ last_read_seq: seq }).where('channel_id', '=', id).where('user_id', '=', userId).execute()

const age = (id: MessageId, minutes: number) =>
  world.db.updateTable('messages').set({ created_at: new Date(Date.now() - minutes * 60_000) }).where('id', '=', id).execute()

async function insertMessages({ id, workspace_id }: Channel, count: number): Promise<void> {
  const { last_seq: head } = await world.workspace.getChannel(alice, id)
  const row = (seq: number) => ({
    id: newId<MessageId>(), workspace_id, channel_id: id, user_id: alice.userId, content: 'bulk', thread_id: null, seq, change_seq: seq,
    client_msg_id: null, body_hash: null, mention_channel: null, last_reply_at: null, edited_at: null, deleted_at: null, created_at: new Date(),
  })
  for (let start = 0; start < count; start += 1_000) {
    await world.db.insertInto('messages').values(Array.from({ length: Math.min(1_000, count - start) }, (_, index) => row(head + start + index + 1))).execute()
  }
  await world.db.updateTable('stream_heads').set({ seq: head + count }).where('stream_key', '=', `c:${id}`).execute()
}
