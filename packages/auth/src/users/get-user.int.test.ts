import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { newId, type UserId } from '@afrochat/kernel'
import type { TestUser } from '@afrochat/test-support'
import { createAuthWorld, type AuthWorld } from '../auth-fixture.ts'

let world: AuthWorld
let acme: Workspace
let owner: TestUser
let member: TestUser
let guest: TestUser
let room: Channel

beforeAll(async () => {
  world = await createAuthWorld()
  owner = await world.aUser()
  acme = await world.aWorkspace({ owner })
  room = await world.aChannel({ in: acme, by: owner })
  member = await world.aMember({ of: acme })
  guest = await world.aMember({ of: acme, role: 'guest', channels: [room] })
})
afterAll(() => world.close())

const notFound = { kind: 'not_found', code: 'user_not_found' }
const leaveWorkspace = ({ userId }: TestUser) =>
  world.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', userId).execute()

describe('one\'s own account', () => {
  it('is shown with the email address', async () => {
    expect(await world.auth.getMe(owner)).toMatchObject({ id: owner.userId, email: owner.email })
  })

  it('is not there for the token of an account that is gone', async () => {
    await expect(world.auth.getMe({ ...owner, userId: newId<UserId>() })).rejects.toMatchObject({ code: 'invalid_token' })
  })
})

describe('another person', () => {
  it('is seen by who shares a workspace, without the email address', async () => {
    const user = await world.auth.getUser(member, owner.userId)
    expect(user).toMatchObject({ id: owner.userId, username: owner.username })
    expect(user).not.toHaveProperty('email')
  })

  it('shows the email address to themselves and to the admins of a workspace that they are in, and to nobody else', async () => {
    const admin = await world.aMember({ of: acme, role: 'admin' })
    for (const viewer of [owner, admin, member]) expect(await world.auth.getUser(viewer, member.userId)).toMatchObject({ email: member.email })
    for (const viewer of [await world.aMember({ of: acme }), guest]) {
      if (viewer !== guest) expect(await world.auth.getUser(viewer, member.userId)).not.toHaveProperty('email')
      expect(await world.auth.getUser(viewer, owner.userId)).not.toHaveProperty('email')
    }
  })

  it('hides the address from an admin of a workspace that they have left, or that only the admin\'s role elsewhere is of', async () => {
    const former = await world.aMember({ of: acme })
    await world.workspace.leaveWorkspace(former, acme.id)
    expect(await world.auth.getUser(owner, former.userId)).not.toHaveProperty('email')
    await world.aWorkspace({ owner: member })
    expect(await world.auth.getUser(member, owner.userId)).not.toHaveProperty('email')
  })

  it('is not found by a stranger, like somebody who does not exist', async () => {
    const stranger = await world.aUser()
    await expect(world.auth.getUser(stranger, owner.userId)).rejects.toMatchObject(notFound)
    await expect(world.auth.getUser(owner, stranger.userId)).rejects.toMatchObject(notFound)
    await expect(world.auth.getUser(owner, newId<UserId>())).rejects.toMatchObject(notFound)
    expect(await world.auth.getUser(stranger, stranger.userId)).toMatchObject({ id: stranger.userId })
  })

  it('is seen by a guest only when both are in a channel', async () => {
    expect(await world.auth.getUser(guest, owner.userId)).toMatchObject({ id: owner.userId })
    await expect(world.auth.getUser(guest, member.userId)).rejects.toMatchObject(notFound)
    expect(await world.auth.getUser(member, guest.userId)).toMatchObject({ id: guest.userId })
    await world.workspace.joinChannel(member, room.id)
    expect(await world.auth.getUser(guest, member.userId)).toMatchObject({ id: member.userId })
    await world.workspace.leaveChannel(member, room.id)
    await expect(world.auth.getUser(guest, member.userId)).rejects.toMatchObject(notFound)
  })

  it('is not seen by a guest for a channel of another workspace, where only the other is', async () => {
    const elsewhere = await world.aWorkspace({ owner: member })
    await world.aChannel({ in: elsewhere, by: member })
    await expect(world.auth.getUser(guest, member.userId)).rejects.toMatchObject(notFound)
  })

  it('stays known after leaving, since the messages do; but knows nobody any more', async () => {
    const former = await world.aMember({ of: acme })
    await leaveWorkspace(former)
    expect(await world.auth.getUser(owner, former.userId)).toMatchObject({ id: former.userId })
    await expect(world.auth.getUser(former, owner.userId)).rejects.toMatchObject(notFound)
  })
})

describe('whether somebody is here', () => {
  const mayBeSeenBy = async (viewer: TestUser, ...people: TestUser[]) => {
    const asked = [...people.map(({ userId }) => userId), newId<UserId>()]
    const rightful = await world.auth.rightfulSights(asked.map((id) => ({ viewer: viewer.userId, id })))
    expect(rightful.every((sight) => sight.viewer === viewer.userId)).toBe(true)
    return people.map(({ userId }) => rightful.some(({ id }) => id === userId))
  }

  it('is for who shares a workspace with them now: not for a stranger, and neither of nor for who has left', async () => {
    const [stranger, former] = [await world.aUser(), await world.aMember({ of: acme })]
    expect(await mayBeSeenBy(owner, owner, member, guest, former, stranger)).toEqual([true, true, true, true, false])
    await world.workspace.leaveWorkspace(former, acme.id)
    expect(await mayBeSeenBy(owner, member, former)).toEqual([true, false])
    expect(await mayBeSeenBy(former, former, owner)).toEqual([true, false])
  })

  it('is for a guest only while both are in a channel that is there', async () => {
    const [person, shared] = [await world.aMember({ of: acme }), await world.aChannel({ in: acme, by: owner })]
    expect(await mayBeSeenBy(guest, owner, person)).toEqual([true, false])
    await world.workspace.addChannelMembers(owner, { channel_id: shared.id, user_ids: [guest.userId, person.userId] })
    expect(await mayBeSeenBy(guest, person)).toEqual([true])
    await world.workspace.deleteChannel(owner, shared.id)
    expect(await mayBeSeenBy(guest, person)).toEqual([false])
  })

  it('is not for a former fellow of a workspace that was deleted', async () => {
    const [boss, other] = [await world.aUser(), await world.aUser()]
    const doomed = await world.aWorkspace({ owner: boss })
    const { token } = await world.workspace.createInvite(boss, { workspace_id: doomed.id })
    await world.workspace.acceptInvite(other, token)
    expect(await mayBeSeenBy(boss, other)).toEqual([true])
    await world.workspace.deleteWorkspace(boss, doomed.id)
    expect(await mayBeSeenBy(boss, other)).toEqual([false])
  })
})
