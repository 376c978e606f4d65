import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Channel, Message, ThreadSubscription, Workspace } from '@afrochat/contracts'
import { lockHeads } from '@afrochat/database'
import { newId, type MessageId } from '@afrochat/kernel'
import { allItems, createChatWorld, replay, waitFor, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { nextMillisecond } from '../testing/work.ts'

let world: ChatWorld
let place: Workspace
let alice: TestUser, bob: TestUser, chi: TestUser
let channel: Channel
let root: Message
beforeAll(async () => {
  world = await createChatWorld()
})
/** A workspace of its own each time: what one test leaves unread is none of the next one's. */
beforeEach(async () => {
  alice = await world.aUser()
  place = await world.aWorkspace({ owner: alice })
  ;[bob, chi] = await Promise.all([world.aMember({ of: place }), world.aMember({ of: place })])
  channel = await world.aChannel({ in: place, by: alice })
  for (const who of [bob, chi]) await world.workspace.joinChannel(who, channel.id)
  root = await world.aMessage({ in: channel, by: alice, content: 'root' })
})
afterAll(() => world.close())

const reply = (by: TestUser, content = 'a reply', rest: { also_in_channel?: boolean } = {}) => world.aMessage({ in: channel, by, content, thread_id: root.id, ...rest })
const threadFor = async (who: TestUser) => (await world.chat.getMessage(who, root.id)).thread
const followed = (who: TestUser, limit = 2) => allItems((from) => world.chat.listThreads(who, { workspace_id: place.id, limit, ...from }))
const totals = async (who: TestUser) => (await world.workspace.boot(who, place.id)).threads
const mute = ({ userId }: TestUser) =>
  world.db.updateTable('channel_user_states').set({ muted: true }).where('channel_id', '=', channel.id).where('user_id', '=', userId).execute()
const refused = (code: string): unknown => expect.objectContaining({ name: 'DomainError', code })

describe('a thread', () => {
  it('is followed by who wrote its root or a reply and who is mentioned in it; not by who reads it', async () => {
    await reply(bob)
    const mention = await reply(bob, `<@${chi.userId}>`)
    const reader = await world.aMember({ of: place })
    await world.chat.listReplies(reader, { message_id: root.id })
    expect(await threadFor(alice)).toMatchObject({ following: true, unread_count: 2, mention_count: 0 })
    expect(await threadFor(bob)).toMatchObject({ following: true, last_read_seq: mention.seq, unread_count: 0 })
    expect(await threadFor(chi)).toMatchObject({ following: true, unread_count: 1, mention_count: 1 })
    expect(await threadFor(reader)).toEqual({ following: false, last_read_seq: 0, unread_count: 0, mention_count: 0 })
  })

  it('has no reader\'s part before its first reply, nor has a reply', async () => {
    expect(await threadFor(alice)).toBeNull()
    expect((await world.chat.getMessage(bob, (await reply(bob)).id)).thread).toBeNull()
  })

  it('counts for its followers alone what others say in it, and not for the channel', async () => {
    const before = await world.workspace.getChannel(alice, channel.id)
    await reply(bob)
    await reply(alice)
    await reply(bob)
    expect(await threadFor(alice)).toMatchObject({ unread_count: 1 })
    expect(await world.workspace.getChannel(alice, channel.id)).toMatchObject({ unread_count: before.unread_count })
    expect(await totals(chi)).toEqual({ unread_count: 0, mention_count: 0 })
  })

  it('is read by one\'s own reply', async () => {
    await reply(bob)
    await reply(bob)
    expect(await threadFor(alice)).toMatchObject({ unread_count: 2 })
    const { seq } = await reply(alice)
    expect(await threadFor(alice)).toMatchObject({ unread_count: 0, last_read_seq: seq })
  })

  it('does not count a reply that is in the channel too: that one counts there, once', async () => {
    await reply(bob)
    const before = await world.workspace.getChannel(alice, channel.id)
    await reply(bob, `<@${alice.userId}>`, { also_in_channel: true })
    expect(await threadFor(alice)).toMatchObject({ unread_count: 1, mention_count: 0 })
    const { unread_count, mention_count } = before
    expect(await world.workspace.getChannel(alice, channel.id)).toMatchObject({ unread_count: unread_count + 1, mention_count: mention_count + 1 })
  })

  it('sinks with what is deleted and with mentions that an edit takes out', async () => {
    const [first, second] = [await reply(bob, `<@${alice.userId}>`), await reply(bob, `<@${alice.userId}> too`)]
    expect(await threadFor(alice)).toMatchObject({ unread_count: 2, mention_count: 2 })
    await world.chat.editMessage(bob, { message_id: first.id, content: 'nobody' })
    expect(await threadFor(alice)).toMatchObject({ unread_count: 2, mention_count: 1 })
    await world.chat.deleteMessage(bob, second.id)
    expect(await threadFor(alice)).toMatchObject({ unread_count: 1, mention_count: 0 })
  })

  it('in a muted channel mentions by name alone; in a direct message by every reply', async () => {
    await mute(alice)
    await reply(bob, '@channel')
    expect(await threadFor(alice)).toMatchObject({ unread_count: 1, mention_count: 0 })
    await reply(bob, `@channel <@${alice.userId}>`)
    expect(await threadFor(alice)).toMatchObject({ unread_count: 2, mention_count: 1 })

    const { channel: dm } = await world.workspace.openDm(alice, { workspace_id: place.id, user_ids: [bob.userId] })
    const said = await world.aMessage({ in: dm, by: alice })
    for (let index = 0; index < 2; index += 1) await world.aMessage({ in: dm, by: bob, thread_id: said.id })
    expect((await world.chat.getMessage(alice, said.id)).thread).toMatchObject({ unread_count: 2, mention_count: 2 })
  })

  it('is shown to each reader as theirs in every list', async () => {
    await reply(bob)
    const thread = await threadFor(alice)
    expect(thread).toMatchObject({ following: true, unread_count: 1 })
    const lists = [
      (await world.chat.listMessages(alice, { channel_id: channel.id })).items,
      (await world.chat.listChanges(alice, { channel_id: channel.id, since: 0 })).items,
      (await followed(alice)).map((item) => item.root),
    ]
    for (const items of lists) expect(items.find(({ id }) => id === root.id)?.thread).toEqual(thread)
  })
})

describe('following and unfollowing', () => {
  it('is by the root or by a reply, takes what is there as read, and tells the person\'s devices once', async () => {
    const said = await reply(bob)
    const before = world.events.length
    const subscription: ThreadSubscription = {
      message_id: root.id, channel_id: channel.id, following: true, last_read_seq: said.seq + 1, unread_count: 0, mention_count: 0, as_of_seq: said.seq + 1,
    }
    expect(await world.chat.followThread(chi, said.id)).toEqual(subscription)
    expect(await world.chat.followThread(chi, root.id)).toEqual(subscription)
    expect(world.events.slice(before).map(({ type, stream_key, payload }) => ({ type, stream_key, payload: JSON.parse(payload) as unknown }))).toEqual([
      { type: 'thread_subscription_updated', stream_key: `u:${place.id}:${chi.userId}`, payload: subscription },
    ])
    await reply(bob)
    expect(await threadFor(chi)).toMatchObject({ following: true, unread_count: 1 })
  })

  it('unfollowed, stays so whatever is replied, one\'s own replies included, until one is mentioned', async () => {
    await reply(bob)
    expect(await world.chat.unfollowThread(alice, root.id)).toMatchObject({ following: false, unread_count: 0 })
    await reply(bob)
    await reply(alice)
    expect(await threadFor(alice)).toMatchObject({ following: false, unread_count: 0 })
    await reply(bob, `<@${alice.userId}>`)
    expect(await threadFor(alice)).toMatchObject({ following: true, unread_count: 1, mention_count: 1 })
  })

  it('may be refused before the first reply', async () => {
    await world.chat.unfollowThread(alice, root.id)
    await reply(bob)
    expect(await threadFor(alice)).toMatchObject({ following: false })
  })

  it('a mention that an edit brings in makes follow too, within five minutes', async () => {
    const said = await reply(bob)
    await world.chat.editMessage(bob, { message_id: said.id, content: `oh, <@${chi.userId}>` })
    expect(await threadFor(chi)).toMatchObject({ following: true, unread_count: 1, mention_count: 1 })
  })

  it('is for whoever may read the message', async () => {
    const [reader, stranger] = [await world.aMember({ of: place }), await world.aUser()]
    const guest = await world.aMember({ of: place, role: 'guest', channels: [await world.aChannel({ in: place, by: alice })] })
    expect(await world.chat.followThread(reader, root.id)).toMatchObject({ following: true })
    for (const who of [stranger, guest]) {
      for (const act of [world.chat.followThread, world.chat.unfollowThread]) await expect(act(who, root.id)).rejects.toEqual(refused('message_not_found'))
      for (const mark of [world.chat.markThreadRead, world.chat.markThreadUnread]) {
        await expect(mark(who, { message_id: root.id, seq: 1 })).rejects.toEqual(refused('message_not_found'))
      }
    }
    await expect(world.chat.followThread(alice, newId<MessageId>())).rejects.toEqual(refused('message_not_found'))
  })

  it('of a deleted message is over: nobody follows it, or can', async () => {
    const said = await reply(bob)
    await world.chat.deleteMessage(alice, root.id)
    expect(await totals(alice)).toEqual({ unread_count: 0, mention_count: 0 })
    for (const id of [root.id, said.id]) await expect(world.chat.followThread(alice, id)).rejects.toEqual(refused('message_not_found'))
  })
})

describe('marking a thread', () => {
  const mark = (seq: number, who = alice) => world.chat.markThreadRead(who, { message_id: root.id, seq })
  const markUnread = (seq: number, who = alice) => world.chat.markThreadUnread(who, { message_id: root.id, seq })

  it('read moves forward only, never beyond the head; unread moves back to just before a reply', async () => {
    const [first, second, third] = [await reply(bob), await reply(bob, `<@${alice.userId}>`), await reply(bob)]
    expect(await mark(second.seq)).toMatchObject({ last_read_seq: second.seq, unread_count: 1, mention_count: 0 })
    expect(await mark(first.seq)).toMatchObject({ last_read_seq: second.seq, unread_count: 1 })
    expect(await mark(1_000_000)).toMatchObject({ last_read_seq: third.seq + 1, unread_count: 0 })
    expect(await markUnread(second.seq)).toMatchObject({ last_read_seq: second.seq - 1, unread_count: 2, mention_count: 1 })
    expect(await markUnread(third.seq)).toMatchObject({ last_read_seq: second.seq - 1, unread_count: 2 })
  })

  it('is kept of followed threads alone', async () => {
    await reply(bob)
    const before = world.events.length
    expect(await mark(1_000, chi)).toMatchObject({ following: false, last_read_seq: 0 })
    expect(world.events.length).toBe(before)
  })

  it('is not done by marking the channel read', async () => {
    await reply(bob)
    await world.workspace.markChannelRead(alice, { channel_id: channel.id, seq: 1_000 })
    expect(await threadFor(alice)).toMatchObject({ unread_count: 1 })
  })

  it('of many devices at once keeps the furthest', async () => {
    const replies: Message[] = []
    for (let index = 0; index < 8; index += 1) replies.push(await reply(bob))
    await Promise.all([3, 7, 1, 5].map((index) => mark(replies[index]?.seq ?? 0)))
    expect(await threadFor(alice)).toMatchObject({ last_read_seq: replies[7]?.seq, unread_count: 0 })
  })
})

describe('the list of followed threads', () => {
  it('shows the newest reply first, with what is new in each, page by page', async () => {
    const who = await world.aMember({ of: place })
    await world.workspace.joinChannel(who, channel.id)
    const roots: Message[] = []
    for (let index = 0; index < 5; index += 1) roots.push(await world.aMessage({ in: channel, by: who }))
    for (const index of [3, 0, 4, 1, 2, 0]) {
      await world.aMessage({ in: channel, by: bob, thread_id: roots[index]?.id ?? null })
      nextMillisecond()
    }
    const threads = await followed(who)
    expect(threads.map((thread) => thread.root.id)).toEqual([0, 2, 1, 4, 3].map((index) => roots[index]?.id))
    expect(threads.map(({ unread_count }) => unread_count)).toEqual([2, 1, 1, 1, 1])
    for (const { root: { thread }, last_read_seq, unread_count, mention_count } of threads) {
      expect(thread).toEqual({ following: true, last_read_seq, unread_count, mention_count })
    }
    await expect(world.chat.listThreads(who, { workspace_id: place.id, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_cursor' })
    await expect(world.chat.listThreads(await world.aUser(), { workspace_id: place.id })).rejects.toMatchObject({ code: 'workspace_not_found' })
  })

  it('loses those of a channel that one has left, and has them back with nothing unread from the time between', async () => {
    await reply(bob)
    const listed = async () => (await followed(bob)).some((thread) => thread.root.id === root.id)
    expect(await listed()).toBe(true)
    await reply(alice)
    expect((await totals(bob)).unread_count).toBe(1)
    await world.workspace.leaveChannel(bob, channel.id)
    expect([await listed(), (await totals(bob)).unread_count]).toEqual([false, 0])
    await reply(alice)
    await world.workspace.joinChannel(bob, channel.id)
    expect([await listed(), (await totals(bob)).unread_count]).toEqual([true, 0])
    await reply(alice)
    expect((await totals(bob)).unread_count).toBe(1)
  })

  it('has no unfollowed threads, and none whose replies are gone', async () => {
    const said = await reply(bob)
    await world.chat.deleteMessage(bob, said.id)
    expect((await followed(alice)).map((thread) => thread.root.id)).not.toContain(root.id)
    await reply(bob)
    expect((await followed(alice)).map((thread) => thread.root.id)).toContain(root.id)
    await world.chat.unfollowThread(alice, root.id)
    expect((await followed(alice)).map((thread) => thread.root.id)).not.toContain(root.id)
  })
})

describe('boot, act, apply what was received: equals a later boot', () => {
  const watch = async (act: () => Promise<unknown>) => {
    const seen = await replay(world, { workspaceId: place.id, viewers: { alice, bob, chi } }, act)
    for (const { applied, after } of Object.values(seen)) expect(applied).toEqual(after)
    return Object.fromEntries(Object.entries(seen).map(([name, { received }]) => [name, received.map(({ type }) => type)]))
  }

  it('replies, and the mentions in them', async () => {
    await watch(async () => {
      await reply(bob)
      await reply(chi, `<@${alice.userId}> <@${bob.userId}>`)
      await reply(alice, '@channel')
      await reply(bob, `<@${chi.userId}> in both`, { also_in_channel: true })
      await reply(chi, `<@${bob.userId}>`)
    })
  })

  it('following, unfollowing, reading and marking unread reach the person alone', async () => {
    const said = await reply(bob)
    const own = ['thread_subscription_updated']
    expect(await watch(() => world.chat.followThread(chi, root.id))).toEqual({ alice: [], bob: [], chi: own })
    expect(await watch(() => world.chat.markThreadRead(alice, { message_id: root.id, seq: said.seq }))).toEqual({ alice: own, bob: [], chi: [] })
    expect(await watch(() => world.chat.markThreadUnread(alice, { message_id: root.id, seq: said.seq }))).toEqual({ alice: own, bob: [], chi: [] })
    expect(await watch(() => world.chat.unfollowThread(alice, root.id))).toEqual({ alice: own, bob: [], chi: [] })
    expect(await watch(() => world.chat.unfollowThread(alice, root.id))).toEqual({ alice: [], bob: [], chi: [] })
  })
})

describe('at the same time', () => {
  it('following takes its turn with who writes in the channel, whose reply may make one follow', async () => {
    let isDone = false
    const going = await world.db.transaction().execute(async (tx) => {
      await lockHeads(tx, [channel.id])
      const following = world.chat.unfollowThread(alice, root.id).then(() => (isDone = true))
      await waitFor(async () => {
        const { rows } = await sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(world.db)
        return rows.length > 0
      }, { message: 'it to wait for the lock' })
      expect(isDone).toBe(false)
      // Not awaited in here: it waits for the end of this transaction.
      return { following }
    })
    await going.following
  })

  it('the author of a root who wants none of it is not made to follow by a reply of that moment, fifty times', async () => {
    const roots = await Promise.all(Array.from({ length: 50 }, () => world.aMessage({ in: channel, by: alice })))
    await Promise.all(roots.flatMap(({ id }) => [
      world.aMessage({ in: channel, by: bob, thread_id: id }), world.chat.unfollowThread(alice, id), world.aMessage({ in: channel, by: chi, thread_id: id }),
    ]))
    for (const { id } of roots) expect((await world.chat.getMessage(alice, id)).thread).toMatchObject({ following: false, unread_count: 0 })
    expect(await totals(alice)).toEqual({ unread_count: 0, mention_count: 0 })
  })

  it('ten who follow and unfollow while others reply end as their last word was', async () => {
    await reply(bob)
    const followers = await Promise.all(Array.from({ length: 10 }, () => world.aMember({ of: place })))
    for (const who of followers) await world.workspace.joinChannel(who, channel.id)
    await Promise.all([
      ...followers.map(async (who) => {
        await world.chat.followThread(who, root.id)
        await world.chat.unfollowThread(who, root.id)
      }),
      ...Array.from({ length: 30 }, () => reply(bob)),
    ])
    for (const who of followers) expect(await threadFor(who)).toMatchObject({ following: false, unread_count: 0 })
    expect(await threadFor(alice)).toMatchObject({ following: true, unread_count: 31 })
  })
})
