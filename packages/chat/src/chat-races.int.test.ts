import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { DomainError } from '@afrochat/kernel'
import { applyEvents, createChatWorld, often, type ChatWorld, type TestUser } from '@afrochat/test-support'

const ROUNDS = often(50)

let world: ChatWorld
let place: Workspace
let owner: TestUser
let alice: TestUser
let bob: TestUser
let channel: Channel
beforeAll(async () => {
  world = await createChatWorld({ poolSize: 16 })
  owner = await world.aUser()
  place = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: place })
  bob = await world.aMember({ of: place })
  channel = await world.aChannel({ in: place, by: owner, members: [alice, bob] })
})
afterAll(() => world.close())

/** The codes of those that were refused. Any other failure, a deadlock or a violated constraint, fails the test. */
function refusalsOf(results: readonly PromiseSettledResult<unknown>[]): string[] {
  return results.filter((result) => result.status === 'rejected').map(({ reason }) => {
    if (!(reason instanceof DomainError)) throw reason
    return reason.code
  })
}

/** One order explains all: what the events say, in their order, is what the server says. Nothing happens to what is deleted. */
async function expectOneOrder(): Promise<void> {
  const events = await world.storedEvents(channel.id)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  expect(Object.fromEntries(applyEvents(new Map(), events))).toEqual(Object.fromEntries(await world.messagesOf(channel.id, owner)))

  const deleted = new Set<unknown>()
  for (const { type, payload } of events) {
    const { id, message_id = id, thread_id } = JSON.parse(payload) as Record<string, unknown>
    if (TOUCHING.has(type)) expect(deleted).not.toContain(message_id)
    if (type === 'message_sent') expect(deleted).not.toContain(thread_id)
    if (type === 'message_deleted') deleted.add(id)
  }
}

const TOUCHING = new Set(['message_updated', 'reaction_added', 'reaction_removed', 'message_pinned', 'message_unpinned'])

describe('at the same time', () => {
  it('editing, reacting to, pinning and deleting one message end as if one had come after the other', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await world.aMessage({ in: channel, by: alice })
      const results = await Promise.allSettled([
        world.chat.editMessage(alice, { message_id: id, content: `edit ${round}` }),
        world.chat.addReaction(bob, { message_id: id, emoji: '👍' }),
        world.chat.deleteMessage(round % 2 === 0 ? alice : owner, id),
        world.chat.addReaction(alice, { message_id: id, emoji: '🎉' }),
        world.chat.removeReaction(bob, { message_id: id, emoji: '👍' }),
        world.chat.pinMessage(bob, id),
        world.chat.unpinMessage(alice, id),
      ])
      expect(new Set(['message_not_found', ...refusalsOf(results)])).toEqual(new Set(['message_not_found']))
      expect(results[2].status).toBe('fulfilled')
      expect(await world.chat.getMessage(bob, id)).toMatchObject({ content: '', reactions: [], pinned: false, deleted_at: expect.any(String) })
    }
    await expectOneOrder()
  })

  it('deleting a message twice is deleting it once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, seq } = await world.aMessage({ in: channel, by: alice })
      expect(refusalsOf(await Promise.allSettled([alice, owner].map((by) => world.chat.deleteMessage(by, id))))).toEqual([])
      expect(await world.storedEvents(channel.id, seq)).toHaveLength(1)
    }
  })

  it('replying to a message and deleting it leave no reply hanging on nothing', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const root = await world.aMessage({ in: channel, by: alice })
      const [reply, deletion] = await Promise.allSettled([
        world.aMessage({ in: channel, by: bob, thread_id: root.id }),
        world.chat.deleteMessage(alice, root.id),
      ])
      expect(deletion.status).toBe('fulfilled')
      expect(refusalsOf([reply]).every((code) => code === 'thread_not_found')).toBe(true)
      expect(await world.chat.getMessage(bob, root.id)).toMatchObject({ reply_count: reply.status === 'fulfilled' ? 1 : 0 })
    }
    await expectOneOrder()
  })

  it('deleting replies while others come counts every one of them', async () => {
    const root = await world.aMessage({ in: channel, by: alice })
    const replies: Message[] = []
    for (let index = 0; index < 20; index += 1) replies.push(await world.aMessage({ in: channel, by: index % 2 === 0 ? alice : bob, thread_id: root.id }))
    const results = await Promise.allSettled([
      ...replies.map(({ id }, index) => world.chat.deleteMessage(index % 2 === 0 ? alice : bob, id)),
      ...replies.map(() => world.aMessage({ in: channel, by: owner, thread_id: root.id })),
    ])
    expect(refusalsOf(results)).toEqual([])
    expect(await world.chat.getMessage(bob, root.id)).toMatchObject({ reply_count: 20, reply_user_ids: [owner.userId] })
    await expectOneOrder()
  })

  it('one person reacting on ten devices reacts once, and cannot slip past the limit', async () => {
    const { id, seq } = await world.aMessage({ in: channel, by: alice })
    const react = (emoji: string) => world.chat.addReaction(bob, { message_id: id, emoji })
    expect(refusalsOf(await Promise.allSettled(Array.from({ length: 10 }, () => react('👍'))))).toEqual([])
    expect(await world.storedEvents(channel.id, seq)).toHaveLength(1)
    const refused = refusalsOf(await Promise.allSettled(Array.from({ length: 30 }, (_, index) => react(String.fromCodePoint(0x1f600 + index)))))
    expect(refused).toEqual(Array.from({ length: 8 }, () => 'too_many_reactions'))
  })

  it('somebody who is removed from the channel changes nothing in it afterwards', async () => {
    for (let round = 0; round < often(10); round += 1) {
      const leaver = await world.aMember({ of: place })
      await world.workspace.joinChannel(leaver, channel.id)
      const { id } = await world.aMessage({ in: channel, by: leaver })
      const results = await Promise.allSettled([
        world.chat.editMessage(leaver, { message_id: id, content: `last word ${round}` }),
        world.chat.addReaction(leaver, { message_id: id, emoji: '👍' }),
        world.workspace.removeChannelMember(owner, { channel_id: channel.id, user_id: leaver.userId }),
        world.chat.addReaction(leaver, { message_id: id, emoji: '🎉' }),
      ])
      expect(refusalsOf(results).every((code) => code === 'not_in_channel')).toBe(true)
      const events = (await world.storedEvents(channel.id))
        .filter(({ actor_id, type, payload }) => actor_id === leaver.userId || (type === 'member_left' && payload.includes(leaver.userId)))
      expect(events.at(-1)?.type).toBe('member_left')
    }
    await expectOneOrder()
  })
})
