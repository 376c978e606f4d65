import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { applyEvents, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let place: Workspace
let alice: TestUser
let bob: TestUser
let channel: Channel
let root: Message
let reply: Message
beforeAll(async () => {
  world = await createChatWorld()
  alice = await world.aUser()
  place = await world.aWorkspace({ owner: alice })
  bob = await world.aMember({ of: place })
})
beforeEach(async () => {
  channel = await world.aChannel({ in: place, by: alice, members: [bob] })
  root = await world.aMessage({ in: channel, by: alice, content: `root <@${bob.userId}>` })
  reply = await world.aMessage({ in: channel, by: bob, content: 'reply', thread_id: root.id })
  await world.chat.addReaction(alice, { message_id: root.id, emoji: '🎉' })
})
afterAll(() => world.close())

const react = (by: TestUser, emoji: string) => world.chat.addReaction(by, { message_id: root.id, emoji })

const actions: Record<string, () => Promise<unknown>> = {
  'sending a message': () => world.aMessage({ in: channel, by: bob }),
  'replying in a thread': () => world.aMessage({ in: channel, by: alice, thread_id: root.id }),
  'replying in the channel too': () => world.aMessage({ in: channel, by: alice, thread_id: root.id, also_in_channel: true }),
  'editing a message': () => world.chat.editMessage(alice, { message_id: root.id, content: 'edited <!here>' }),
  'editing a message to what it is': () => world.chat.editMessage(bob, { message_id: reply.id, content: 'reply' }),
  'editing it twice': async () => {
    await world.chat.editMessage(alice, { message_id: root.id, content: 'once' })
    await world.chat.editMessage(alice, { message_id: root.id, content: 'twice' })
  },
  'deleting a message with replies and reactions': () => world.chat.deleteMessage(alice, root.id),
  'deleting a reply': () => world.chat.deleteMessage(bob, reply.id),
  'deleting a reply of a deleted message': async () => {
    await world.chat.deleteMessage(alice, root.id)
    await world.chat.deleteMessage(bob, reply.id)
  },
  'deleting twice': async () => {
    await world.chat.deleteMessage(bob, reply.id)
    await world.chat.deleteMessage(bob, reply.id)
  },
  'sending, editing and deleting': async () => {
    const { id } = await world.aMessage({ in: channel, by: bob })
    await world.chat.editMessage(bob, { message_id: id, content: 'other words' })
    await world.chat.deleteMessage(bob, id)
  },
  'reacting with a new emoji': () => react(bob, '👍'),
  'joining a reaction': () => react(bob, '🎉'),
  'reacting twice': async () => {
    await react(bob, '👍')
    await react(bob, '👍')
  },
  'reacting by the name of an emoji': () => react(bob, 'thumbsup'),
  'bringing an old text back': async () => {
    await world.chat.editMessage(alice, { message_id: root.id, content: 'other' })
    await world.chat.editMessage(alice, { message_id: root.id, content: root.content })
  },
  'quoting a message, and quoting another': async () => {
    const { permalink } = await world.chat.getPermalink(alice, root.id)
    const { id } = await world.aMessage({ in: channel, by: alice, content: permalink })
    await world.chat.editMessage(alice, { message_id: id, content: permalink.replace(root.id, reply.id) })
  },
  'deleting what quotes': async () => {
    const { permalink } = await world.chat.getPermalink(alice, root.id)
    await world.chat.deleteMessage(alice, (await world.aMessage({ in: channel, by: alice, content: permalink })).id)
  },
  'deleting what the system said': async () => {
    await world.chat.pinMessage(bob, root.id)
    const said = (await world.chat.listMessages(alice, { channel_id: channel.id })).items.find(({ system }) => system !== null)
    if (said !== undefined) await world.chat.deleteMessage(alice, said.id)
  },
  'deleting several messages, a root and its reply among them': () => world.chat.bulkDeleteMessages(alice, { channel_id: channel.id, message_ids: [root.id, reply.id] }),
  'deleting several replies': async () => {
    const other = await world.aMessage({ in: channel, by: alice, thread_id: root.id })
    await world.chat.bulkDeleteMessages(alice, { channel_id: channel.id, message_ids: [reply.id, other.id] })
  },
  'pinning a message': () => world.chat.pinMessage(bob, root.id),
  'pinning it twice': async () => {
    await world.chat.pinMessage(bob, root.id)
    await world.chat.pinMessage(alice, root.id)
  },
  'unpinning it': async () => {
    await world.chat.pinMessage(bob, reply.id)
    await world.chat.unpinMessage(alice, reply.id)
  },
  'deleting what is pinned': async () => {
    await world.chat.pinMessage(bob, reply.id)
    await world.chat.deleteMessage(bob, reply.id)
  },
  'locking a thread': () => world.chat.lockThread(alice, reply.id),
  'unlocking it': async () => {
    await world.chat.lockThread(alice, root.id)
    await world.chat.unlockThread(alice, root.id)
  },
  'deleting a reply of a locked thread': async () => {
    await world.chat.lockThread(alice, root.id)
    await world.chat.deleteMessage(bob, reply.id)
  },
  'saving a message, which is nobody’s business': () => world.chat.saveMessage(bob, root.id),
  'taking a reaction back': () => world.chat.removeReaction(alice, { message_id: root.id, emoji: '🎉' }),
  'taking back the reaction that was first of its group': async () => {
    await react(bob, '👍')
    await react(bob, '🎉')
    await world.chat.removeReaction(alice, { message_id: root.id, emoji: '🎉' })
    await react(alice, '👍')
  },
}

describe('what a client knew, and the events since, give what the server says now', () => {
  it.each(Object.entries(actions))('after %s', async (_name, act) => {
    const before = await world.messagesOf(channel.id, alice)
    const { last_seq } = await world.workspace.getChannel(alice, channel.id)
    await act()
    const after = applyEvents(before, await world.storedEvents(channel.id, last_seq))
    expect(Object.fromEntries(after)).toEqual(Object.fromEntries(await world.messagesOf(channel.id, bob)))
  })

  it.each(Object.entries(actions))('from the channel’s first event on, after %s', async (_name, act) => {
    await act()
    const replayed = applyEvents(new Map(), await world.storedEvents(channel.id))
    expect(Object.fromEntries(replayed)).toEqual(Object.fromEntries(await world.messagesOf(channel.id, bob)))
  })
})
