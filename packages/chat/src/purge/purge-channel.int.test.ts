import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { channelStream, type Channel, type Workspace } from '@afrochat/contracts'
import type { ChannelId } from '@afrochat/kernel'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { aWork, inMinutes } from '../testing/work.ts'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser
let room: Channel

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: workspace })
})
afterAll(() => world.close())
beforeEach(async () => {
  room = await world.aChannel({ in: workspace, by: owner, members: [alice] })
})

const never = new AbortController().signal
const purge = (channelId: ChannelId, signal = never) => aWork(world).purgeChannel({ channelId, requestId: 'job-1', signal })

/** A root with replies, an edit, a reaction, a pin, a mention; saved, followed, drafted, planned and reminded of. */
async function fill(): Promise<void> {
  const root = await world.aMessage({ in: room, by: alice, content: `unforgettable @${owner.username}` })
  await world.chat.editMessage(alice, { message_id: root.id, content: `unforgettable, edited @${owner.username}` })
  for (let index = 0; index < 3; index += 1) await world.aMessage({ in: room, by: owner, content: `unforgettable reply ${index}`, thread_id: root.id })
  await world.chat.addReaction(owner, { message_id: root.id, emoji: 'tada' })
  await world.chat.pinMessage(owner, root.id)
  await world.chat.saveMessage(alice, root.id)
  await world.chat.saveDraft(alice, { channel_id: room.id, content: 'unforgettable draft' })
  await world.chat.saveDraft(alice, { channel_id: room.id, thread_id: root.id, content: 'unforgettable draft' })
  await world.chat.scheduleMessage(alice, { workspace_id: workspace.id, channel_id: room.id, content: 'planned', send_at: inMinutes(60) })
  await world.chat.createReminder(alice, { workspace_id: workspace.id, message_id: root.id, content: 'my own words', remind_at: inMinutes(60) })
}

/** Rows of this channel by table, of those that hold what was said and kept. */
async function leftovers(id: ChannelId): Promise<Record<string, number>> {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from messages where channel_id = ${id}) as messages,
           (select count(*) from message_revisions where message_id in (select message_id from events where stream_key = ${channelStream(id)})) as revisions,
           (select count(*) from reactions where message_id in (select message_id from events where stream_key = ${channelStream(id)})) as reactions,
           (select count(*) from message_mentions where channel_id = ${id}) as mentions,
           (select count(*) from thread_subscriptions where channel_id = ${id}) as subscriptions,
           (select count(*) from saved_messages where channel_id = ${id}) as saved, (select count(*) from drafts where channel_id = ${id}) as drafts,
           (select count(*) from channel_user_states where channel_id = ${id}) as states`.execute(world.db)
  return rows[0] ?? {}
}
const nothing = { messages: 0, revisions: 0, reactions: 0, mentions: 0, subscriptions: 0, saved: 0, drafts: 0, states: 0 }
const stream = (id: ChannelId) => world.db.selectFrom('events').selectAll().where('stream_key', '=', channelStream(id)).orderBy('seq').execute()

it('nothing that was said or kept in a deleted channel stays, and in the log every place stays, without its words', async () => {
  await fill()
  await world.workspace.deleteChannel(owner, room.id)
  const before = await stream(room.id)
  expect(await aWork(world).listUnpurged(10)).toEqual([room.id])
  await purge(room.id)

  expect(await leftovers(room.id)).toEqual(nothing)
  expect(await aWork(world).listUnpurged(10)).toEqual([])
  const after = await stream(room.id)
  expect(after.map(({ pos, seq, type }) => [pos, seq, type])).toEqual(before.map(({ pos, seq, type }) => [pos, seq, type]))
  expect(after.map(({ payload }) => payload).join()).not.toContain('unforgettable')
  expect(after.length).toBeGreaterThan(8)
})

it('what was planned there is cancelled, and its author is told; what they wrote for themselves is theirs', async () => {
  await fill()
  await world.workspace.deleteChannel(owner, room.id)
  const before = world.events.length
  await purge(room.id)
  const news = world.events.slice(before)
  expect(news.map(({ type, payload }) => [type, JSON.parse(payload).status, JSON.parse(payload).content])).toEqual([['scheduled_message_updated', 'cancelled', 'planned']])
  const { items } = await world.chat.listReminders(alice, { workspace_id: workspace.id, limit: 1 })
  expect(items).toMatchObject([{ content: 'my own words', message_id: null, status: 'pending' }])
})

it('of a channel that is not deleted nothing is touched, whoever asks', async () => {
  await fill()
  const [rows, events] = [await leftovers(room.id), await stream(room.id)]
  await purge(room.id)
  await world.archive(room)
  await purge(room.id)
  expect([await leftovers(room.id), await stream(room.id)]).toEqual([rows, events])
})

it('a purge that is told to stop stops between two pieces, and is gone on with', async () => {
  for (let index = 0; index < 3; index += 1) await fill()
  await sql`
    insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, created_at)
    select gen_random_uuid(), ${workspace.id}, ${room.id}, ${alice.userId}, 'bulk', n, n, now() from generate_series(100000, 100350) n`.execute(world.db)
  await world.workspace.deleteChannel(owner, room.id)
  const stop = new AbortController()
  const { transact } = world
  let pieces = 0
  const counting: typeof transact = async (origin, work) => {
    pieces += 1
    if (pieces === 5) stop.abort()
    return transact(origin, work)
  }
  await aWork(world, { transact: counting }).purgeChannel({ channelId: room.id, requestId: 'job-1', signal: stop.signal })
  expect(pieces).toBe(5)
  expect(await aWork(world).listUnpurged(10)).toEqual([room.id])
  await Promise.all([purge(room.id), purge(room.id)])
  expect(await leftovers(room.id)).toEqual(nothing)
})

it('the channels of a deleted workspace are purged as those that were deleted by themselves', async () => {
  const other = await world.aWorkspace({ owner })
  const rooms = [await world.generalOf(other, owner), await world.aChannel({ in: other, by: owner, private: true })]
  for (const one of rooms) await world.aMessage({ in: one, by: owner, content: 'unforgettable' })
  await world.workspace.deleteWorkspace(owner, other.id)
  const unpurged = await aWork(world).listUnpurged(10)
  expect(new Set(unpurged)).toEqual(new Set(rooms.map(({ id }) => id)))
  for (const id of unpurged) await purge(id)
  for (const { id } of rooms) expect(await leftovers(id)).toMatchObject({ messages: 0, states: 0 })
  expect(await aWork(world).listUnpurged(10)).toEqual([])
})
