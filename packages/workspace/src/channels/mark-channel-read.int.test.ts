import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { lockHeads } from '@afrochat/database'
import { newId, type ChannelId } from '@afrochat/kernel'
import { createChatWorld, replay, type ChatWorld, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let workspace: Workspace
let alice: TestUser, bob: TestUser
beforeAll(async () => {
  world = await createChatWorld()
  const owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace })])
})
afterAll(() => world.close())

/** Bob has joined; so many messages of Alice follow. Gives their seqs. */
async function aRoom(messages: number): Promise<{ room: Channel; seqs: number[] }> {
  const room = await world.aChannel({ in: workspace, by: alice })
  await world.workspace.joinChannel(bob, room.id)
  const seqs = []
  for (let index = 0; index < messages; index += 1) seqs.push((await world.aMessage({ in: room, by: alice, content: `${index} @${bob.username}` })).seq)
  return { room, seqs }
}
const read = ({ id }: Channel, seq: number, who = bob) => world.workspace.markChannelRead(who, { channel_id: id, seq })
const unread = ({ id }: Channel, seq: number, who = bob) => world.workspace.markChannelUnread(who, { channel_id: id, seq })
const told = (after: number) =>
  world.events.slice(after).map(({ type, stream_key, seq, payload }) => ({ type, stream_key, seq, payload: JSON.parse(payload) as unknown }))

describe('marking read', () => {
  it('moves the mark forward only, never beyond the head, and tells the reader\'s other devices what is left', async () => {
    const { room, seqs: [first = 0, second = 0, last = 0] } = await aRoom(3)
    const before = world.events.length
    const left = (last_read_seq: number, count: number) =>
      ({ channel_id: room.id, last_read_seq, unread_count: count, mention_count: count, unread_capped: false, as_of_seq: last })
    expect(await read(room, second)).toEqual(left(second, 1))
    expect(await read(room, first)).toEqual(left(second, 1))
    expect(await read(room, 0)).toEqual(left(second, 1))
    expect(await read(room, 1_000_000)).toEqual(left(last, 0))
    expect(told(before)).toEqual([left(second, 1), left(last, 0)].map((payload) => ({
      type: 'channel_read', stream_key: `u:${workspace.id}:${bob.userId}`, seq: null, payload,
    })))
    await world.aMessage({ in: room, by: alice })
    expect(await world.workspace.getChannel(bob, room.id)).toMatchObject({ last_read_seq: last, unread_count: 1 })
  })

  it('of many marks at once keeps the furthest, and announces them in rising order', async () => {
    const { room, seqs } = await aRoom(10)
    const before = world.events.length
    await Promise.all([8, 3, 6, 1, 9, 2, 7].map((index) => read(room, seqs[index] ?? 0)))
    expect(await world.workspace.getChannel(bob, room.id)).toMatchObject({ last_read_seq: seqs[9], unread_count: 0 })
    const marks = told(before).map(({ payload }) => (payload as { last_read_seq: number }).last_read_seq)
    expect(marks).toEqual(marks.toSorted((a, b) => a - b))
    expect(marks.at(-1)).toBe(seqs[9])
  })

  it('does not wait for who writes in the channel, and says at which head it counted', async () => {
    const { room, seqs: [first = 0, last = 0] } = await aRoom(2)
    await world.db.transaction().execute(async (tx) => {
      await lockHeads(tx, [room.id])
      expect(await read(room, first)).toMatchObject({ unread_count: 1, as_of_seq: last })
    })
  })

  it('while others write loses nothing that came meanwhile: what a client knows after all of it is what there is', async () => {
    const { room } = await aRoom(1)
    const { bob: seen } = await replay(world, { workspaceId: workspace.id, viewers: { bob } }, () => Promise.all([
      ...Array.from({ length: 40 }, () => world.aMessage({ in: room, by: alice, content: `@${bob.username}` })),
      ...Array.from({ length: 40 }, (_, index) => read(room, index)),
    ]))
    expect(seen.received.filter(({ type }) => type === 'channel_read').length).toBeGreaterThan(0)
    expect(seen.applied).toEqual(seen.after)
  })

  it('is for whoever may read, and hides what they may not', async () => {
    const [open, closed] = [await world.aChannel({ in: workspace, by: alice }), await world.aChannel({ in: workspace, by: alice, private: true })]
    expect(await read(open, 9)).toMatchObject({ channel_id: open.id, last_read_seq: 1, unread_count: 0 })
    for (const mark of [read, unread]) {
      await expect(mark(closed, 1)).rejects.toMatchObject({ code: 'channel_not_found' })
      await expect(mark(open, 1, await world.aUser())).rejects.toMatchObject({ code: 'channel_not_found' })
      await expect(mark({ ...open, id: newId<ChannelId>() }, 1)).rejects.toMatchObject({ code: 'channel_not_found' })
    }
  })
})

describe('marking unread', () => {
  it('makes that message and all after it unread again, and counts anew: without one\'s own', async () => {
    const { room, seqs: [, second = 0] } = await aRoom(3)
    await world.aMessage({ in: room, by: bob })
    const before = world.events.length
    expect(await unread(room, second)).toMatchObject({ last_read_seq: second - 1, unread_count: 2, mention_count: 2 })
    expect(told(before)).toMatchObject([{ type: 'channel_read', payload: { last_read_seq: second - 1, unread_count: 2 } }])
    expect(await read(room, second)).toMatchObject({ unread_count: 1 })
  })

  it('of a direct message counts each as a mention', async () => {
    const { channel: dm } = await world.workspace.openDm(alice, { workspace_id: workspace.id, user_ids: [bob.userId] })
    const { seq } = await world.aMessage({ in: dm, by: alice })
    await world.aMessage({ in: dm, by: alice })
    await read(dm, 1_000)
    expect(await unread(dm, seq)).toMatchObject({ unread_count: 2, mention_count: 2 })
  })

  it('never reaches back to before the reader joined', async () => {
    const room = await world.aChannel({ in: workspace, by: alice })
    await world.aMessage({ in: room, by: alice })
    const { last_read_seq } = await world.workspace.joinChannel(bob, room.id)
    const { seq } = await world.aMessage({ in: room, by: alice })
    await read(room, seq)
    expect(await unread(room, 1)).toMatchObject({ last_read_seq, unread_count: 1 })
  })

  it('of what is unread already changes nothing, and reads nothing in between', async () => {
    const { room, seqs: [, second = 0] } = await aRoom(3)
    const before = world.events.length
    expect(await unread(room, second)).toMatchObject({ unread_count: 3 })
    expect(told(before)).toEqual([])
  })

  it('makes a first screen what it says', async () => {
    const { room, seqs: [, second = 0] } = await aRoom(3)
    await read(room, 1_000)
    const { bob: seen } = await replay(world, { workspaceId: workspace.id, viewers: { bob } }, () => unread(room, second))
    expect(seen.applied).toEqual(seen.after)
  })
})
