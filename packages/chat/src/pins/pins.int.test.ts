import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { encodeCursor } from '@afrochat/kernel'
import { allItems, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { nextMillisecond } from '../testing/work.ts'
import { MAX_PINS } from './pin-message.ts'

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
  await enter([alice, bob])
})
afterAll(() => world.close())

/** A channel of these people, who are ordinary members of it, with a message of the first. */
async function enter(members: TestUser[], facts = {}): Promise<void> {
  channel = await world.aChannel({ in: place, by: owner, members, ...facts })
  message = await world.aMessage({ in: channel, by: members[0] ?? owner, content: 'keep this' })
}

const pin = (by: TestUser, id = message.id) => world.chat.pinMessage(by, id)
const unpin = (by: TestUser, id = message.id) => world.chat.unpinMessage(by, id)
const pins = (query: { limit?: number; cursor?: string } = {}, by = bob) => world.chat.listPins(by, { channel_id: channel.id, ...query })
const idsOf = (messages: readonly Pick<Message, 'id'>[]) => messages.map(({ id }) => id)
const setGuestsMayPin = (allowed: boolean) =>
  world.db.updateTable('workspaces').set({ settings: JSON.stringify({ guests_may_pin: allowed }) as never }).where('id', '=', place.id).execute()

describe('pinning a message', () => {
  it('marks it, tells the channel by its next seq, and says so in the channel', async () => {
    const pinned = await pin(bob)
    expect(pinned).toEqual({ ...message, pinned: true, change_seq: message.seq + 1 })
    expect(await world.chat.getMessage(alice, message.id)).toEqual(pinned)
    const [event, said] = await world.storedEvents(channel.id, message.seq)
    expect(event).toMatchObject({ type: 'message_pinned', seq: message.seq + 1, actor_id: bob.userId, message_id: null })
    expect(JSON.parse(event?.payload ?? '')).toEqual({
      message_id: message.id, channel_id: channel.id, pinned_by: bob.userId, pinned_at: expect.any(String), change_seq: message.seq + 1,
    })
    expect(said).toMatchObject({ type: 'message_sent', seq: message.seq + 2 })
    expect(JSON.parse(said?.payload ?? '')).toMatchObject({ kind: 'system', user_id: bob.userId, system: { type: 'message_pinned', message_id: message.id } })
  })

  it('changes nothing the second time, whoever does it', async () => {
    const once = await pin(bob)
    expect(await pin(alice)).toEqual(once)
    expect((await world.storedEvents(channel.id, message.seq)).map(({ type }) => type)).toEqual(['message_pinned', 'message_sent'])
    expect((await pins()).items).toMatchObject([{ id: message.id, pinned_by: bob.userId }])
  })

  it(`is for at most ${MAX_PINS} messages of a channel, until one is unpinned or deleted`, async () => {
    await sql`
      insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, created_at, pinned_at, pinned_by)
      select gen_random_uuid(), ${place.id}, ${channel.id}, ${alice.userId}, 'pinned', -n, 1, now(), date_trunc('milliseconds', now()), ${alice.userId}
      from generate_series(1, ${MAX_PINS}::int) n`.execute(world.db)
    const [one, other] = (await pins({ limit: 2 })).items
    if (one === undefined || other === undefined) throw new Error('There are a hundred')
    await expect(pin(bob)).rejects.toEqual(refused('too_many_pins'))
    await unpin(bob, one.id)
    await pin(bob)
    await world.chat.deleteMessage(owner, other.id)
    await pin(bob, (await world.aMessage({ in: channel, by: alice })).id)
  })

  it('cannot pass the limit by doing it many times at once', async () => {
    await sql`
      insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, created_at, pinned_at, pinned_by)
      select gen_random_uuid(), ${place.id}, ${channel.id}, ${alice.userId}, 'pinned', -n, 1, now(), date_trunc('milliseconds', now()), ${alice.userId}
      from generate_series(1, ${MAX_PINS - 5}::int) n`.execute(world.db)
    const said = await Promise.all(Array.from({ length: 50 }, () => world.aMessage({ in: channel, by: alice })))
    const results = await Promise.allSettled(said.map(({ id }) => pin(bob, id)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    expect(await allItems((from) => pins(from))).toHaveLength(MAX_PINS)
  })
})

describe('unpinning', () => {
  it('takes the pin off, whoever put it there, and says it by an event alone', async () => {
    await pin(bob)
    const unpinned = await unpin(alice)
    expect(unpinned).toEqual({ ...message, change_seq: message.seq + 3 })
    const [event, ...others] = await world.storedEvents(channel.id, message.seq + 2)
    expect(others).toEqual([])
    expect(event).toMatchObject({ type: 'message_unpinned', seq: message.seq + 3, actor_id: alice.userId })
    expect(JSON.parse(event?.payload ?? '')).toEqual({ message_id: message.id, channel_id: channel.id, change_seq: message.seq + 3 })
    expect((await pins()).items).toEqual([])
  })

  it('changes nothing where there is no pin', async () => {
    expect(await unpin(bob)).toEqual(message)
    expect(await world.storedEvents(channel.id, message.seq)).toEqual([])
  })
})

describe('the pins of a channel', () => {
  it('come with the message as its reader sees it, the latest pinned first', async () => {
    const reply = await world.aMessage({ in: channel, by: bob, thread_id: message.id })
    await pin(bob, reply.id)
    nextMillisecond()
    await pin(alice)
    await world.chat.saveMessage(bob, message.id)
    await world.chat.addReaction(alice, { message_id: message.id, emoji: '👍' })
    const { items } = await pins()
    expect(idsOf(items)).toEqual([message.id, reply.id])
    const { pinned_by, pinned_at, ...rest } = items[0] ?? {}
    expect(rest).toEqual(await world.chat.getMessage(bob, message.id))
    expect(rest).toMatchObject({ saved: true, pinned: true, reactions: [{ emoji: '👍', me: false }] })
    expect({ pinned_by, pinned_at }).toEqual({ pinned_by: alice.userId, pinned_at: expect.any(String) })
  })

  it('are paged so that none is skipped or shown twice while pins come and go, several of one moment included', async () => {
    const said: Message[] = []
    for (let index = 0; index < 6; index += 1) said.push(await world.aMessage({ in: channel, by: alice }))
    for (const { id } of said) await pin(bob, id)
    const [first, , third] = said
    if (first === undefined || third === undefined) throw new Error('There are six')
    await world.db.updateTable('messages').set({ pinned_at: new Date() }).where('channel_id', '=', channel.id).where('pinned_at', 'is not', null).execute()
    const all = idsOf((await pins()).items)
    const page = await pins({ limit: 2 })
    await unpin(bob, all[0])
    await pin(bob, message.id)
    const rest = await allItems((from) => pins({ limit: 2, cursor: page.next_cursor ?? '', ...from }))
    expect([...idsOf(page.items), ...idsOf(rest)]).toEqual(all)
  })

  it.each(['x', encodeCursor('pins:elsewhere', 1, 'x')])('refuse the cursor %s by invalid_cursor', async (cursor) => {
    await expect(pins({ cursor })).rejects.toEqual(refused('invalid_cursor'))
  })

  it.each([[-1], [Number.MAX_SAFE_INTEGER]])('refuse a cursor with the time %s, which no pin has', async (ms) => {
    await expect(pins({ cursor: encodeCursor(`pins:${channel.id}`, ms, message.id) })).rejects.toEqual(refused('invalid_cursor'))
  })

  it('are read by whoever reads the channel, in the archive too, and by nobody else', async () => {
    const reader = await world.aMember({ of: place })
    await pin(bob)
    await world.archive(channel)
    expect(idsOf((await pins({}, reader)).items)).toEqual([message.id])
    await enter([alice], { private: true })
    for (const who of [bob, await world.aUser()]) await expect(pins({}, who)).rejects.toEqual(refused('channel_not_found'))
  })
})

describe.each([['pinning', pin], ['unpinning', unpin]])('who is refused %s', (_what, act) => {
  it('a reader who is not in the public channel, admins too: not_in_channel', async () => {
    const reader = await world.aMember({ of: place })
    const admin = await world.aMember({ of: place })
    await world.db.updateTable('workspace_members').set({ role: 'admin' }).where('user_id', '=', admin.userId).execute()
    for (const who of [reader, admin]) await expect(act(who)).rejects.toEqual(refused('not_in_channel'))
  })

  it('who may not know of the message: message_not_found', async () => {
    await enter([alice], { private: true })
    for (const who of [bob, await world.aUser()]) await expect(act(who)).rejects.toEqual(refused('message_not_found'))
  })

  it('guests, unless the workspace lets them', async () => {
    const guest = await world.aMember({ of: place, role: 'guest', channels: [channel] })
    await expect(act(guest)).rejects.toEqual(refused('guest_not_allowed'))
    await setGuestsMayPin(true)
    try {
      await expect(act(guest)).resolves.toMatchObject({ id: message.id })
    } finally {
      await setGuestsMayPin(false)
    }
  })

  it('who may not post in a read-only channel; its managers may', async () => {
    await world.db.updateTable('channels').set({ posting: 'managers' }).where('id', '=', channel.id).execute()
    await expect(act(bob)).rejects.toEqual(refused('channel_read_only'))
    await expect(act(owner)).resolves.toMatchObject({ id: message.id })
  })

  it('members in a locked thread; who could unlock it may', async () => {
    const reply = await world.aMessage({ in: channel, by: bob, thread_id: message.id })
    await world.chat.lockThread(owner, message.id)
    for (const id of [message.id, reply.id]) {
      await expect(act(bob, id)).rejects.toEqual(refused('thread_locked'))
      await expect(act(owner, id)).resolves.toMatchObject({ id })
    }
  })

  it('everybody in an archived channel, and of a deleted message', async () => {
    const other = await world.aMessage({ in: channel, by: alice })
    await world.chat.deleteMessage(alice, other.id)
    await expect(act(owner, other.id)).rejects.toEqual(refused('message_not_found'))
    await world.archive(channel)
    await expect(act(owner)).rejects.toEqual(refused('channel_archived'))
  })
})
