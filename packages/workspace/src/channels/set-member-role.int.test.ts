import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, ChannelRole, Workspace } from '@afrochat/contracts'
import { createWorld, eventsOf, type TestUser, type World } from '@afrochat/test-support'

let world: World
let workspace: Workspace
let owner: TestUser, admin: TestUser, alice: TestUser, bob: TestUser, outsider: TestUser

beforeAll(async () => {
  world = await createWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  admin = await world.aMember({ of: workspace, role: 'admin' })
  ;[alice, bob, outsider] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
})
afterAll(() => world.close())

const aChannel = (facts: { private?: boolean } = {}) => world.aChannel({ in: workspace, by: alice, members: [bob], ...facts })
const set = (by: TestUser, { id }: Channel, { userId }: TestUser, role: ChannelRole) =>
  world.workspace.setMemberRole(by, { channel_id: id, user_id: userId, role })

describe('setMemberRole', () => {
  it('makes a member a manager, who may then what managers may; twice changes nothing', async () => {
    const channel = await aChannel()
    await expect(world.workspace.removeChannelMember(bob, { channel_id: channel.id, user_id: alice.userId })).rejects.toMatchObject({ code: 'not_allowed' })
    expect(await set(alice, channel, bob, 'manager')).toMatchObject({ user: { id: bob.userId }, role: 'manager' })
    const event = eventsOf(world, channel.id).at(-1)
    expect(event).toMatchObject({ type: 'member_updated', seq: channel.last_seq + 1, actor_id: alice.userId })
    expect(JSON.parse(event?.payload ?? '')).toEqual({ channel_id: channel.id, user_id: bob.userId, role: 'manager' })

    const before = world.events.length
    expect(await set(alice, channel, bob, 'manager')).toMatchObject({ role: 'manager' })
    expect(world.events).toHaveLength(before)
    // Managers remove managers.
    await world.workspace.removeChannelMember(bob, { channel_id: channel.id, user_id: alice.userId })
  })

  it('leaves a channel that works when nobody manages it any more: admins do what managers would', async () => {
    const channel = await aChannel()
    expect(await set(alice, channel, alice, 'member')).toMatchObject({ role: 'member' })
    await expect(set(alice, channel, bob, 'manager')).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    await set(admin, channel, bob, 'manager')
    expect((await world.workspace.getChannel(bob, channel.id)).role).toBe('manager')
  })

  it('is for managers and admins who may see the channel', async () => {
    const [open, closed] = [await aChannel(), await aChannel({ private: true })]
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [open] })
    for (const user of [bob, outsider, guest]) await expect(set(user, open, bob, 'manager')).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    for (const user of [admin, owner, outsider]) await expect(set(user, closed, bob, 'manager')).rejects.toMatchObject({ kind: 'not_found', code: 'channel_not_found' })
  })

  it('is of members, and guests never manage', async () => {
    const channel = await aChannel()
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [channel] })
    await expect(set(alice, channel, outsider, 'manager')).rejects.toMatchObject({ kind: 'not_found', code: 'user_not_found' })
    await expect(set(alice, channel, guest, 'manager')).rejects.toMatchObject({ kind: 'conflict', code: 'guest_cant_manage' })
    expect(await set(alice, channel, guest, 'member')).toMatchObject({ role: 'member' })
  })
})
