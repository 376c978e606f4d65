import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { newId, type MessageId } from '@afrochat/kernel'
import { allItems, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let alice: TestUser
let channel: Channel
let root: Message
beforeAll(async () => {
  world = await createChatWorld()
  alice = await world.aUser()
  place = await world.aWorkspace({ owner: alice })
})
beforeEach(async () => {
  channel = await world.aChannel({ in: place, by: alice })
  root = await world.aMessage({ in: channel, by: alice, content: 'root' })
})
afterAll(() => world.close())

const reply = (content: string, rest = {}) => world.aMessage({ in: channel, by: alice, content, thread_id: root.id, ...rest })
const replies = (query: { limit?: number; cursor?: string } = {}, message_id = root.id) => world.chat.listReplies(alice, { message_id, ...query })
const texts = (messages: readonly Message[]) => messages.map(({ content }) => content).join(' ')

describe('the replies to a message', () => {
  it('come oldest first, with those that were sent to the channel too, page by page', async () => {
    for (const content of ['1', '2', '3']) await reply(content)
    await reply('4', { also_in_channel: true })
    await world.aMessage({ in: channel, by: alice, content: 'elsewhere' })
    const first = await replies({ limit: 3 })
    expect(texts(first.items)).toBe('1 2 3')
    await reply('5')
    expect(texts((await replies({ limit: 3, cursor: first.next_cursor ?? '' })).items)).toBe('4 5')
    expect(texts(await allItems((from) => replies({ limit: 2, ...from })))).toBe('1 2 3 4 5')
  })

  it('leave out the deleted ones, and stay when their root is deleted', async () => {
    const first = await reply('1')
    await reply('2')
    await world.chat.deleteMessage(alice, first.id)
    await world.chat.deleteMessage(alice, root.id)
    expect(texts((await replies()).items)).toBe('2')
  })

  it('have none themselves: an answer to a reply is one to its root', async () => {
    const first = await reply('1')
    const second = await reply('2', { thread_id: first.id })
    expect(second.thread_id).toBe(root.id)
    expect(await replies({}, first.id)).toEqual({ items: [], next_cursor: null })
    expect(texts((await replies()).items)).toBe('1 2')
  })

  it('are none of a message that does not exist: message_not_found', async () => {
    await expect(replies({}, newId<MessageId>())).rejects.toEqual(refused('message_not_found'))
  })

  it('refuse the cursor of another thread by invalid_cursor', async () => {
    await reply('1')
    await reply('2')
    const { next_cursor } = await replies({ limit: 1 })
    const other = await world.aMessage({ in: channel, by: alice })
    await expect(replies({ cursor: next_cursor ?? '' }, other.id)).rejects.toEqual(refused('invalid_cursor'))
  })
})
