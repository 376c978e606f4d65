import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { lockHeads } from '@afrochat/database'
import { applyEvents, createChatWorld, eventsOf, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { postSystemMessages } from './post-system-messages.ts'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser, carol: TestUser

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob, carol] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
})
afterAll(() => world.close())

const aChannel = (members: TestUser[] = [bob]) => world.aChannel({ in: workspace, by: alice, members })
const systemMessages = ({ id }: Channel) =>
  world.db.selectFrom('messages').selectAll().where('channel_id', '=', id).where('kind', '=', 'system').orderBy('seq').execute()

describe('a system message', () => {
  it('is a message of the channel, in its order and its history, of who did what it says', async () => {
    const channel = await aChannel()
    const { items: [message] } = await world.chat.listMessages(bob, { channel_id: channel.id })
    expect(message).toMatchObject({
      kind: 'system', user_id: alice.userId, content: `<@${alice.userId}> added <@${bob.userId}> to the channel`, seq: 3, change_seq: 3,
      system: { type: 'members_added', user_ids: [bob.userId], from: null, to: null, message_id: null },
      mentions: { user_ids: [bob.userId], group_ids: [], channel: null }, client_msg_id: null, thread_id: null, edited_at: null,
    })
    const event = eventsOf(world, channel.id).at(-1)
    expect(event).toMatchObject({ type: 'message_sent', seq: 3, message_id: message?.id, actor_id: alice.userId, imported: false })
  })

  it('says in its event all that a client needs: the messages before and the event are the messages after', async () => {
    const channel = await aChannel()
    const before = await world.messagesOf(channel.id, alice)
    const after = channel.last_seq
    await world.workspace.updateChannel(alice, { channel_id: channel.id, topic: 'Plans', name: `${channel.name}-2` })
    const events = await world.storedEvents(channel.id, after)
    expect(applyEvents(before, events)).toEqual(await world.messagesOf(channel.id, alice))
  })

  it('is unread for nobody and does not move the time of the last message, by which people order their channels', async () => {
    const channel = await aChannel()
    const { created_at } = await world.aMessage({ in: channel, by: alice })
    await world.workspace.markChannelRead(bob, { channel_id: channel.id, seq: 4 })
    await world.workspace.joinChannel(carol, channel.id)
    await world.workspace.updateChannel(alice, { channel_id: channel.id, topic: 'Plans' })
    expect(await world.workspace.getChannel(bob, channel.id)).toMatchObject({ last_message_at: created_at, unread_count: 0, mention_count: 0 })
    expect(await world.workspace.getChannel(carol, channel.id)).toMatchObject({ unread_count: 0, mention_count: 0 })
  })

  it('mentions who was added by somebody else, and nobody for any other reason', async () => {
    const channel = await aChannel([])
    await world.workspace.addChannelMembers(alice, { channel_id: channel.id, user_ids: [bob.userId, carol.userId] })
    await world.workspace.removeChannelMember(alice, { channel_id: channel.id, user_id: bob.userId })
    await world.workspace.joinChannel(bob, channel.id)
    const rows = await world.db.selectFrom('message_mentions').select(['user_id', 'seq', 'direct', 'in_channel', 'thread_id'])
      .where('channel_id', '=', channel.id).orderBy('user_id').execute()
    const added = [bob, carol].map(({ userId }) => userId).toSorted()
    expect(rows).toEqual(added.map((user_id) => ({ user_id, seq: 4, direct: true, in_channel: true, thread_id: null })))
  })

  it('is edited by nobody; deleted by those who may, it takes its words along, those of its note and of its event too', async () => {
    const channel = await aChannel()
    await world.workspace.updateChannel(bob, { channel_id: channel.id, topic: 'a secret' })
    const message = (await systemMessages(channel)).at(-1)
    if (message === undefined) throw new Error('There is one')
    await expect(world.chat.editMessage(bob, { message_id: message.id, content: 'other words' })).rejects.toMatchObject({ kind: 'forbidden' })
    await world.chat.deleteMessage(alice, message.id)
    expect((await systemMessages(channel)).at(-1)).toMatchObject({ content: '', system: null })
    const [event] = (await world.storedEvents(channel.id)).filter(({ message_id }) => message_id === message.id)
    expect(event?.payload).not.toContain('a secret')
  })

  it('of several at once, in several channels, each has the next place of its own channel', async () => {
    const [one, other] = [await aChannel(), await aChannel()]
    await world.transact(alice, async (uow) => {
      await lockHeads(uow.tx, [one.id, other.id])
      const note = { type: 'channel_archived' } as const
      await postSystemMessages(uow, [one, other, one].map((channel) => ({ channel, actorId: alice.userId, note })))
    })
    expect((await systemMessages(one)).map(({ seq }) => seq)).toEqual([3, 4, 5])
    expect((await systemMessages(other)).map(({ seq }) => seq)).toEqual([3, 4])
    expect((await world.workspace.getChannel(alice, one.id)).last_seq).toBe(5)
  })

  it('is not posted for a channel\'s creation, nor in direct messages', async () => {
    const room = await aChannel([])
    const { channel } = await world.workspace.openDm(alice, { workspace_id: workspace.id, user_ids: [bob.userId, carol.userId] })
    expect([await systemMessages(room), await systemMessages(channel)]).toEqual([[], []])
  })
})
