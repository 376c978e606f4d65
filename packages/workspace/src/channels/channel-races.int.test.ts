import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { createChatWorld, eventsOf, often, race, type ChatWorld, type TestUser } from '@afrochat/test-support'

/** Each race is run so often, with the two sides starting now in this order, now in that. */
const MOST_ROUNDS = 50
const ROUNDS = often(MOST_ROUNDS)

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, admin: TestUser, alice: TestUser, bob: TestUser

beforeAll(async () => {
  world = await createChatWorld({ poolSize: 20 })
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  admin = await world.aMember({ of: workspace, role: 'admin' })
  ;[alice, bob] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
})
afterAll(() => world.close())

/** The channel's events by their places: 1, 2, 3 … without a hole. */
function story({ id }: Channel) {
  const events = eventsOf(world, id).toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0))
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  return events.map(({ type, seq, payload }) => ({
    type, seq: seq ?? 0, ...JSON.parse(payload) as { kind?: string; user_id?: string; user?: { id: string }; message_id?: string; archived_at?: string | null },
  }))
}

describe('against somebody who posts', () => {
  it('an archive: what is posted is before it, or refused', async () => {
    const outcomes = new Set<string>()
    for (let round = 0; round < ROUNDS || (round < MOST_ROUNDS && !outcomes.has('done')); round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice, members: [bob] })
      const [posted, archived] = await race(round, () => world.aMessage({ in: room, by: bob }), () => world.workspace.archiveChannel(alice, room.id))
      expect(archived).toBe('done')
      const told = story(room)
      const end = told.findIndex(({ type }) => type === 'channel_archived')
      const message = told.findIndex(({ type, kind }) => type === 'message_sent' && kind === 'user')
      expect([posted, message !== -1 && message < end]).toEqual(posted === 'done' ? ['done', true] : ['channel_archived', false])
      outcomes.add(posted ?? '')
    }
    expect(outcomes.has('done')).toBe(true)
  })

  it('a removal: what is posted is before it, or refused', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice, private: true, members: [bob] })
      const remove = () => world.workspace.removeChannelMember(alice, { channel_id: room.id, user_id: bob.userId })
      const [posted, removed] = await race(round, () => world.aMessage({ in: room, by: bob }), remove)
      expect(removed).toBe('done')
      const told = story(room)
      const end = told.findIndex(({ type }) => type === 'member_left')
      const message = told.findIndex(({ type, kind }) => type === 'message_sent' && kind === 'user')
      expect([posted, message !== -1 && message < end]).toEqual(posted === 'done' ? ['done', true] : ['channel_not_found', false])
    }
  })

  it('a joining: who posts is in it by then, or is told that they are not', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice })
      const [posted, joined] = await race(round, () => world.aMessage({ in: room, by: bob }), () => world.workspace.joinChannel(bob, room.id))
      expect(joined).toBe('done')
      const told = story(room)
      const start = told.findIndex(({ type, user }) => type === 'member_joined' && user?.id === bob.userId)
      const message = told.findIndex(({ type, kind }) => type === 'message_sent' && kind === 'user')
      expect([posted, message > start]).toEqual(posted === 'done' ? ['done', true] : ['not_in_channel', false])
    }
  })

  it('a deletion: what is posted is before it, or finds no channel', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice, members: [bob] })
      const [posted, deleted] = await race(round, () => world.aMessage({ in: room, by: bob }), () => world.workspace.deleteChannel(admin, room.id))
      expect(deleted).toBe('done')
      const told = story(room)
      expect(told.at(-1)?.type).toBe('channel_deleted')
      expect([posted, told.some(({ kind }) => kind === 'user')]).toEqual(posted === 'done' ? ['done', true] : ['channel_not_found', false])
    }
  })

  it('a read-only channel: what is posted is before it became one, or refused', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice, members: [bob] })
      const lock = () => world.workspace.updateChannel(alice, { channel_id: room.id, posting: 'managers' })
      const [posted, locked] = await race(round, () => world.aMessage({ in: room, by: bob }), lock)
      expect(locked).toBe('done')
      const told = story(room)
      const end = told.findIndex(({ type }) => type === 'channel_updated')
      const message = told.findIndex(({ type, kind }) => type === 'message_sent' && kind === 'user')
      expect([posted, message !== -1 && message < end]).toEqual(posted === 'done' ? ['done', true] : ['channel_read_only', false])
    }
  })
})

describe('against somebody who joins', () => {
  it('a conversion to private: they are in it before, or it does not exist for them', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice })
      const convert = () => world.workspace.updateChannel(admin, { channel_id: room.id, kind: 'private' })
      const [joined, converted] = await race(round, () => world.workspace.joinChannel(bob, room.id), convert)
      expect(converted).toBe('done')
      const told = story(room)
      const start = told.findIndex(({ type, user }) => type === 'member_joined' && user?.id === bob.userId)
      const end = told.findIndex(({ type }) => type === 'channel_updated')
      expect([joined, start !== -1 && start < end]).toEqual(joined === 'done' ? ['done', true] : ['channel_not_found', false])
    }
  })

  it('an archive or a deletion: they are in it before, or not at all', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice })
      const [act, code] = round % 4 < 2 ? [world.workspace.archiveChannel, 'channel_archived'] as const : [world.workspace.deleteChannel, 'channel_not_found'] as const
      const [joined, ended] = await race(round, () => world.workspace.joinChannel(bob, room.id), () => act(admin, room.id))
      expect(ended).toBe('done')
      const told = story(room)
      expect(told.some(({ type, user }) => type === 'member_joined' && user?.id === bob.userId)).toBe(joined === 'done')
      expect(['done', code]).toContain(joined)
      if (code === 'channel_not_found') expect((await world.workspace.readSubscriptions(bob.userId, [0])).channels.map(({ channelId }) => channelId)).not.toContain(room.id)
    }
  })
})

describe('of many at once', () => {
  it('fifty who make a channel of one name: one does', async () => {
    const outcomes = await race(0, ...Array.from({ length: 50 }, () => () => world.workspace.createChannel(alice, { workspace_id: workspace.id, name: 'the-one', kind: 'public' })))
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set(['done', 'name_taken']))
  })

  it('fifty who give channels of theirs one name: one does', async () => {
    const rooms = await Promise.all(Array.from({ length: 50 }, () => world.aChannel({ in: workspace, by: alice })))
    const outcomes = await race(0, ...rooms.map(({ id }) => () => world.workspace.updateChannel(alice, { channel_id: id, name: 'the-other' })))
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set(['done', 'name_taken']))
  })

  it('fifty who archive and bring back: every act is told once, in turn', async () => {
    const room = await world.aChannel({ in: workspace, by: alice })
    const acts = [() => world.workspace.archiveChannel(alice, room.id), () => world.workspace.unarchiveChannel(admin, room.id)]
    await race(0, ...Array.from({ length: 25 }, () => acts).flat())
    const turns = story(room).map(({ type }) => type).filter((type) => type === 'channel_archived' || type === 'channel_unarchived')
    expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'channel_archived' : 'channel_unarchived')))
    expect((await world.workspace.getChannel(alice, room.id)).archived_at === null).toBe(turns.length % 2 === 0)
  })

  it('channels that add the same guest of a single channel: one of them has the guest', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [first, ...rooms] = await Promise.all(Array.from({ length: 6 }, () => world.aChannel({ in: workspace, by: alice })))
      const guest = await world.aMember({ of: workspace, role: 'guest', channels: first === undefined ? [] : [first] })
      await world.workspace.removeChannelMember(alice, { channel_id: first?.id ?? rooms[0]?.id as never, user_id: guest.userId })
      await world.db.updateTable('workspace_members').set({ single_channel: true }).where('user_id', '=', guest.userId).execute()
      const outcomes = await race(round, ...rooms.map(({ id }) => () => world.workspace.addChannelMembers(alice, { channel_id: id, user_ids: [guest.userId] })))
      expect(outcomes.toSorted()).toEqual(['done', ...Array.from({ length: rooms.length - 1 }, () => 'single_channel_guest')])
      expect((await world.workspace.readSubscriptions(guest.userId, [0])).channels).toHaveLength(1)
    }
  })

  it('whoever is removed while they are made a manager: one of the two comes first', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice, members: [bob] })
      const place = { channel_id: room.id, user_id: bob.userId }
      const [promoted, removed] = await race(round, () => world.workspace.setMemberRole(alice, { ...place, role: 'manager' }), () => world.workspace.removeChannelMember(admin, place))
      expect(removed).toBe('done')
      expect(['done', 'user_not_found']).toContain(promoted)
      story(room)
    }
  })
})
