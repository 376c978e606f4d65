import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace, WorkspaceRole } from '@afrochat/contracts'
import { newId, type UserId } from '@afrochat/kernel'
import { createChatWorld, eventsOf, type ChatWorld, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let workspace: Workspace
let general: Channel
let owner: TestUser, admin: TestUser, alice: TestUser

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  general = await world.generalOf(workspace, owner)
  ;[admin, alice] = [await world.aMember({ of: workspace, role: 'admin' }), await world.aMember({ of: workspace })]
})
afterAll(() => world.close())

const deactivate = (by: TestUser, { userId }: Pick<TestUser, 'userId'>) => world.workspace.deactivateWorkspaceMember(by, { workspace_id: workspace.id, user_id: userId })
const reactivate = (by: TestUser, { userId }: Pick<TestUser, 'userId'>) =>
  world.workspace.updateWorkspaceMember(by, { workspace_id: workspace.id, user_id: userId, deactivated: false })
const leave = (user: TestUser) => world.workspace.leaveWorkspace(user, workspace.id)
async function aMember(role: WorkspaceRole): Promise<TestUser> {
  const made = await world.aMember({ of: workspace, role: role === 'owner' ? 'admin' : role, channels: [general] })
  if (role === 'owner') await world.workspace.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: made.userId, role })
  return made
}
const aRoom = (facts: { private?: boolean; members?: TestUser[] } = {}) => world.aChannel({ in: workspace, by: alice, ...facts })
const listed = async ({ userId }: TestUser) =>
  (await world.workspace.listWorkspaceMembers(owner, { workspace_id: workspace.id, limit: 200 })).items.find(({ user }) => user.id === userId)
const lastAudit = async () => (await world.workspace.listAuditLog(owner, { workspace_id: workspace.id, limit: 1 })).items[0]
const roomsOf = async (user: TestUser) => (await world.workspace.boot(user, workspace.id)).channels.map(({ id }) => id)

describe('deactivating somebody', () => {
  it.each([
    ['owner', 'guest', null], ['owner', 'member', null], ['owner', 'admin', null], ['owner', 'owner', null],
    ['admin', 'guest', null], ['admin', 'member', null], ['admin', 'admin', 'role_not_allowed'], ['admin', 'owner', 'role_not_allowed'],
    ['member', 'guest', 'role_not_allowed'], ['member', 'member', 'role_not_allowed'], ['guest', 'member', 'guest_not_allowed'],
  ] as const)('as an %s, of an %s: %s', async (by, of, refusal) => {
    const [actor, target] = [await aMember(by), await aMember(of)]
    if (refusal === null) {
      await deactivate(actor, target)
      await expect(world.workspace.boot(target, workspace.id)).rejects.toMatchObject({ kind: 'not_found', code: 'workspace_not_found' })
    } else {
      await expect(deactivate(actor, target)).rejects.toMatchObject({ kind: 'forbidden', code: refusal })
      await expect(world.workspace.boot(target, workspace.id)).resolves.toMatchObject({ role: of })
    }
  })

  it('ends all their channels, direct messages included, then their membership, and says who did it', async () => {
    const bob = await aMember('member')
    const secret = await aRoom({ private: true, members: [bob] })
    const { channel: dm } = await world.workspace.openDm(bob, { workspace_id: workspace.id, user_ids: [alice.userId] })
    const before = world.events.length
    await deactivate(admin, bob)
    const events = world.events.slice(before)
    expect(events.map(({ type, stream_key, audience }) => [type, stream_key, audience])).toEqual([
      ...[general, secret, dm].map(({ id }) => ['member_left', `c:${id}`, 'all']),
      ['workspace_member_left', `w:${workspace.id}`, 'members'],
    ])
    for (const { payload } of events) expect(JSON.parse(payload)).toMatchObject({ user_id: bob.userId, removed_by: admin.userId })
    expect(await world.db.selectFrom('channel_members').select('channel_id').where('user_id', '=', bob.userId).where('to_seq', 'is', null).execute()).toEqual([])
    expect((await world.workspace.getChannel(alice, dm.id))).toMatchObject({ member_count: 1, user_ids: [bob, alice].map(({ userId }) => userId).toSorted() })
    expect(await lastAudit()).toMatchObject({ action: 'member_deactivated', actor_id: admin.userId, target_id: bob.userId, details: { role: 'member' } })
  })

  it('keeps them among the members, and what they wrote in its place', async () => {
    const bob = await aMember('member')
    const room = await aRoom({ members: [bob] })
    const message = await world.aMessage({ in: room, by: bob, content: 'I was here' })
    await deactivate(admin, bob)
    expect(await listed(bob)).toMatchObject({ role: 'member', deactivated_at: expect.any(String) })
    expect(await world.chat.getMessage(alice, message.id)).toMatchObject({ content: 'I was here', user_id: bob.userId })
  })

  it('twice changes nothing', async () => {
    const bob = await aMember('member')
    await deactivate(admin, bob)
    const [before, entry, row] = [world.events.length, await lastAudit(), await listed(bob)]
    await deactivate(owner, bob)
    expect([world.events.length, await lastAudit(), await listed(bob)]).toEqual([before, entry, row])
  })

  it('is not for oneself, and says user_not_found of who is not in the workspace', async () => {
    await expect(deactivate(admin, admin)).rejects.toMatchObject({ kind: 'conflict', code: 'cant_deactivate_self' })
    for (const nobody of [await world.aUser(), { userId: newId<UserId>() }]) {
      await expect(deactivate(owner, nobody)).rejects.toMatchObject({ kind: 'not_found', code: 'user_not_found' })
    }
    await expect(deactivate(await world.aUser(), alice)).rejects.toMatchObject({ code: 'workspace_not_found' })
  })

  it('of the owner by name hands the workspace to another owner', async () => {
    const [first, second] = [await world.aUser(), await world.aUser()]
    const place = await world.aWorkspace({ owner: first })
    await world.workspace.acceptInvite(second, (await world.workspace.createInvite(first, { workspace_id: place.id })).token)
    await world.workspace.updateWorkspaceMember(first, { workspace_id: place.id, user_id: second.userId, role: 'owner' })
    await world.workspace.deactivateWorkspaceMember(second, { workspace_id: place.id, user_id: first.userId })
    expect((await world.workspace.getWorkspace(second, place.id)).owner_id).toBe(second.userId)
    await expect(world.workspace.leaveWorkspace(second, place.id)).rejects.toMatchObject({ code: 'last_owner' })
  })

  it('keeps who had left by themselves from coming back by an invite', async () => {
    const bob = await aMember('member')
    await leave(bob)
    await deactivate(admin, bob)
    expect(await lastAudit()).toMatchObject({ action: 'member_deactivated', target_id: bob.userId })
    const { token } = await world.workspace.createInvite(owner, { workspace_id: workspace.id })
    await expect(world.workspace.acceptInvite(bob, token)).rejects.toMatchObject({ kind: 'forbidden', code: 'membership_deactivated' })
  })
})

describe('leaving the workspace', () => {
  it('is for everybody, and the events say that nobody did it to them', async () => {
    for (const role of ['guest', 'member', 'admin', 'owner'] as const) {
      const user = await aMember(role)
      const before = world.events.length
      await leave(user)
      const events = world.events.slice(before)
      expect(events.map(({ type }) => type)).toEqual(['member_left', 'workspace_member_left'])
      for (const { payload } of events) expect(JSON.parse(payload)).toMatchObject({ user_id: user.userId, removed_by: null })
      await expect(leave(user)).rejects.toMatchObject({ kind: 'not_found', code: 'workspace_not_found' })
    }
  })

  it('is possible for the last member of a private channel, whom nobody else would miss', async () => {
    const bob = await aMember('member')
    const secret = await world.aChannel({ in: workspace, by: bob, private: true })
    await leave(bob)
    expect(eventsOf(world, secret.id).at(-1)).toMatchObject({ type: 'member_left', actor_id: bob.userId })
  })
})

describe('reactivating somebody', () => {
  it('puts them back as what they were where they were, with nothing unread, and says so', async () => {
    const bob = await aMember('admin')
    const [managed, secret] = [await world.aChannel({ in: workspace, by: bob }), await aRoom({ private: true, members: [bob] })]
    const { channel: dm } = await world.workspace.openDm(bob, { workspace_id: workspace.id, user_ids: [alice.userId] })
    await deactivate(owner, bob)
    await world.aMessage({ in: general, by: alice, content: `<@${bob.userId}>, where are you?` })
    const before = world.events.length
    const member = await reactivate(owner, bob)
    expect(member).toMatchObject({ user: { id: bob.userId }, role: 'admin', deactivated_at: null })

    const events = world.events.slice(before)
    expect(events.map(({ type }) => type)).toEqual(['workspace_member_joined', ...Array(4).fill('member_joined')])
    expect(JSON.parse(events[0]?.payload ?? '')).toMatchObject({ role: 'admin', joined_at: member.joined_at, user: { id: bob.userId } })
    expect(JSON.parse(events[1]?.payload ?? '')).toMatchObject({ added_by: owner.userId })
    const { role, channels } = await world.workspace.boot(bob, workspace.id)
    expect(role).toBe('admin')
    expect(new Map(channels.map(({ id, role: inIt, unread_count, mention_count }) => [id, [inIt, unread_count, mention_count]]))).toEqual(new Map([
      [general.id, ['member', 0, 0]], [managed.id, ['manager', 0, 0]], [secret.id, ['member', 0, 0]], [dm.id, ['member', 0, 0]],
    ]))
    expect(await lastAudit()).toMatchObject({ action: 'member_reactivated', actor_id: owner.userId, target_id: bob.userId })
  })

  it('keeps what they wanted of their channels', async () => {
    const bob = await aMember('member')
    const room = await aRoom({ members: [bob] })
    await world.workspace.setChannelPreferences(bob, { channel_id: room.id, muted: true, starred: true })
    await deactivate(admin, bob)
    await reactivate(admin, bob)
    expect(await world.workspace.getChannel(bob, room.id)).toMatchObject({ is_member: true, muted: true, starred: true })
  })

  it('leads into no channel that is gone, or was closed to the public meanwhile; archived ones are still theirs to read', async () => {
    const bob = await aMember('member')
    const [deleted, closed, archived] = [await aRoom({ members: [bob] }), await aRoom({ members: [bob] }), await aRoom({ private: true, members: [bob] })]
    await deactivate(admin, bob)
    await world.workspace.deleteChannel(owner, deleted.id)
    await world.workspace.updateChannel(owner, { channel_id: closed.id, kind: 'private' })
    await world.workspace.archiveChannel(alice, archived.id)
    await reactivate(admin, bob)
    expect(await roomsOf(bob)).toEqual([general.id, archived.id])
  })

  it('leads into a default channel that is new', async () => {
    const bob = await aMember('member')
    const [room, ordinary] = [await aRoom(), await aRoom()]
    await deactivate(admin, bob)
    await world.workspace.updateChannel(owner, { channel_id: room.id, is_default: true })
    await reactivate(admin, bob)
    expect(await roomsOf(bob)).toEqual([general.id, room.id])
    await world.workspace.updateChannel(owner, { channel_id: room.id, is_default: false })
    expect(ordinary.id).not.toBe(room.id)
  })

  it('takes the same right as deactivating', async () => {
    const [bob, former] = [await aMember('member'), await aMember('admin')]
    await deactivate(owner, bob)
    await deactivate(owner, former)
    await expect(reactivate(alice, bob)).rejects.toMatchObject({ kind: 'forbidden', code: 'role_not_allowed' })
    await expect(reactivate(admin, former)).rejects.toMatchObject({ kind: 'forbidden', code: 'role_not_allowed' })
    await expect(reactivate(admin, bob)).resolves.toMatchObject({ deactivated_at: null })
  })

  it('of who is there changes nothing; of who left by themselves it is refused, and alone it stands', async () => {
    const [bob, gone] = [await aMember('member'), await aMember('member')]
    const before = world.events.length
    await reactivate(admin, bob)
    expect(world.events).toHaveLength(before)
    await leave(gone)
    await expect(reactivate(admin, gone)).rejects.toMatchObject({ kind: 'conflict', code: 'member_has_left' })
    const both = world.workspace.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: gone.userId, deactivated: false, role: 'admin' })
    await expect(both).rejects.toMatchObject({ kind: 'unprocessable', code: 'reactivation_stands_alone' })
  })

  it('comes before changing what somebody is', async () => {
    const bob = await aMember('member')
    await deactivate(admin, bob)
    await expect(world.workspace.updateWorkspaceMember(admin, { workspace_id: workspace.id, user_id: bob.userId, role: 'guest' }))
      .rejects.toMatchObject({ kind: 'conflict', code: 'member_deactivated' })
  })
})

describe('listing the members', () => {
  it('shows admins the addresses of those who are there, and nobody else any', async () => {
    const [bob, gone] = [await aMember('member'), await aMember('member')]
    await deactivate(admin, gone)
    const addressesFor = async (user: TestUser) => {
      const { items } = await world.workspace.listWorkspaceMembers(user, { workspace_id: workspace.id, limit: 200 })
      return [bob, gone].map(({ userId }) => items.find(({ user: { id } }) => id === userId)?.user.email)
    }
    expect(await addressesFor(admin)).toEqual([bob.email, undefined])
    expect(await addressesFor(alice)).toEqual([undefined, undefined])
  })
})
