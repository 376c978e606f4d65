import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { newId, type MessageId } from '@afrochat/kernel'
import { allItems, createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'
import type { ChannelFilter } from './channel-listing.repository.ts'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace })])
})
afterAll(() => world.close())

const list = (user: TestUser, filter?: ChannelFilter) =>
  allItems((from) => world.workspace.listChannels(user, { workspace_id: workspace.id, filter, limit: 2, ...from }))
const namesOf = async (user: TestUser, filter?: ChannelFilter) => (await list(user, filter)).map(({ name }) => name)

describe('listChannels', () => {
  it('lists the own channels, the public ones, or the archived ones that the caller may see', async () => {
    const place = await world.aWorkspace({ owner })
    const [carol, dave] = [await world.aMember({ of: place }), await world.aMember({ of: place })]
    const make = (name: string, isPrivate: boolean, members: TestUser[] = []) => world.aChannel({ in: place, by: carol, name, private: isPrivate, members })
    const [open, , openOld, closedOld] = [
      await make('open', false), await make('closed', true, [dave]), await make('open-old', false), await make('closed-old', true), await make('hidden', true),
    ]
    for (const old of [openOld, closedOld]) await world.archive(old)
    const guest = await world.aMember({ of: place, role: 'guest', channels: [open] })
    const names = async (user: TestUser, filter: ChannelFilter) =>
      (await allItems((from) => world.workspace.listChannels(user, { workspace_id: place.id, filter, limit: 2, ...from }))).map(({ name }) => name)

    expect(await names(dave, 'mine')).toEqual(['general', 'closed'])
    expect(await names(dave, 'browse')).toEqual(['general', 'open'])
    expect(await names(dave, 'archived')).toEqual(['open-old'])
    expect(await names(carol, 'mine')).toEqual(['general', 'open', 'closed', 'open-old', 'closed-old', 'hidden'])
    expect(await names(carol, 'archived')).toEqual(['open-old', 'closed-old'])
    expect(await names(owner, 'browse')).toEqual(['general', 'open'])
    expect([await names(guest, 'mine'), await names(guest, 'browse'), await names(guest, 'archived')]).toEqual([['open'], ['open'], []])
    await expect(names(await world.aUser(), 'browse')).rejects.toMatchObject({ code: 'workspace_not_found' })
  })

  it('shows no channel twice and skips none while others are made and left between the pages', async () => {
    const place = await world.aWorkspace({ owner })
    const carol = await world.aMember({ of: place })
    const left = await world.aChannel({ in: place, by: carol })
    const made = [await world.generalOf(place, carol), left]
    for (let index = 0; index < 4; index += 1) made.push(await world.aChannel({ in: place, by: carol }))
    const page = (cursor?: string) => world.workspace.listChannels(carol, { workspace_id: place.id, limit: 2, cursor })
    const first = await page()
    await world.workspace.leaveChannel(carol, left.id)
    const second = await page(first.next_cursor ?? undefined)
    const late = await world.aChannel({ in: place, by: carol })
    const third = await page(second.next_cursor ?? undefined)
    const fourth = await page(third.next_cursor ?? undefined)
    const ids = [first, second, third, fourth].flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids).toEqual([...made, late].map(({ id }) => id))
    expect(fourth.next_cursor).toBeNull()
  })

  it('shows what the caller does not see, neither as mine nor by browsing, as channel_not_found', async () => {
    const secret = await world.aChannel({ in: workspace, by: alice, private: true })
    expect(await namesOf(bob)).not.toContain(secret.name)
    expect(await namesOf(owner, 'browse')).not.toContain(secret.name)
    await expect(world.workspace.getChannel(owner, secret.id)).rejects.toMatchObject({ code: 'channel_not_found' })
    await expect(world.workspace.listChannelMembers(owner, { channel_id: secret.id })).rejects.toMatchObject({ code: 'channel_not_found' })
  })
})

describe('unread and mention counts', () => {
  const counts = async (user: TestUser, { id }: Channel) => {
    const { last_read_seq, unread_count, mention_count } = await world.workspace.getChannel(user, id)
    return { last_read_seq, unread_count, mention_count }
  }
  const aRoom = (members = [bob]) => world.aChannel({ in: workspace, by: alice, members })

  it('count what others wrote in the channel itself since the mark, and of it what names the reader or all', async () => {
    const room = await aRoom()
    const root = await world.aMessage({ in: room, by: alice, content: 'one' })
    await world.aMessage({ in: room, by: alice, content: `hello <@${bob.userId}>` })
    await world.aMessage({ in: room, by: alice, content: 'all of you, @channel' })
    await world.aMessage({ in: room, by: alice, content: `not for <@${alice.userId}>` })
    await world.aMessage({ in: room, by: alice, content: `in a thread <@${bob.userId}>`, thread_id: root.id })
    await world.aMessage({ in: room, by: alice, content: `in both <@${bob.userId}>`, thread_id: root.id, also_in_channel: true })
    expect(await counts(bob, room)).toEqual({ last_read_seq: 2, unread_count: 5, mention_count: 3 })
    expect(await counts(alice, room)).toMatchObject({ unread_count: 0, mention_count: 0 })
    expect((await list(bob)).find(({ id }) => id === room.id)).toMatchObject({ unread_count: 5, mention_count: 3 })
    expect((await world.workspace.boot(bob, workspace.id)).channels.find(({ id }) => id === room.id)).toMatchObject({ unread_count: 5, mention_count: 3 })
  })

  it('sink when a message is deleted, and never count system messages', async () => {
    const room = await aRoom()
    const { id } = await world.aMessage({ in: room, by: alice, content: `gone <@${bob.userId}>` })
    const system = await world.aMessage({ in: room, by: alice, content: '@channel' })
    await world.db.updateTable('messages').set({ kind: 'system' }).where('id', '=', system.id).execute()
    expect(await counts(bob, room)).toMatchObject({ unread_count: 1, mention_count: 1 })
    await world.chat.deleteMessage(alice, id)
    expect(await counts(bob, room)).toMatchObject({ unread_count: 0, mention_count: 0 })
  })

  it('of a muted channel count as mentions only those that name the reader', async () => {
    const room = await aRoom()
    await world.db.updateTable('channel_user_states').set({ muted: true }).where('channel_id', '=', room.id).where('user_id', '=', bob.userId).execute()
    await world.aMessage({ in: room, by: alice, content: '@channel' })
    await world.aMessage({ in: room, by: alice, content: `<@${bob.userId}> and @everyone` })
    expect(await counts(bob, room)).toMatchObject({ unread_count: 2, mention_count: 1 })
  })

  it('of a direct message count every message as a mention', async () => {
    const room = await aRoom()
    await world.db.updateTable('channels').set({ kind: 'dm', name: null }).where('id', '=', room.id).execute()
    await world.aMessage({ in: room, by: alice, content: 'psst' })
    expect(await counts(bob, room)).toMatchObject({ unread_count: 1, mention_count: 1 })
    expect(await world.workspace.getChannel(bob, room.id)).toMatchObject({ kind: 'dm', name: null, is_private: true, user_ids: [alice.userId, bob.userId].toSorted() })
  })

  it('start at joining, also for who comes back, and are nothing for who only looks', async () => {
    const room = await aRoom([])
    await world.aMessage({ in: room, by: alice })
    expect(await counts(bob, room)).toEqual({ last_read_seq: 0, unread_count: 0, mention_count: 0 })
    await world.workspace.joinChannel(bob, room.id)
    expect(await counts(bob, room)).toMatchObject({ unread_count: 0 })
    await world.aMessage({ in: room, by: alice })
    await world.workspace.leaveChannel(bob, room.id)
    await world.aMessage({ in: room, by: alice })
    await world.workspace.joinChannel(bob, room.id)
    expect(await counts(bob, room)).toMatchObject({ unread_count: 0 })
    await world.aMessage({ in: room, by: alice })
    expect(await counts(bob, room)).toMatchObject({ unread_count: 1 })
    await setMark(bob, room, 0)
    expect(await counts(bob, room)).toMatchObject({ unread_count: 1 })
  })

  it('never count what the reader wrote, wherever the mark stands', async () => {
    const room = await aRoom()
    await world.aMessage({ in: room, by: alice, content: `to <@${alice.userId}>` })
    await setMark(alice, room, 1)
    expect(await counts(alice, room)).toEqual({ last_read_seq: 1, unread_count: 0, mention_count: 0 })
  })

  const setMark = ({ userId }: TestUser, { id }: Channel, seq: number) =>
    world.db.updateTable('channel_user_states').set({ last_read_seq: seq }).where('channel_id', '=', id).where('user_id', '=', userId).execute()

  it('are exact to 10,000 and stop there, the mentions also where more than that is unread', async () => {
    const room = await aRoom()
    await insertMessages(room, { count: 10_050, mentions: null })
    await insertMessages(room, { count: 3, mentions: bob })
    expect(await counts(bob, room)).toMatchObject({ unread_count: 10_000, mention_count: 3 })
  })

  async function insertMessages({ id, workspace_id }: Channel, { count, mentions }: { count: number; mentions: TestUser | null }) {
    const { last_seq: head } = await world.workspace.getChannel(alice, id)
    for (let start = 0; start < count; start += 1_000) {
      await world.db.insertInto('messages').values(Array.from({ length: Math.min(1_000, count - start) }, (_, index) => ({
        id: newId<MessageId>(), workspace_id, channel_id: id, user_id: alice.userId, content: 'bulk', thread_id: null, seq: head + start + index + 1,
        change_seq: head + start + index + 1, client_msg_id: null, body_hash: null, mention_channel: null, last_reply_at: null, edited_at: null,
        deleted_at: null, created_at: new Date(), mention_user_ids: mentions === null ? [] : [mentions.userId],
      }))).execute()
    }
    await world.db.updateTable('stream_heads').set({ seq: head + count }).where('stream_key', '=', `c:${id}`).execute()
  }
})

describe('markChannelRead', () => {
  it('moves the mark forward only, never beyond the head, and tells the reader\'s other devices', async () => {
    const room = await world.aChannel({ in: workspace, by: alice, members: [bob] })
    for (let index = 0; index < 3; index += 1) await world.aMessage({ in: room, by: alice })
    const mark = (seq: number) => world.workspace.markChannelRead(bob, { channel_id: room.id, seq })
    const before = world.events.length
    expect(await mark(4)).toEqual({ channel_id: room.id, last_read_seq: 4 })
    expect(await mark(3)).toEqual({ channel_id: room.id, last_read_seq: 4 })
    expect(await mark(0)).toEqual({ channel_id: room.id, last_read_seq: 4 })
    expect(await world.workspace.getChannel(bob, room.id)).toMatchObject({ last_read_seq: 4, unread_count: 1 })
    expect(await mark(1_000_000)).toEqual({ channel_id: room.id, last_read_seq: 5 })
    const emitted = world.events.slice(before).map(({ type, stream_key, seq, payload }) => ({ type, stream_key, seq, payload: JSON.parse(payload) as unknown }))
    expect(emitted).toEqual([4, 5].map((last_read_seq) => ({
      type: 'channel_read', stream_key: `u:${workspace.id}:${bob.userId}`, seq: null, payload: { channel_id: room.id, last_read_seq },
    })))
    await world.aMessage({ in: room, by: alice })
    expect(await world.workspace.getChannel(bob, room.id)).toMatchObject({ last_read_seq: 5, unread_count: 1 })
  })

  it('of many marks at once keeps the furthest, and announces them in rising order', async () => {
    const room = await world.aChannel({ in: workspace, by: alice, members: [bob] })
    for (let index = 0; index < 10; index += 1) await world.aMessage({ in: room, by: alice })
    const before = world.events.length
    await Promise.all([12, 5, 9, 7, 11, 3, 8].map((seq) => world.workspace.markChannelRead(bob, { channel_id: room.id, seq })))
    expect(await world.workspace.getChannel(bob, room.id)).toMatchObject({ last_read_seq: 12, unread_count: 0 })
    const marks = world.events.slice(before).map(({ payload }) => (JSON.parse(payload) as { last_read_seq: number }).last_read_seq)
    expect(marks).toEqual(marks.toSorted((a, b) => a - b))
    expect(marks.at(-1)).toBe(12)
  })

  it('is for whoever may read, and hides what they may not', async () => {
    const [open, closed] = [await world.aChannel({ in: workspace, by: alice }), await world.aChannel({ in: workspace, by: alice, private: true })]
    expect(await world.workspace.markChannelRead(bob, { channel_id: open.id, seq: 9 })).toEqual({ channel_id: open.id, last_read_seq: 1 })
    await expect(world.workspace.markChannelRead(bob, { channel_id: closed.id, seq: 1 })).rejects.toMatchObject({ code: 'channel_not_found' })
    await expect(world.workspace.markChannelRead(await world.aUser(), { channel_id: open.id, seq: 1 })).rejects.toMatchObject({ code: 'channel_not_found' })
  })
})
