import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { memberStream, type Channel, type Message, type Workspace } from '@afrochat/contracts'
import { encodeCursor, newId, type MessageId } from '@afrochat/kernel'
import { allItems, createChatWorld, often, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { nextMillisecond } from '../testing/work.ts'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let owner: TestUser
let alice: TestUser
/** A new one for each test: the list is theirs alone. */
let bob: TestUser
let channel: Channel
let message: Message
beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  place = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: place })
})
beforeEach(async () => {
  bob = await world.aMember({ of: place })
  await enter()
})
afterAll(() => world.close())

async function enter(facts = {}): Promise<void> {
  channel = await world.aChannel({ in: place, by: owner, members: [alice, bob], ...facts })
  message = await world.aMessage({ in: channel, by: alice, content: 'read later' })
}

const save = (by: TestUser, id = message.id) => world.chat.saveMessage(by, id)
const unsave = (by: TestUser, id = message.id) => world.chat.unsaveMessage(by, id)
const saved = (by: TestUser, query: { limit?: number; cursor?: string } = {}) => world.chat.listSaved(by, query)
const ownEvents = (who: TestUser) => world.events.filter(({ stream_key }) => stream_key === memberStream(place.id, who.userId))
  .filter(({ type }) => type === 'saved_updated')

describe('saving a message', () => {
  it('puts it on one’s own list, tells one’s own devices, and shows in every read of one’s own', async () => {
    const entry = await save(bob)
    expect(entry).toEqual({
      message_id: message.id, workspace_id: place.id, channel_id: channel.id, saved_at: expect.any(String), message: { ...message, saved: true },
    })
    expect((await saved(bob)).items).toEqual([entry])
    expect((await world.chat.getMessage(bob, message.id)).saved).toBe(true)
    expect((await world.chat.listMessages(bob, { channel_id: channel.id })).items[0]).toEqual({ ...message, saved: true })
    expect(ownEvents(bob).map(({ payload, seq }) => ({ payload: JSON.parse(payload) as unknown, seq }))).toEqual([
      { payload: { message_id: message.id, workspace_id: place.id, channel_id: channel.id, saved_at: entry.saved_at }, seq: null },
    ])
  })

  it('is nobody else’s business: not in the channel’s events, nor in what others read', async () => {
    await save(bob)
    expect(await world.storedEvents(channel.id, message.seq)).toEqual([])
    expect((await world.chat.getMessage(alice, message.id)).saved).toBe(false)
    expect((await saved(alice)).items).toEqual([])
  })

  it('changes nothing the second time', async () => {
    const once = await save(bob)
    expect(await save(bob)).toEqual(once)
    expect(ownEvents(bob)).toHaveLength(1)
  })

  it('needs no more than to read: in a public channel that one is not in, and in the archive', async () => {
    const reader = await world.aMember({ of: place })
    await world.archive(channel)
    expect((await save(reader)).message).toMatchObject({ id: message.id, saved: true })
  })

  it('is refused by message_not_found for what one may not read, and for what is deleted', async () => {
    const guest = await world.aMember({ of: place, role: 'guest', channels: [await world.aChannel({ in: place, by: owner })] })
    for (const who of [guest, await world.aUser()]) await expect(save(who)).rejects.toEqual(refused('message_not_found'))
    await expect(save(bob, newId<MessageId>())).rejects.toEqual(refused('message_not_found'))
    await world.chat.deleteMessage(alice, message.id)
    await expect(save(bob)).rejects.toEqual(refused('message_not_found'))
    expect((await saved(bob)).items).toEqual([])
  })

  it('fifty times at once is saving once', async () => {
    const entries = await Promise.all(Array.from({ length: 50 }, () => save(bob)))
    expect(new Set(entries.map(({ saved_at }) => saved_at)).size).toBe(1)
    expect(ownEvents(bob)).toHaveLength(1)
  })

  it('at the moment of its deletion leaves nothing on the list', async () => {
    for (let round = 0; round < often(50); round += 1) {
      const { id } = await world.aMessage({ in: channel, by: alice })
      const [saving, deletion] = await Promise.allSettled([save(bob, id), world.chat.deleteMessage(alice, id)])
      if (deletion.status === 'rejected') throw deletion.reason
      if (saving.status === 'rejected') expect(saving.reason).toEqual(refused('message_not_found'))
    }
    expect((await saved(bob)).items).toEqual([])
    expect(await world.db.selectFrom('saved_messages').selectAll().where('user_id', '=', bob.userId).execute()).toEqual([])
  })
})

describe('taking a message off the list', () => {
  it('tells one’s own devices; a second time changes nothing', async () => {
    await save(bob)
    await unsave(bob)
    await unsave(bob)
    expect((await saved(bob)).items).toEqual([])
    expect(ownEvents(bob).map(({ payload }) => (JSON.parse(payload) as { saved_at: string | null }).saved_at)).toEqual([expect.any(String), null])
  })

  it('says the same of a message that is not on it, that one may not read, and that does not exist', async () => {
    const secret = await world.aChannel({ in: place, by: owner, private: true })
    const { id } = await world.aMessage({ in: secret, by: owner })
    for (const other of [message.id, id, newId<MessageId>()]) await expect(unsave(bob, other)).resolves.toBeUndefined()
  })
})

describe('the list of saved messages', () => {
  it('holds those of all workspaces, the latest saved first, each as it is now', async () => {
    const elsewhere = await world.aWorkspace({ owner: bob })
    const general = await world.generalOf(elsewhere, bob)
    const other = await world.aMessage({ in: general, by: bob, content: 'elsewhere' })
    await save(bob)
    nextMillisecond()
    await save(bob, other.id)
    await world.chat.editMessage(alice, { message_id: message.id, content: 'in other words' })
    expect((await saved(bob)).items.map(({ workspace_id, message: shown }) => [workspace_id, shown?.content])).toEqual([
      [elsewhere.id, 'elsewhere'], [place.id, 'in other words'],
    ])
  })

  it('is paged so that none is skipped or shown twice, several of one moment included', async () => {
    const ids: MessageId[] = []
    for (let index = 0; index < 7; index += 1) ids.push((await world.aMessage({ in: channel, by: alice })).id)
    for (const id of ids) await save(bob, id)
    await world.db.updateTable('saved_messages').set({ saved_at: new Date() }).where('user_id', '=', bob.userId).where('message_id', 'in', ids.slice(0, 5)).execute()
    const all = (await saved(bob)).items.map(({ message_id }) => message_id)
    const page = await saved(bob, { limit: 2 })
    await unsave(bob, all[0])
    await save(bob)
    const rest = await allItems((from) => saved(bob, { limit: 2, cursor: page.next_cursor ?? '', ...from }))
    expect([...page.items, ...rest].map(({ message_id }) => message_id)).toEqual(all)
  })

  it('shows of what one may no longer read only that it was saved, and lets it be taken off', async () => {
    await enter({ private: true })
    await save(bob)
    await world.workspace.leaveChannel(bob, channel.id)
    const { items } = await saved(bob)
    expect(items).toEqual([{ message_id: message.id, workspace_id: place.id, channel_id: channel.id, saved_at: expect.any(String), message: null }])
    await world.workspace.addChannelMembers(owner, { channel_id: channel.id, user_ids: [bob.userId] })
    expect((await saved(bob)).items[0]?.message?.content).toBe('read later')
    await world.workspace.leaveChannel(bob, channel.id)
    await unsave(bob)
    expect((await saved(bob)).items).toEqual([])
  })

  it('does not tell who has left that a message was deleted since, and holds no tombstone for who is back', async () => {
    await enter({ private: true })
    const other = await world.aMessage({ in: channel, by: alice })
    await save(bob)
    await save(bob, other.id)
    await world.workspace.leaveChannel(bob, channel.id)
    const before = await saved(bob)
    await world.chat.deleteMessage(alice, message.id)
    expect(await saved(bob)).toEqual(before)
    await world.workspace.addChannelMembers(owner, { channel_id: channel.id, user_ids: [bob.userId] })
    expect((await saved(bob)).items.map(({ message_id }) => message_id)).toEqual([other.id])
  })

  it.each(['x', encodeCursor('pins', 1, 'x'), encodeCursor('saved', 1, 'x'), encodeCursor('saved', -1, newId()), encodeCursor('saved', Number.MAX_SAFE_INTEGER, newId())])(
    'refuses the cursor %s by invalid_cursor', async (cursor) => {
      await expect(saved(bob, { cursor })).rejects.toEqual(refused('invalid_cursor'))
    })
})
