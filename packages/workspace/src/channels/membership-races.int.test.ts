import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { createChatWorld, eventsOf, often, race, type ChatWorld, type TestUser } from '@afrochat/test-support'

/** Each race is run so often, with the two sides starting now in this order, now in that. */
const MOST_ROUNDS = 50
const ROUNDS = often(MOST_ROUNDS)

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser

beforeAll(async () => {
  world = await createChatWorld({ poolSize: 20 })
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace })])
})
afterAll(() => world.close())

/** The rows say what the channel's events say: intervals, the count, and a seq without a hole. */
async function expectConsistent(channel: Channel): Promise<void> {
  const events = eventsOf(world, channel.id).toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0))
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))

  const intervals: { user_id: string; from_seq: number; to_seq: number | null }[] = []
  for (const { type, seq, payload } of events) {
    const { user, user_id } = JSON.parse(payload) as { user?: { id: string }; user_id?: string }
    if (type === 'member_joined') intervals.push({ user_id: user?.id ?? '', from_seq: seq ?? 0, to_seq: null })
    if (type !== 'member_left') continue
    const open = intervals.find((interval) => interval.user_id === user_id && interval.to_seq === null)
    if (open === undefined) throw new Error('Somebody left who was not in it')
    open.to_seq = seq
  }
  const rows = await world.db.selectFrom('channel_members').select(['user_id', 'from_seq', 'to_seq']).where('channel_id', '=', channel.id).orderBy('from_seq').execute()
  expect(rows).toEqual(intervals)
  expect((await world.workspace.getChannel(alice, channel.id)).member_count).toBe(intervals.filter(({ to_seq }) => to_seq === null).length)
}

describe('races for a membership', () => {
  it('join and remove: whichever comes second sees the other', async () => {
    const room = await world.aChannel({ in: workspace, by: alice })
    for (let round = 0; round < ROUNDS; round += 1) {
      const wasMember = (await world.workspace.getChannel(bob, room.id)).is_member
      const [joined, removed] = await race(
        round,
        () => world.workspace.joinChannel(bob, room.id),
        () => world.workspace.removeChannelMember(alice, { channel_id: room.id, user_id: bob.userId }),
      )
      expect(joined).toBe('done')
      expect(wasMember ? ['done'] : ['done', 'user_not_found']).toContain(removed)
      await expectConsistent(room)
    }
  })

  it('leave and post: what is posted has a place within the author\'s membership, or is refused', async () => {
    const room = await world.aChannel({ in: workspace, by: alice })
    const outcomes = new Set<string>()
    for (let round = 0; round < ROUNDS || (round < MOST_ROUNDS && !outcomes.has('done')); round += 1) {
      await world.workspace.joinChannel(bob, room.id)
      const [left, posted] = await race(
        round,
        () => world.workspace.leaveChannel(bob, room.id),
        () => world.chat.sendMessage(bob, { channel_id: room.id, content: `round ${round}` }),
      )
      expect(left).toBe('done')
      expect(['done', 'not_in_channel']).toContain(posted)
      outcomes.add(posted ?? '')
    }
    await expectConsistent(room)
    // What is said of his coming and going is of his, too, and not within.
    const messages = await world.db.selectFrom('messages').select('seq')
      .where('channel_id', '=', room.id).where('user_id', '=', bob.userId).where('kind', '=', 'user').execute()
    const intervals = await world.db.selectFrom('channel_members').select(['from_seq', 'to_seq'])
      .where('channel_id', '=', room.id).where('user_id', '=', bob.userId).execute()
    for (const { seq } of messages) {
      expect(intervals.some(({ from_seq, to_seq }) => from_seq < seq && seq < (to_seq ?? Infinity))).toBe(true)
    }
    expect(outcomes.has('done')).toBe(true)
  })

  it('two who add the same person: one membership, and both are told of it', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice, members: [owner] })
      const add = (by: TestUser) => async () => {
        const { items } = await world.workspace.addChannelMembers(by, { channel_id: room.id, user_ids: [bob.userId] })
        expect(items).toMatchObject([{ user: { id: bob.userId }, role: 'member' }])
      }
      expect(await race(round, add(alice), add(owner), () => world.workspace.joinChannel(bob, room.id))).toEqual(['done', 'done', 'done'])
      // Each with what is said of it.
      expect(eventsOf(world, room.id).map(({ type }) => type)).toEqual(['member_joined', 'member_joined', 'message_sent', 'member_joined', 'message_sent'])
      await expectConsistent(room)
    }
  })

  it('accept and revoke: in for good, or not at all', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const user = await world.aUser()
      const invite = await world.workspace.createInvite(alice, { workspace_id: workspace.id, max_uses: 1 })
      const [accepted, revoked] = await race(
        round,
        () => world.workspace.acceptInvite(user, invite.token),
        () => world.workspace.revokeInvite(alice, { workspace_id: workspace.id, invite_id: invite.id }),
      )
      expect(revoked).toBe('done')
      expect(['done', 'invite_revoked']).toContain(accepted)
      const { items: [row] } = await world.workspace.listInvites(alice, { workspace_id: workspace.id, limit: 1 })
      const { workspaces, channels } = await world.workspace.readSubscriptions(user.userId, [0])
      const isIn = accepted === 'done' ? 1 : 0
      expect([row?.use_count, workspaces.length, channels.length]).toEqual([isIn, isIn, isIn])
    }
    await expectConsistent(await world.generalOf(workspace, alice))
  })

  it('two who leave a private channel at once: one stays', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const room = await world.aChannel({ in: workspace, by: alice, private: true, members: [bob] })
      const outcomes = await race(round, () => world.workspace.leaveChannel(alice, room.id), () => world.workspace.leaveChannel(bob, room.id))
      expect(outcomes.toSorted()).toEqual(['done', 'last_member'])
    }
  })

  it('members of two channels who add each other\'s people crosswise never wait in a circle', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => world.aMember({ of: workspace })))
    const user_ids = people.map(({ userId }) => userId)
    for (let round = 0; round < 10; round += 1) {
      const rooms = await Promise.all([world.aChannel({ in: workspace, by: alice }), world.aChannel({ in: workspace, by: bob })])
      const [one, two] = [rooms[0].id, rooms[1].id]
      const outcomes = await race(
        round,
        () => world.workspace.addChannelMembers(alice, { channel_id: one, user_ids }),
        () => world.workspace.addChannelMembers(bob, { channel_id: two, user_ids: user_ids.toReversed() }),
        ...people.flatMap((user) => [() => world.workspace.joinChannel(user, one), () => world.workspace.joinChannel(user, two)]),
      )
      expect(new Set(outcomes)).toEqual(new Set(['done']))
      for (const room of rooms) await expectConsistent(room)
    }
  })
})
