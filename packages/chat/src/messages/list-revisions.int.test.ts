import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, MessageRevision, Workspace } from '@afrochat/contracts'
import { encodeCursor, newId, type MessageId } from '@afrochat/kernel'
import { allItems, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let owner: TestUser
let alice: TestUser
let bob: TestUser
let channel: Channel
let message: Message
beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  place = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: place })
  bob = await world.aMember({ of: place })
})
beforeEach(async () => {
  await enter()
})
afterAll(() => world.close())

async function enter(facts = {}): Promise<void> {
  channel = await world.aChannel({ in: place, by: owner, members: [alice, bob], ...facts })
  message = await world.aMessage({ in: channel, by: alice, content: 'one' })
  for (const content of ['two', 'three', 'four']) await world.chat.editMessage(alice, { message_id: message.id, content })
}

const revisions = (by: TestUser, query: { limit?: number; cursor?: string } = {}, message_id = message.id) =>
  world.chat.listRevisions(by, { message_id, ...query })
const texts = (items: readonly MessageRevision[]) => items.map(({ content }) => content).join(' ')
const setEveryoneSees = (allowed: boolean) =>
  world.db.updateTable('workspaces').set({ settings: JSON.stringify({ everyone_sees_edits: allowed }) as never }).where('id', '=', place.id).execute()

describe('the earlier texts of a message', () => {
  it('say who replaced which text and when, newest first, without the one that is there', async () => {
    const { items } = await revisions(alice)
    expect(items.map(({ content, editor_id, change_seq }) => ({ content, editor_id, change_seq }))).toEqual([
      { content: 'three', editor_id: alice.userId, change_seq: message.seq + 3 },
      { content: 'two', editor_id: alice.userId, change_seq: message.seq + 2 },
      { content: 'one', editor_id: alice.userId, change_seq: message.seq + 1 },
    ])
    expect(items.every(({ replaced_at }) => replaced_at >= message.created_at)).toBe(true)
  })

  it('are paged while more of them come', async () => {
    const page = await revisions(alice, { limit: 1 })
    await world.chat.editMessage(alice, { message_id: message.id, content: 'five' })
    const rest = await allItems((from) => revisions(alice, { limit: 1, cursor: page.next_cursor ?? '', ...from }))
    expect(texts([...page.items, ...rest])).toBe('three two one')
    await expect(revisions(alice, { cursor: encodeCursor('revisions:elsewhere', 1) })).rejects.toEqual(refused('invalid_cursor'))
  })

  it('are none of a message that was never edited, and none of a deleted one, for its author and admins too', async () => {
    const other = await world.aMessage({ in: channel, by: alice })
    expect(await revisions(alice, {}, other.id)).toEqual({ items: [], next_cursor: null })
    await world.chat.deleteMessage(alice, message.id)
    for (const who of [alice, owner]) expect(await revisions(who)).toEqual({ items: [], next_cursor: null })
  })
})

describe('who reads earlier texts', () => {
  it('the author, managers, and admins who read the channel; of others none, unless the workspace shows them to everybody', async () => {
    const manager = await world.aMember({ of: place })
    channel = await world.aChannel({ in: place, by: manager, members: [alice, bob] })
    message = await world.aMessage({ in: channel, by: alice, content: 'one' })
    await world.chat.editMessage(alice, { message_id: message.id, content: 'two' })
    const reader = await world.aMember({ of: place })
    const guest = await world.aMember({ of: place, role: 'guest', channels: [channel] })
    for (const who of [alice, manager, owner]) expect(texts((await revisions(who)).items)).toBe('one')
    for (const who of [bob, reader, guest]) await expect(revisions(who)).rejects.toEqual(refused('not_allowed'))
    await setEveryoneSees(true)
    try {
      for (const who of [bob, reader, guest]) expect(texts((await revisions(who)).items)).toBe('one')
    } finally {
      await setEveryoneSees(false)
    }
  })

  it('nobody who may not know of the message, the workspace’s owner included', async () => {
    channel = await world.aChannel({ in: place, by: bob, private: true, members: [alice] })
    message = await world.aMessage({ in: channel, by: alice })
    await setEveryoneSees(true)
    try {
      for (const who of [owner, await world.aUser()]) await expect(revisions(who)).rejects.toEqual(refused('message_not_found'))
      await expect(revisions(alice, {}, newId<MessageId>())).rejects.toEqual(refused('message_not_found'))
    } finally {
      await setEveryoneSees(false)
    }
  })

  it('the author also after leaving the public channel, and in the archive', async () => {
    await world.workspace.leaveChannel(alice, channel.id)
    await world.archive(channel)
    expect(texts((await revisions(alice)).items)).toBe('three two one')
  })
})
