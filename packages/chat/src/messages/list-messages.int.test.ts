import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { encodeCursor, newId, type MessageId } from '@afrochat/kernel'
import { allItems, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

let world: ChatWorld
let place: Workspace
let alice: TestUser
let bob: TestUser
let channel: Channel
beforeAll(async () => {
  world = await createChatWorld()
  alice = await world.aUser()
  place = await world.aWorkspace({ owner: alice })
  bob = await world.aMember({ of: place })
})
beforeEach(async () => {
  channel = await world.aChannel({ in: place, by: alice, members: [bob] })
  await world.silence(channel)
})
afterAll(() => world.close())

type Query = Omit<Parameters<ChatWorld['chat']['listMessages']>[1], 'channel_id'>
const list = (query: Query = {}, by = bob) => world.chat.listMessages(by, { channel_id: channel.id, ...query })
const texts = (messages: readonly Message[]) => messages.map(({ content }) => content).join(' ')
const say = (content: string, rest = {}) => world.aMessage({ in: channel, by: alice, content, ...rest })
/** Messages named 1 to n, in this order. */
async function sayUpTo(n: number): Promise<Message[]> {
  const said: Message[] = []
  for (let index = 1; index <= n; index += 1) said.push(await say(String(index)))
  return said
}
function at(messages: readonly Message[], number: number): Message {
  const message = messages[number - 1]
  if (message === undefined) throw new Error(`There is no message ${number}`)
  return message
}

describe('the history of a channel', () => {
  it('begins with the newest page, newest first, and its cursor leads to older ones', async () => {
    await sayUpTo(7)
    const first = await list({ limit: 3 })
    expect(texts(first.items)).toBe('7 6 5')
    const second = await list({ limit: 3, cursor: first.next_cursor ?? '' })
    expect(texts(second.items)).toBe('4 3 2')
    const third = await list({ limit: 3, cursor: second.next_cursor ?? '' })
    expect(texts(third.items)).toBe('1')
    expect(third.next_cursor).toBeNull()
  })

  it('says null instead of leading to an empty page', async () => {
    await sayUpTo(3)
    expect((await list({ limit: 3 })).next_cursor).toBeNull()
    expect(await list({ before: '1' })).toEqual({ items: [], next_cursor: null })
  })

  it('holds its cursors when messages come, go and change: none skipped, none twice', async () => {
    const said = await sayUpTo(6)
    const first = await list({ limit: 2 })
    await say('new')
    await world.chat.deleteMessage(alice, at(said, 5).id)
    await world.chat.deleteMessage(alice, at(said, 4).id)
    await world.chat.editMessage(alice, { message_id: at(said, 2).id, content: '2b' })
    const rest = await allItems((from) => list({ limit: 2, cursor: first.next_cursor ?? '', ...from }))
    expect(texts(first.items)).toBe('6 5')
    expect(texts(rest)).toBe('3 2b 1')
  })

  it('reads before a place, newest first, and after it, oldest first, without the place itself', async () => {
    const said = await sayUpTo(7)
    for (const place of [at(said, 4).id, String(at(said, 4).seq)]) {
      expect(texts((await list({ before: place, limit: 2 })).items)).toBe('3 2')
      expect(texts((await list({ after: place, limit: 2 })).items)).toBe('5 6')
    }
    const forward = await allItems((from) => list({ after: '0', limit: 2, ...from }))
    expect(texts(forward)).toBe('1 2 3 4 5 6 7')
  })

  it('goes on by a cursor alone, or with the query of the first page again', async () => {
    await sayUpTo(5)
    const first = await list({ after: '0', limit: 2 })
    const cursor = first.next_cursor ?? ''
    expect(texts((await list({ cursor, limit: 2 })).items)).toBe('3 4')
    expect(texts((await list({ cursor, limit: 2, after: '0' })).items)).toBe('3 4')
    await expect(list({ cursor, before: '9' })).rejects.toEqual(refused('invalid_cursor'))
  })

  it('reads around a place: the place and about half a page on each side, newest first', async () => {
    const said = await sayUpTo(9)
    const page = await list({ around: at(said, 5).id, limit: 4 })
    expect(texts(page.items)).toBe('7 6 5 4')
    expect(texts((await list({ cursor: page.next_cursor ?? '', limit: 9 })).items)).toBe('3 2 1')
    expect(texts((await list({ around: at(said, 1).id, limit: 5 })).items)).toBe('3 2 1')
    expect(texts((await list({ around: at(said, 9).id, limit: 5 })).items)).toBe('9 8 7')
    expect(texts((await list({ around: at(said, 5).id, limit: 1 })).items)).toBe('5')
    expect((await list({ around: at(said, 5).id, limit: 200 })).next_cursor).toBeNull()
  })

  it('takes any seq for a place, that of an event without a message or of a deleted one too', async () => {
    const said = await sayUpTo(3)
    await world.chat.deleteMessage(alice, at(said, 2).id)
    expect(texts((await list({ around: at(said, 2).id })).items)).toBe('3 1')
    expect(texts((await list({ before: '9999999999999999' })).items)).toBe('3 1')
    expect(texts((await list({ after: String(channel.last_seq) })).items)).toBe('1 3')
  })

  it('shows replies only where they were sent to the channel too, and deleted messages only where replies hang on them', async () => {
    const root = await say('root')
    await say('reply', { thread_id: root.id })
    await say('both', { thread_id: root.id, also_in_channel: true })
    const leaf = await say('leaf')
    expect(texts((await list()).items)).toBe('leaf both root')
    await world.chat.deleteMessage(alice, leaf.id)
    await world.chat.deleteMessage(alice, root.id)
    expect((await list()).items.map(({ content, deleted_at }) => [content, deleted_at === null])).toEqual([['both', true], ['', false]])
  })

  it('is in the order of the events that told of it', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => say(String(index))))
    const told = (await world.storedEvents(channel.id, channel.last_seq)).filter(({ type }) => type === 'message_sent').map(({ message_id }) => message_id)
    const history = await allItems((from) => list({ limit: 7, ...from }))
    expect(history.map(({ id }) => id)).toEqual(told.toReversed())
  })

  it('shows each reader which reactions are theirs', async () => {
    const { id } = await say('nice')
    await world.chat.addReaction(bob, { message_id: id, emoji: '🎉' })
    const reactionsFor = async (by: TestUser) => (await list({}, by)).items[0]?.reactions
    expect(await reactionsFor(bob)).toEqual([{ emoji: '🎉', count: 1, user_ids: [bob.userId], me: true }])
    expect(await reactionsFor(alice)).toEqual([{ emoji: '🎉', count: 1, user_ids: [bob.userId], me: false }])
  })
})

describe('what is refused', () => {
  it('a place in another channel: message_not_found, whatever it is there', async () => {
    const other = await world.aChannel({ in: place, by: alice, private: true })
    const { id } = await world.aMessage({ in: other, by: alice })
    for (const place of [id, newId<MessageId>()]) await expect(list({ around: place })).rejects.toEqual(refused('message_not_found'))
  })

  it('two places at once', async () => {
    await expect(list({ before: '5', after: '1' })).rejects.toEqual(refused('invalid_request'))
  })

  it('a cursor that is altered, of another list or of another channel: invalid_cursor', async () => {
    await sayUpTo(3)
    const { next_cursor } = await list({ limit: 1 })
    const root = await say('root')
    await say('1', { thread_id: root.id })
    await say('2', { thread_id: root.id })
    const ofReplies = (await world.chat.listReplies(bob, { message_id: root.id, limit: 1 })).next_cursor
    const elsewhere = await world.aChannel({ in: place, by: alice, members: [bob] })
    await expect(world.chat.listMessages(bob, { channel_id: elsewhere.id, cursor: next_cursor ?? '' })).rejects.toEqual(refused('invalid_cursor'))
    const bad = [ofReplies ?? '', 'x', `${next_cursor}x`.slice(3), encodeCursor(`history:${channel.id}`, 'around', 1), encodeCursor(`history:${channel.id}`, 'older', 'x')]
    for (const cursor of bad) await expect(list({ cursor })).rejects.toEqual(refused('invalid_cursor'))
  })
})

describe('who may read', () => {
  it('lets full members read a public channel that they are not in, and keeps guests to their own', async () => {
    const elsewhere = await world.aChannel({ in: place, by: alice })
    const reader = await world.aMember({ of: place })
    const guest = await world.aMember({ of: place, role: 'guest', channels: [elsewhere] })
    const root = await say('open')
    const reads = (by: TestUser) => [
      list({}, by),
      world.chat.getMessage(by, root.id),
      world.chat.listReplies(by, { message_id: root.id }),
      world.chat.listChanges(by, { channel_id: channel.id, since: 0 }),
    ]
    await expect(Promise.all(reads(reader))).resolves.toBeDefined()
    for (const who of [guest, await world.aUser()]) {
      const results = await Promise.allSettled(reads(who))
      expect(results.map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : 'read'))).toEqual(
        ['channel_not_found', 'message_not_found', 'message_not_found', 'channel_not_found'])
    }
  })

  it('hides a private channel from everybody else, the workspace’s owner too, also from those who left it', async () => {
    channel = await world.aChannel({ in: place, by: bob, private: true, members: [] })
    const carol = await world.aMember({ of: place })
    await world.workspace.addChannelMembers(bob, { channel_id: channel.id, user_ids: [carol.userId] })
    const { id } = await world.aMessage({ in: channel, by: bob, content: 'secret' })
    await world.silence(channel)
    expect(texts((await list({}, carol)).items)).toBe('secret')
    await world.workspace.leaveChannel(carol, channel.id)
    for (const who of [alice, carol]) {
      await expect(list({}, who)).rejects.toEqual(refused('channel_not_found'))
      await expect(list({ around: id }, who)).rejects.toEqual(refused('channel_not_found'))
      await expect(world.chat.getMessage(who, id)).rejects.toEqual(refused('message_not_found'))
    }
  })

  it('still reads an archived channel', async () => {
    await say('old')
    await world.archive(channel)
    expect(texts((await list()).items)).toBe('old')
  })
})
