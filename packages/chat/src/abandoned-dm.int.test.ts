import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let alice: TestUser
let dm: Channel
let message: Message
beforeAll(async () => {
  world = await createChatWorld()
  place = await world.aWorkspace()
  alice = await world.aMember({ of: place })
  const bob = await world.aMember({ of: place })
  dm = (await world.workspace.openDm(alice, { workspace_id: place.id, user_ids: [bob.userId] })).channel
  message = await world.aMessage({ in: dm, by: alice, content: 'see you' })
  await world.chat.addReaction(alice, { message_id: message.id, emoji: '👍' })
  await world.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', bob.userId).execute()
})
afterAll(() => world.close())

describe('a direct message whose other person is gone', () => {
  it('is read', async () => {
    expect((await world.chat.listMessages(alice, { channel_id: dm.id })).items).toHaveLength(1)
    expect(await world.chat.getMessage(alice, message.id)).toMatchObject({ content: 'see you' })
    expect((await world.chat.saveMessage(alice, message.id)).message).toMatchObject({ saved: true })
  })

  const acts: Record<string, () => Promise<unknown>> = {
    posting: () => world.aMessage({ in: dm, by: alice }),
    editing: () => world.chat.editMessage(alice, { message_id: message.id, content: 'x' }),
    reacting: () => world.chat.addReaction(alice, { message_id: message.id, emoji: '🎉' }),
    'taking a reaction back': () => world.chat.removeReaction(alice, { message_id: message.id, emoji: '👍' }),
    pinning: () => world.chat.pinMessage(alice, message.id),
    unpinning: () => world.chat.unpinMessage(alice, message.id),
    drafting: () => world.chat.saveDraft(alice, { channel_id: dm.id, content: 'x' }),
  }
  it.each(Object.entries(acts))('changes no more: %s is refused by recipient_deactivated', async (_what, act) => {
    await expect(act()).rejects.toEqual(refused('recipient_deactivated'))
  })

  it('still lets its writer delete what they wrote', async () => {
    await world.chat.deleteMessage(alice, message.id)
    expect(await world.chat.getMessage(alice, message.id)).toMatchObject({ content: '' })
  })
})

it('a conversation with oneself has nobody who could be gone', async () => {
  const { channel: own } = await world.workspace.openDm(alice, { workspace_id: place.id, user_ids: [alice.userId] })
  const note = await world.aMessage({ in: own, by: alice, content: 'milk' })
  expect(await world.chat.editMessage(alice, { message_id: note.id, content: 'milk and bread' })).toMatchObject({ content: 'milk and bread' })
})
