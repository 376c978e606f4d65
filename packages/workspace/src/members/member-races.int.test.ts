import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { Workspace, WorkspaceRole } from '@afrochat/contracts'
import { lockHeads } from '@afrochat/database'
import { createChatWorld, often, race, waitFor, type ChatWorld, type TestUser } from '@afrochat/test-support'

/** Each race is run so often, with the sides starting now in this order, now in that. */
const ROUNDS = often(30)

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser

beforeAll(async () => {
  world = await createChatWorld({ poolSize: 24 })
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: workspace })
})
afterAll(() => world.close())

const setRole = (by: TestUser, { userId }: TestUser, role: WorkspaceRole, place = workspace) =>
  world.workspace.updateWorkspaceMember(by, { workspace_id: place.id, user_id: userId, role })
const deactivate = (by: TestUser, { userId }: TestUser) => world.workspace.deactivateWorkspaceMember(by, { workspace_id: workspace.id, user_id: userId })

const ownersOf = ({ id }: Workspace) =>
  world.db.selectFrom('workspace_members').select('user_id').where('workspace_id', '=', id).where('role', '=', 'owner').where('deactivated_at', 'is', null).execute()

/** There is an owner, and the workspace names one of them. */
async function expectOwned(place: Workspace): Promise<void> {
  const owners = (await ownersOf(place)).map(({ user_id }) => user_id)
  const { owner_id: named } = await world.db.selectFrom('workspaces').select('owner_id').where('id', '=', place.id).executeTakeFirstOrThrow()
  expect(owners).toContain(named)
}

/** Everybody's channels are as their events say, and nobody who has left is in one. */
async function expectNobodyLeftBehind(): Promise<void> {
  const strays = await world.db.selectFrom('channel_members as m')
    .innerJoin('workspace_members as w', (join) => join.onRef('w.workspace_id', '=', 'm.workspace_id').onRef('w.user_id', '=', 'm.user_id'))
    .select(['m.channel_id', 'm.user_id']).where('m.to_seq', 'is', null).where('w.deactivated_at', 'is not', null).execute()
  expect(strays).toEqual([])
  const counts = await world.db.selectFrom('channels as c')
    .leftJoin('channel_members as m', (join) => join.onRef('m.channel_id', '=', 'c.id').on('m.to_seq', 'is', null))
    .select(['c.id', 'c.member_count', (e) => e.fn.count<number>('m.user_id').as('counted')]).groupBy('c.id').execute()
  for (const { member_count, counted } of counts) expect(member_count).toBe(counted)
}

const waitingBackends = async () => {
  const { rows } = await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(world.db)
  return rows.length
}

describe('a workspace always has an owner', () => {
  it('when two owners take the role from each other: one of them stays', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await world.aUser()
      const place = await world.aWorkspace({ owner: first })
      const second = await world.aMember({ of: place })
      await setRole(first, second, 'owner', place)
      const outcomes = await race(round, () => setRole(first, second, 'member', place), () => setRole(second, first, 'member', place))
      expect(outcomes.toSorted()).toEqual(['done', 'role_not_allowed'])
      await expectOwned(place)
      expect(await ownersOf(place)).toHaveLength(1)
    }
  })

  it('when both of its owners leave or step down in the same moment: the second one is told', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await world.aUser()
      const place = await world.aWorkspace({ owner: first })
      const second = await world.aMember({ of: place })
      await setRole(first, second, 'owner', place)
      const outcomes = await race(round, () => world.workspace.leaveWorkspace(first, place.id), () => setRole(second, second, 'admin', place))
      expect(outcomes.toSorted()).toEqual(['done', 'last_owner'])
      await expectOwned(place)
    }
  })

  it('when twenty make each other owners, step down, leave, hand over and deactivate each other at once', async () => {
    const first = await world.aUser()
    const place = await world.aWorkspace({ owner: first })
    const people = [first, ...await Promise.all(Array.from({ length: 7 }, () => world.aMember({ of: place })))]
    for (const person of people) await setRole(first, person, 'owner', place)
    const { token } = await world.workspace.createInvite(first, { workspace_id: place.id })
    const pick = (index: number) => people[index % people.length] ?? first
    const acts = [
      (n: number) => setRole(pick(n), pick(n + 3), 'owner', place),
      (n: number) => setRole(pick(n), pick(n), 'admin', place),
      (n: number) => world.workspace.leaveWorkspace(pick(n), place.id),
      (n: number) => world.workspace.transferWorkspace(pick(n), { workspace_id: place.id, user_id: pick(n + 1).userId }),
      (n: number) => setRole(pick(n), pick(n + 5), 'member', place),
      (n: number) => world.workspace.acceptInvite(pick(n), token),
      (n: number) => world.workspace.deactivateWorkspaceMember(pick(n), { workspace_id: place.id, user_id: pick(n + 2).userId }),
    ]
    for (let round = 0; round < 10; round += 1) {
      const twenty = Array.from({ length: 20 }, (_, index) => () => acts[(index * 3 + round) % acts.length]?.(index + round) ?? Promise.resolve())
      await race(round, ...twenty)
      await expectOwned(place)
    }
    await expectNobodyLeftBehind()
  })

  it('when the workspace is handed over twice at once: to one of the two', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = await world.aUser()
      const place = await world.aWorkspace({ owner: first })
      const [one, two] = [await world.aMember({ of: place }), await world.aMember({ of: place })]
      const handOver = (heir: TestUser) => () => world.workspace.transferWorkspace(first, { workspace_id: place.id, user_id: heir.userId })
      const outcomes = await race(round, handOver(one), handOver(two))
      expect(outcomes.toSorted()).toEqual(['done', 'role_not_allowed'])
      expect(await ownersOf(place)).toHaveLength(1)
      await expectOwned(place)
    }
  })
})

describe('somebody who is deactivated', () => {
  it('and joins, is added to, and posts in channels at the same time: each comes before it, or is refused', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const bob = await world.aMember({ of: workspace })
      const [joined, added, posted] = [
        await world.aChannel({ in: workspace, by: alice }), await world.aChannel({ in: workspace, by: alice, private: true }),
        await world.aChannel({ in: workspace, by: alice, members: [bob] }),
      ]
      const [out, ...others] = await race(
        round,
        () => deactivate(owner, bob),
        () => world.workspace.joinChannel(bob, joined.id),
        () => world.workspace.addChannelMembers(alice, { channel_id: added.id, user_ids: [bob.userId] }),
        () => world.chat.sendMessage(bob, { channel_id: posted.id, content: `round ${round}` }),
        () => world.workspace.createChannel(bob, { workspace_id: workspace.id, name: `of-${bob.username}`, kind: 'private' }),
      )
      expect(out).toBe('done')
      for (const outcome of others) expect(['done', 'channel_not_found', 'user_not_found', 'not_in_channel', 'workspace_not_found']).toContain(outcome)
    }
    await expectNobodyLeftBehind()
  })

  it('and is reactivated at the same time ends as one of the two, in all of their channels or in none', async () => {
    const bob = await world.aMember({ of: workspace })
    const rooms = await Promise.all(Array.from({ length: 5 }, () => world.aChannel({ in: workspace, by: alice, members: [bob] })))
    for (let round = 0; round < ROUNDS; round += 1) {
      const outcomes = await race(
        round, () => deactivate(owner, bob),
        () => world.workspace.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: bob.userId, deactivated: false }),
      )
      expect(outcomes).toEqual(['done', 'done'])
      const { items } = await world.workspace.listWorkspaceMembers(owner, { workspace_id: workspace.id, limit: 200 })
      const isThere = items.find(({ user }) => user.id === bob.userId)?.deactivated_at === null
      const open = await world.db.selectFrom('channel_members').select('channel_id').where('user_id', '=', bob.userId).where('to_seq', 'is', null).execute()
      expect(open).toHaveLength(isThere ? rooms.length + 1 : 0)
    }
  })

  it('has invited somebody who accepts at the same time: who comes in came before', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const bob = await world.aMember({ of: workspace })
      const { id, token } = await world.workspace.createInvite(bob, { workspace_id: workspace.id })
      const newcomer = await world.aUser()
      const [out, came] = await race(round, () => deactivate(owner, bob), () => world.workspace.acceptInvite(newcomer, token))
      expect(out).toBe('done')
      expect(['done', 'invite_revoked']).toContain(came)
      const row = await world.db.selectFrom('workspace_invites').select(['use_count', 'revoked_at']).where('id', '=', id).executeTakeFirstOrThrow()
      expect(row).toEqual({ use_count: came === 'done' ? 1 : 0, revoked_at: expect.any(Date) })
    }
  })
})

describe('an admin who is made a member', () => {
  it('and acts as an admin at the same time: the act came before, or is refused', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [admin, bob] = [await world.aMember({ of: workspace, role: 'admin' }), await world.aMember({ of: workspace })]
      const room = await world.aChannel({ in: workspace, by: alice, members: [bob] })
      const [out, ...acts] = await race(
        round,
        () => setRole(owner, admin, 'member'),
        () => world.workspace.removeChannelMember(admin, { channel_id: room.id, user_id: bob.userId }),
        () => world.workspace.updateWorkspace(admin, { workspace_id: workspace.id, description: `round ${round}` }),
        () => setRole(admin, bob, 'guest'),
        () => world.workspace.createInvite(admin, { workspace_id: workspace.id, role: 'guest', channel_ids: [room.id] }),
      )
      expect(out).toBe('done')
      for (const outcome of acts) expect(['done', 'role_not_allowed', 'not_allowed']).toContain(outcome)
      const pending = await world.db.selectFrom('workspace_invites').select('id')
        .where('created_by', '=', admin.userId).where('revoked_at', 'is', null).execute()
      expect(pending).toEqual([])
    }
  })
})

describe('a channel that becomes a default one', () => {
  it('while people join the workspace and guests become members: every full member is in it', async () => {
    const place = await world.aWorkspace({ owner })
    const general = await world.generalOf(place, owner)
    for (let round = 0; round < 15; round += 1) {
      const room = await world.aChannel({ in: place, by: owner })
      const guest = await world.aMember({ of: place, role: 'guest', channels: [general] })
      const { token } = await world.workspace.createInvite(owner, { workspace_id: place.id })
      const newcomers = await Promise.all(Array.from({ length: 3 }, () => world.aUser()))
      const outcomes = await race(
        round,
        () => world.workspace.updateChannel(owner, { channel_id: room.id, is_default: true }),
        () => setRole(owner, guest, 'member', place),
        ...newcomers.map((newcomer) => () => world.workspace.acceptInvite(newcomer, token)),
      )
      expect(outcomes).toEqual(Array(5).fill('done'))
      const full = await world.db.selectFrom('workspace_members').select('user_id').where('workspace_id', '=', place.id).where('role', '<>', 'guest').execute()
      expect((await world.workspace.getChannel(owner, room.id)).member_count).toBe(full.length)
    }
  })
})

describe('an invite that is made in the moment in which its maker loses the right to', () => {
  const takeRight: Readonly<Record<string, (maker: TestUser, place: Workspace) => Promise<unknown>>> = {
    'they become a guest': (maker, place) => setRole(owner, maker, 'guest', place),
    'they are deactivated': ({ userId }, { id }) => world.workspace.deactivateWorkspaceMember(owner, { workspace_id: id, user_id: userId }),
    'members may not invite any more': (_, { id }) => world.workspace.updateWorkspace(owner, { workspace_id: id, settings: { members_may_invite: false } }),
    'the workspace is deleted': (_, { id }) => world.workspace.deleteWorkspace(owner, id),
  }

  it.each(Object.entries(takeRight))('is ended with it, and is waited for by nobody who holds what an acceptance needs: %s', async (_, take) => {
    const place = await world.aWorkspace({ owner })
    const [maker, general] = [await world.aMember({ of: place }), await world.generalOf(place, owner)]
    // What making an invite holds.
    const making = await world.db.startTransaction().execute()
    await making.selectFrom('workspaces').select('id').where('id', '=', place.id).forShare().execute()
    const taking = take(maker, place)
    await waitFor(async () => (await waitingBackends()) > 0)
    const { id } = await world.workspace.createInvite(maker, { workspace_id: place.id })
    // What accepting it holds, and then takes.
    const accepting = await world.db.startTransaction().execute()
    await accepting.selectFrom('workspace_invites').select('id').where('id', '=', id).forNoKeyUpdate().execute()
    await making.commit().execute()
    await lockHeads(accepting, [general.id])
    await accepting.selectFrom('workspaces').select('id').where('id', '=', place.id).forShare().execute()
    await accepting.commit().execute()
    await taking
    expect(await world.db.selectFrom('workspace_invites').select('revoked_at').where('id', '=', id).execute()).toEqual([{ revoked_at: expect.any(Date) }])
  })
})

describe('all of this', () => {
  it('takes its locks in one order: there was not one deadlock for the unit of work to retry', async () => {
    const { rows } = await sql<{ deadlocks: number }>`select deadlocks from pg_stat_database where datname = current_database()`.execute(world.db)
    expect(rows).toEqual([{ deadlocks: 0 }])
  })
})
