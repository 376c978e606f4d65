import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace, WorkspaceRole } from '@afrochat/contracts'
import { newId, type ChannelId, type UserId } from '@afrochat/kernel'
import { createWorld, eventsOf, type TestUser, type World } from '@afrochat/test-support'
import type { MemberChange } from './update-member.ts'

let world: World
let workspace: Workspace
let general: Channel
let owner: TestUser

beforeAll(async () => {
  world = await createWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  general = await world.generalOf(workspace, owner)
})
afterAll(() => world.close())

const change = (by: TestUser, { userId }: Pick<TestUser, 'userId'>, fields: MemberChange) =>
  world.workspace.updateWorkspaceMember(by, { workspace_id: workspace.id, user_id: userId, ...fields })
/** Somebody of this role; an owner is made one. */
async function aMember(role: WorkspaceRole, channels: readonly Channel[] = [general]): Promise<TestUser> {
  const made = await world.aMember({ of: workspace, role: role === 'owner' ? 'admin' : role, channels })
  if (role === 'owner') await change(owner, made, { role })
  return made
}
const roleOf = async (user: TestUser) => (await world.workspace.boot(user, workspace.id)).role
const roomsOf = async (user: TestUser) => (await world.workspace.boot(user, workspace.id)).channels.map(({ id }) => id)
const eventsSince = (before: number) => world.events.slice(before).map(({ type }) => type)
const lastAudit = async () => (await world.workspace.listAuditLog(owner, { workspace_id: workspace.id, limit: 1 })).items[0]
const settings = (fields: Partial<Workspace['settings']>) => world.workspace.updateWorkspace(owner, { workspace_id: workspace.id, settings: fields })

const R = 'role_not_allowed'

describe('a role is changed', () => {
  it.each([
    // by, of whom, to what, refusal
    ['owner', 'member', 'admin', null], ['owner', 'member', 'owner', null], ['owner', 'admin', 'member', null], ['owner', 'owner', 'admin', null],
    ['owner', 'owner', 'member', null], ['owner', 'guest', 'admin', null], ['owner', 'guest', 'owner', null], ['owner', 'admin', 'guest', null],
    ['admin', 'member', 'guest', null], ['admin', 'guest', 'member', null],
    ['admin', 'member', 'admin', R], ['admin', 'guest', 'admin', R], ['admin', 'member', 'owner', R], ['admin', 'admin', 'member', R],
    ['admin', 'admin', 'owner', R], ['admin', 'owner', 'member', R], ['admin', 'owner', 'admin', R],
    ['member', 'member', 'guest', R], ['member', 'guest', 'member', R], ['member', 'owner', 'member', R],
    ['guest', 'guest', 'member', 'guest_not_allowed'],
  ] as const)('by an %s, of an %s, to %s: %s', async (by, of, to, refusal) => {
    const [actor, target] = [await aMember(by), await aMember(of)]
    const changing = change(actor, target, { role: to })
    if (refusal === null) await expect(changing).resolves.toMatchObject({ user: { id: target.userId }, role: to, deactivated_at: null })
    else await expect(changing).rejects.toMatchObject({ kind: 'forbidden', code: refusal })
    expect(await roleOf(target)).toBe(refusal === null ? to : of)
  })

  it('by an admin, of admins too, where the owner has allowed it; never of an owner', async () => {
    const [admin, other, member] = [await aMember('admin'), await aMember('admin'), await aMember('member')]
    await settings({ admins_may_manage_admins: true })
    await change(admin, member, { role: 'admin' })
    await change(admin, other, { role: 'member' })
    await expect(change(admin, owner, { role: 'member' })).rejects.toMatchObject({ code: R })
    await expect(change(admin, member, { role: 'owner' })).rejects.toMatchObject({ code: R })
    await settings({ admins_may_manage_admins: false })
  })

  it('of nobody who is not there, and by nobody who is not: answered alike', async () => {
    const stranger = await world.aUser()
    for (const user of [stranger, { userId: newId<UserId>() }]) {
      await expect(change(owner, user, { role: 'admin' })).rejects.toMatchObject({ kind: 'not_found', code: 'user_not_found' })
    }
    await expect(change(stranger, owner, { role: 'member' })).rejects.toMatchObject({ kind: 'not_found', code: 'workspace_not_found' })
  })

  it('to what it is already: no event and no entry', async () => {
    const [member, guest] = [await aMember('member'), await aMember('guest')]
    const [events, entry] = [world.events.length, await lastAudit()]
    await change(owner, member, { role: 'member' })
    await change(owner, guest, { role: 'guest', single_channel: false, channel_ids: [general.id] })
    expect(eventsSince(events)).toEqual([])
    expect(await lastAudit()).toEqual(entry)
  })

  it('with an event for full members and an entry in the audit log', async () => {
    const member = await aMember('member')
    await change(owner, member, { role: 'admin' })
    const event = world.events.at(-1)
    expect(event).toMatchObject({ type: 'workspace_member_updated', stream_key: `w:${workspace.id}`, audience: 'members', actor_id: owner.userId })
    expect(JSON.parse(event?.payload ?? '')).toEqual({ workspace_id: workspace.id, user_id: member.userId, role: 'admin', single_channel: false })
    expect(await lastAudit()).toMatchObject({
      action: 'member_updated', actor_id: owner.userId, target_id: member.userId,
      details: { role: { from: 'member', to: 'admin' }, single_channel: { from: false, to: false }, left_channel_ids: [] },
    })
  })
})

describe('the owner of a workspace', () => {
  const aPlace = async () => {
    const first = await world.aUser()
    const place = await world.aWorkspace({ owner: first })
    const set = (by: TestUser, { userId }: TestUser, role: WorkspaceRole) =>
      world.workspace.updateWorkspaceMember(by, { workspace_id: place.id, user_id: userId, role })
    return { first, place, set, ownerId: async (by = first) => (await world.workspace.getWorkspace(by, place.id)).owner_id }
  }

  it('does not stop being one while there is no other: not by themselves, and nobody else can do it', async () => {
    const { first, place, set } = await aPlace()
    const admin = await world.aMember({ of: place, role: 'admin' })
    await expect(set(first, first, 'member')).rejects.toMatchObject({ kind: 'conflict', code: 'last_owner' })
    await expect(set(admin, first, 'member')).rejects.toMatchObject({ code: R })
    await expect(world.workspace.leaveWorkspace(first, place.id)).rejects.toMatchObject({ kind: 'conflict', code: 'last_owner' })
  })

  it('hands the workspace, when they stop being one, to the other owner who has been in it longest, and everybody is told', async () => {
    const { first, place, set, ownerId } = await aPlace()
    const [elder, younger] = [await world.aMember({ of: place }), await world.aMember({ of: place })]
    await set(first, younger, 'owner')
    await set(first, elder, 'owner')
    await set(younger, first, 'member')
    expect(await ownerId()).toBe(elder.userId)
    const told = world.events.filter(({ type, workspace_id }) => type === 'workspace_updated' && workspace_id === place.id)
    expect(told.map(({ payload, audience }) => [(JSON.parse(payload) as Workspace).owner_id, audience])).toEqual([[elder.userId, 'all']])
    await set(elder, younger, 'admin')
    await expect(set(elder, elder, 'admin')).rejects.toMatchObject({ code: 'last_owner' })
  })

  it('stays the owner by name when another owner stops being one', async () => {
    const { first, place, set, ownerId } = await aPlace()
    const other = await world.aMember({ of: place })
    await set(first, other, 'owner')
    await set(first, other, 'admin')
    expect(await ownerId()).toBe(first.userId)
  })
})

describe('a guest who becomes a full member', () => {
  it('joins the default channels, with nothing in them unread, and is bound to no channel any more', async () => {
    const room = await world.aChannel({ in: workspace, by: owner })
    const guest = await aMember('guest', [room])
    await change(owner, guest, { single_channel: true })
    const before = world.events.length
    expect(await change(owner, guest, { role: 'member' })).toMatchObject({ role: 'member', single_channel: false })
    expect(eventsSince(before)).toEqual(['workspace_member_updated', 'member_joined'])
    const { channels } = await world.workspace.boot(guest, workspace.id)
    expect(channels.map(({ id, unread_count }) => [id, unread_count])).toEqual([[general.id, 0], [room.id, 0]])
  })

  it('who is in the default channel already only changes their role', async () => {
    const guest = await aMember('guest', [general])
    const before = world.events.length
    await change(owner, guest, { role: 'admin' })
    expect(eventsSince(before)).toEqual(['workspace_member_updated'])
  })
})

describe('a member who becomes a guest', () => {
  const inThree = async () => {
    const member = await aMember('member')
    const [open, closed] = [
      await world.aChannel({ in: workspace, by: owner, members: [member] }),
      await world.aChannel({ in: workspace, by: owner, private: true, members: [member] }),
    ]
    return { member, open, closed }
  }

  it('stays in the channels that they are in, the default one included', async () => {
    const { member, open, closed } = await inThree()
    const before = world.events.length
    await change(owner, member, { role: 'guest' })
    expect(eventsSince(before)).toEqual(['workspace_member_updated'])
    expect(await roomsOf(member)).toEqual([general.id, open.id, closed.id])
    await expect(world.workspace.leaveChannel(member, general.id)).resolves.toBeUndefined()
  })

  it('stays in the channels that are named, and leaves the rest before anything else', async () => {
    const { member, open, closed } = await inThree()
    const before = world.events.length
    await change(owner, member, { role: 'guest', channel_ids: [closed.id] })
    expect(await roomsOf(member)).toEqual([closed.id])
    expect(eventsSince(before)).toEqual(['member_left', 'member_left', 'workspace_member_updated'])
    expect(JSON.parse(eventsOf(world, open.id).at(-1)?.payload ?? '')).toEqual({ channel_id: open.id, user_id: member.userId, removed_by: owner.userId })
    expect(await lastAudit()).toMatchObject({ details: { left_channel_ids: [general.id, open.id] } })
  })

  it('keeps their direct messages, which are no channels to be bound to', async () => {
    const { member, open } = await inThree()
    const { channel: dm } = await world.workspace.openDm(member, { workspace_id: workspace.id, user_ids: [owner.userId] })
    await change(owner, member, { role: 'guest', single_channel: true, channel_ids: [open.id] })
    expect((await roomsOf(member)).toSorted()).toEqual([open.id, dm.id].toSorted())
  })

  it('can be bound to one channel alone, and then is in exactly one', async () => {
    const { member, open } = await inThree()
    await expect(change(owner, member, { role: 'guest', single_channel: true })).rejects.toMatchObject({ kind: 'unprocessable', code: 'single_channel_needs_one' })
    expect(await change(owner, member, { role: 'guest', single_channel: true, channel_ids: [open.id] })).toMatchObject({ role: 'guest', single_channel: true })
    await expect(world.workspace.leaveChannel(member, open.id)).rejects.toMatchObject({ code: 'single_channel_guest' })
  })

  it('is bound only to channels that they are in and that whoever binds them can see', async () => {
    const { member, closed } = await inThree()
    const [admin, elsewhere] = [await aMember('admin'), await world.aChannel({ in: workspace, by: owner })]
    const other = await world.aWorkspace()
    const foreign = await world.generalOf(other, await world.aMember({ of: other }))
    for (const [by, id] of [[admin, closed.id], [owner, elsewhere.id], [owner, foreign.id], [owner, newId<ChannelId>()]] as const) {
      await expect(change(by, member, { role: 'guest', channel_ids: [id] })).rejects.toMatchObject({ kind: 'not_found', code: 'channel_not_found' })
    }
    await expect(change(owner, member, { channel_ids: [closed.id] })).rejects.toMatchObject({ kind: 'unprocessable', code: 'not_for_full_members' })
    await expect(change(owner, member, { role: 'admin', single_channel: true })).rejects.toMatchObject({ code: 'not_for_full_members' })
    expect(await roleOf(member)).toBe('member')
  })

  it('loses, as a guest, channels of their list by the same way: no role changes, and they are told by the channels', async () => {
    const { member, open } = await inThree()
    await change(owner, member, { role: 'guest' })
    const before = world.events.length
    await change(owner, member, { channel_ids: [open.id] })
    expect(eventsSince(before)).toEqual(['member_left', 'member_left'])
    expect(await roomsOf(member)).toEqual([open.id])
  })
})
