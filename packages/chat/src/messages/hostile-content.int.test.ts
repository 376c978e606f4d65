import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { DomainError } from '@afrochat/kernel'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { hostile } from './hostile-fixture.ts'

let world: ChatWorld
let place: Workspace
let alice: TestUser
let channel: Channel
let message: Message
beforeAll(async () => {
  world = await createChatWorld()
  alice = await world.aUser({ username: 'ada' })
  place = await world.aWorkspace({ owner: alice })
  channel = await world.aChannel({ in: place, by: alice })
  message = await world.aMessage({ in: channel, by: alice })
})
afterAll(() => world.close())

/** Undefined: it was refused, for a reason that its sender is told. Anything else fails the test. */
async function orRefused<T>(act: Promise<T>): Promise<T | undefined> {
  try {
    return await act
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'invalid') return undefined
    throw error
  }
}

describe('a hostile text', () => {
  it.each(Object.entries(hostile))('of %s is kept and given back, or refused, wherever it is written', async (_what, content) => {
    const sent = await orRefused(world.aMessage({ in: channel, by: alice, content }))
    const edited = await orRefused(world.chat.editMessage(alice, { message_id: message.id, content }))
    expect(edited?.content).toBe(sent?.content)
    const draft = await orRefused(world.chat.saveDraft(alice, { channel_id: channel.id, content }))
    if (sent === undefined) return
    expect(draft?.content.length).toBeGreaterThan(0)
    expect((await world.chat.getMessage(alice, sent.id)).content).toBe(sent.content)
    const events = await world.storedEvents(channel.id, sent.seq - 1)
    expect(JSON.parse(events[0]?.payload ?? '')).toMatchObject({ id: sent.id, content: sent.content })
  })

  it('may be a thousand reactions: of fifty emoji at most, and of any number of people', async () => {
    const { id } = await world.aMessage({ in: channel, by: alice })
    const people = Array.from({ length: 1_000 }, (_, index) => ({
      id: crypto.randomUUID() as Message['user_id'], email: null, username: `reactor-${index}`, display_name: 'R', avatar_url: null, status_text: null,
      status_emoji: null, password_hash: null,
    }))
    await world.db.insertInto('users').values(people).execute()
    await world.db.insertInto('reactions').values(people.map((person, index) => (
      { message_id: id, emoji: String.fromCodePoint(0x1f600 + (index % 50)), user_id: person.id, seq: index, emoji_seq: index % 50 }))).execute()
    const { reactions } = await world.chat.getMessage(alice, id)
    expect(reactions.map(({ count }) => count)).toEqual(Array.from({ length: 50 }, () => 20))
    await expect(world.chat.addReaction(alice, { message_id: id, emoji: '🦒' })).rejects.toMatchObject({ code: 'too_many_reactions' })
  })
})
