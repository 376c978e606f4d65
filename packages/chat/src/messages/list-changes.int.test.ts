import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { encodeCursor } from '@afrochat/kernel'
import { allItems, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let alice: TestUser
let channel: Channel
let said: Message[]
beforeAll(async () => {
  world = await createChatWorld()
  alice = await world.aUser()
  place = await world.aWorkspace({ owner: alice })
})
beforeEach(async () => {
  channel = await world.aChannel({ in: place, by: alice })
  said = []
  for (const content of ['a', 'b', 'c', 'd', 'e']) said.push(await world.aMessage({ in: channel, by: alice, content }))
})
afterAll(() => world.close())

type Query = Partial<Omit<Parameters<ChatWorld['chat']['listChanges']>[1], 'channel_id'>>
const changes = (query: Query = {}) => world.chat.listChanges(alice, { channel_id: channel.id, since: 0, ...query })
const texts = (messages: readonly Message[]) => messages.map(({ content }) => content).join(' ')
function at(index: number): Message {
  const message = said[index]
  if (message === undefined) throw new Error(`There is no message ${index}`)
  return message
}

describe('what changed since', () => {
  it('gives each message that changed once, in its present state, in the order of the latest changes', async () => {
    const since = at(4).seq
    await world.chat.editMessage(alice, { message_id: at(2).id, content: 'c1' })
    await world.chat.addReaction(alice, { message_id: at(0).id, emoji: '👍' })
    await world.chat.editMessage(alice, { message_id: at(2).id, content: 'c2' })
    await world.chat.deleteMessage(alice, at(1).id)
    const { items, next_cursor } = await changes({ since })
    expect(items.map(({ id, content, change_seq }) => ({ id, content, change_seq }))).toEqual([
      { id: at(0).id, content: 'a', change_seq: since + 2 },
      { id: at(2).id, content: 'c2', change_seq: since + 3 },
      { id: at(1).id, content: '', change_seq: since + 4 },
    ])
    expect(next_cursor).toBeNull()
  })

  it('holds replies, and their roots by the change that they made', async () => {
    const since = at(4).seq
    await world.aMessage({ in: channel, by: alice, content: 'reply', thread_id: at(0).id })
    expect((await changes({ since })).items.map(({ content, change_seq, reply_count }) => ({ content, change_seq, reply_count }))).toEqual([
      { content: 'reply', change_seq: since + 1, reply_count: 0 },
      { content: 'a', change_seq: since + 2, reply_count: 1 },
    ])
  })

  it('gives what changes during paging again at the end, and skips nothing', async () => {
    const first = await changes({ limit: 2 })
    expect(texts(first.items)).toBe('a b')
    await world.chat.editMessage(alice, { message_id: at(0).id, content: 'a2' })
    await world.chat.editMessage(alice, { message_id: at(3).id, content: 'd2' })
    const rest = await allItems((from) => changes({ limit: 2, cursor: first.next_cursor ?? '', ...from }))
    expect(texts(rest)).toBe('c e a2 d2')
  })

  it('gives nothing to who knows everything', async () => {
    expect(await changes({ since: at(4).seq })).toEqual({ items: [], next_cursor: null })
    expect(await changes({ since: Number.MAX_SAFE_INTEGER })).toEqual({ items: [], next_cursor: null })
  })

  it('skips none of several messages that changed at once', async () => {
    await world.chat.bulkDeleteMessages(alice, { channel_id: channel.id, message_ids: said.map(({ id }) => id) })
    const all = await allItems((from) => changes({ limit: 2, ...from }))
    expect(all.map(({ id }) => id).toSorted()).toEqual(said.map(({ id }) => id).toSorted())
  })

  it.each(['x', encodeCursor('changes:elsewhere', 1, 'x')])('refuses the cursor %s by invalid_cursor', async (cursor) => {
    await expect(changes({ cursor })).rejects.toEqual(refused('invalid_cursor'))
  })

  it('refuses a cursor whose id is none, instead of asking the database about it', async () => {
    await expect(changes({ cursor: encodeCursor(`changes:${channel.id}`, 1, 'x') })).rejects.toEqual(refused('invalid_cursor'))
  })
})
