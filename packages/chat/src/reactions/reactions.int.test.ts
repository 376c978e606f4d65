import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { MAX_EMOJI_PER_MESSAGE, MAX_REACTIONS_PER_USER } from './reaction.policy.ts'

const refused = (code: string, kind?: string): unknown => expect.objectContaining({ name: 'DomainError', code, ...(kind !== undefined && { kind }) })

let world: ChatWorld
let place: Workspace
let owner: TestUser
let alice: TestUser
let bob: TestUser
let channel: Channel
let message: Message
/** The channel's last seq before anything was said. */
let base: number
beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  place = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: place })
  bob = await world.aMember({ of: place })
})
beforeEach(async () => {
  await enter([alice, bob])
  message = await world.aMessage({ in: channel, by: alice })
})
afterAll(() => world.close())

/** A channel of these people, who are ordinary members of it. */
async function enter(members: TestUser[], facts = {}): Promise<void> {
  channel = await world.aChannel({ in: place, by: owner, members, ...facts })
  await world.silence(channel)
  base = channel.last_seq
}

const add = (by: TestUser, emoji: string) => world.chat.addReaction(by, { message_id: message.id, emoji })
const remove = (by: TestUser, emoji: string) => world.chat.removeReaction(by, { message_id: message.id, emoji })
const events = (after: number) => world.storedEvents(channel.id, base + after)

describe('reacting', () => {
  it('answers the message with the reaction, says which are the caller’s, and tells the channel', async () => {
    await add(alice, '👍')
    const answer = await add(bob, '👍')
    expect(answer).toEqual({ ...message, change_seq: base + 3, reactions: [{ emoji: '👍', count: 2, user_ids: [alice.userId, bob.userId], me: true }] })
    expect(await world.chat.getMessage(bob, message.id)).toEqual(answer)
    const emitted = await events(1)
    expect(emitted).toMatchObject([{ type: 'reaction_added', seq: base + 2, actor_id: alice.userId }, { type: 'reaction_added', seq: base + 3, message_id: null }])
    expect(JSON.parse(emitted[1]?.payload ?? '')).toEqual({
      message_id: message.id, channel_id: channel.id, user_id: bob.userId, emoji: '👍', change_seq: base + 3,
    })
  })

  it('changes nothing the second time, however the emoji is written', async () => {
    const once = await add(alice, '❤️')
    expect(await add(alice, '❤')).toEqual(once)
    expect(await events(2)).toEqual([])
  })

  it('keeps emoji and people in the order in which they came, also after the first has left', async () => {
    // In this order they come last by their code points, as do the people by their ids.
    const [later, earlier] = [alice, bob].toSorted((one, other) => (one.userId < other.userId ? 1 : -1))
    if (later === undefined || earlier === undefined) throw new Error('There are two of them')
    await add(earlier, '🦒')
    await add(later, '🎉')
    await add(later, '🦒')
    await add(earlier, '🎉')
    await remove(earlier, '🦒')
    await add(earlier, '🦒')
    const { reactions } = await world.chat.getMessage(alice, message.id)
    expect(reactions.map(({ emoji, user_ids }) => ({ emoji, user_ids }))).toEqual([
      { emoji: '🦒', user_ids: [later.userId, earlier.userId] },
      { emoji: '🎉', user_ids: [later.userId, earlier.userId] },
    ])
  })

  it.each(['constructor', 'hasownproperty', 'tostring'])('treats an emoji named %s like any other', async (emoji) => {
    await world.aCustomEmoji({ in: place, name: emoji })
    expect((await add(alice, emoji)).reactions).toEqual([{ emoji, count: 1, user_ids: [alice.userId], me: true }])
    expect((await remove(alice, emoji)).reactions).toEqual([])
  })

  it.each(['no emoji', '__proto__', 'nobody_made_this', '👍👍', 'x'.repeat(100)])('refuses by invalid_name what is no emoji in this workspace: %s', async (emoji) => {
    await expect(add(alice, emoji)).rejects.toEqual(refused('invalid_name', 'invalid'))
    expect(await events(1)).toEqual([])
  })

  it('takes the names of emoji for what they mean, with their skin tones', async () => {
    await add(alice, 'thumbsup')
    await add(bob, '+1')
    await add(alice, '+1::skin-tone-6')
    const { reactions } = await world.chat.getMessage(alice, message.id)
    expect(reactions.map(({ emoji, count }) => ({ emoji, count }))).toEqual([{ emoji: '👍', count: 2 }, { emoji: '👍🏿', count: 1 }])
    expect((await remove(bob, 'thumbsup')).reactions[0]).toMatchObject({ emoji: '👍', count: 1 })
  })

  it('takes the workspace’s own emoji while there are such, keeps what was given, and lets it be taken back', async () => {
    await world.aCustomEmoji({ in: place, name: 'party_parrot' })
    const elsewhere = await world.aWorkspace()
    await world.aCustomEmoji({ in: elsewhere, name: 'elsewhere_only' })
    await add(alice, 'party_parrot')
    await add(bob, 'party_parrot')
    await expect(add(alice, 'elsewhere_only')).rejects.toEqual(refused('invalid_name'))

    await world.db.deleteFrom('custom_emoji').where('name', '=', 'party_parrot').execute()
    const carol = await world.aMember({ of: place })
    await world.workspace.joinChannel(carol, channel.id)
    await expect(add(carol, 'party_parrot')).rejects.toEqual(refused('invalid_name'))
    expect((await world.chat.getMessage(bob, message.id)).reactions).toMatchObject([{ emoji: 'party_parrot', count: 2, me: true }])
    expect((await remove(bob, 'party_parrot')).reactions).toMatchObject([{ emoji: 'party_parrot', count: 1 }])
  })

  it('moves neither the message in the history nor its edit mark', async () => {
    const later = await world.aMessage({ in: channel, by: bob })
    await add(bob, '👍')
    const { items } = await world.chat.listMessages(bob, { channel_id: channel.id })
    expect(items.map(({ id, edited_at }) => ({ id, edited_at }))).toEqual([{ id: later.id, edited_at: null }, { id: message.id, edited_at: null }])
  })
})

describe('taking a reaction back', () => {
  it('takes the caller’s own and no one else’s', async () => {
    await add(alice, '👍')
    await add(bob, '👍')
    expect((await remove(bob, '👍')).reactions).toEqual([{ emoji: '👍', count: 1, user_ids: [alice.userId], me: false }])
    const [event] = await events(3)
    expect(event).toMatchObject({ type: 'reaction_removed', seq: base + 4 })
    expect(JSON.parse(event?.payload ?? '')).toEqual({
      message_id: message.id, channel_id: channel.id, user_id: bob.userId, emoji: '👍', change_seq: base + 4,
    })
  })

  it('changes nothing where there is none of the caller’s', async () => {
    const before = await add(alice, '👍')
    expect((await remove(bob, '👍')).change_seq).toBe(before.change_seq)
    expect(await events(2)).toEqual([])
  })

  it('takes back what came with an import under a name that could not be given today', async () => {
    await world.db.insertInto('reactions').values({ message_id: message.id, emoji: '+1::skin-tone-3', user_id: alice.userId }).execute()
    expect((await remove(alice, '+1::skin-tone-3')).reactions).toEqual([])
  })

  it('refuses what no row can hold by invalid_name', async () => {
    await expect(remove(alice, 'a\0')).rejects.toEqual(refused('invalid_name', 'invalid'))
  })
})

/** Eighty faces of Unicode, one beside the other. */
const emojiOf = (index: number) => String.fromCodePoint(0x1f600 + index)
const ONE_MORE = '🦒'

describe('limits of reactions', () => {
  it(`lets one person react with ${MAX_REACTIONS_PER_USER} emoji, and again after taking one back`, async () => {
    for (let index = 0; index < MAX_REACTIONS_PER_USER; index += 1) await add(alice, emojiOf(index))
    await expect(add(alice, ONE_MORE)).rejects.toEqual(refused('too_many_reactions', 'unprocessable'))
    await add(bob, ONE_MORE)
    await remove(alice, emojiOf(0))
    expect((await add(alice, ONE_MORE)).reactions.at(-1)).toMatchObject({ emoji: ONE_MORE, count: 2 })
  })

  it(`lets a message have ${MAX_EMOJI_PER_MESSAGE} emoji, which others may still join`, async () => {
    const others = await Promise.all([1, 2, 3].map(() => world.aMember({ of: place })))
    await enter([alice, bob, ...others])
    message = await world.aMessage({ in: channel, by: alice })
    for (let index = 0; index < MAX_EMOJI_PER_MESSAGE; index += 1) await add(others[Math.floor(index / 20)] ?? alice, emojiOf(index))
    await expect(add(bob, ONE_MORE)).rejects.toEqual(refused('too_many_reactions', 'unprocessable'))
    expect((await add(bob, emojiOf(0))).reactions).toHaveLength(MAX_EMOJI_PER_MESSAGE)
  })
})

describe.each([['reacting', add], ['taking a reaction back', remove]])('who is refused %s', (_what, act) => {
  it('a reader who is not in the public channel: not_in_channel', async () => {
    const reader = await world.aMember({ of: place })
    await expect(act(reader, '👍')).rejects.toEqual(refused('not_in_channel'))
  })

  it('who may not know of the message: message_not_found', async () => {
    const guest = await world.aMember({ of: place, role: 'guest', channels: [channel] })
    await enter([alice], { private: true })
    message = await world.aMessage({ in: channel, by: alice })
    for (const who of [bob, guest, await world.aUser()]) {
      await expect(act(who, '👍')).rejects.toEqual(refused('message_not_found'))
    }
  })

  it('everybody, where the thread is locked: of its root and of its replies', async () => {
    const reply = await world.aMessage({ in: channel, by: bob, thread_id: message.id })
    await world.chat.lockThread(owner, message.id)
    await expect(act(alice, '👍')).rejects.toEqual(refused('thread_locked'))
    await expect(act(owner, '👍')).rejects.toEqual(refused('thread_locked'))
    message = reply
    await expect(act(alice, '👍')).rejects.toEqual(refused('thread_locked'))
  })

  it('nobody in a channel that is read-only: to react is not to post', async () => {
    await world.db.updateTable('channels').set({ posting: 'managers' }).where('id', '=', channel.id).execute()
    await expect(act(alice, '👍')).resolves.toMatchObject({ id: message.id })
  })

  it('everybody, where the channel is archived or the message deleted', async () => {
    await add(alice, '👍')
    await world.chat.deleteMessage(alice, message.id)
    await expect(act(alice, '👍')).rejects.toEqual(refused('message_not_found'))
    message = await world.aMessage({ in: channel, by: alice })
    await world.archive(channel)
    await expect(act(alice, '👍')).rejects.toEqual(refused('channel_archived'))
  })
})
