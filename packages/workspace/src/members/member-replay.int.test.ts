import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { createChatWorld, replay, type ChatWorld, type Replayed, type TestUser } from '@afrochat/test-support'
import type { MemberChange } from './update-member.ts'

let world: ChatWorld
let workspace: Workspace
let general: Channel, room: Channel
let owner: TestUser, admin: TestUser, alice: TestUser, bob: TestUser, guest: TestUser, leaver: TestUser

// Each act changes who is what: everybody begins anew.
beforeEach(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  general = await world.generalOf(workspace, owner)
  admin = await world.aMember({ of: workspace, role: 'admin' })
  ;[alice, bob, leaver] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
  room = await world.aChannel({ in: workspace, by: alice, members: [bob] })
  guest = await world.aMember({ of: workspace, role: 'guest', channels: [room] })
})
afterEach(() => world.close())

/** What each saw of the act. What they knew before with that is what they are told afterwards, or the events say too little. */
async function watch(act: () => Promise<unknown>) {
  const seen = await replay(world, { workspaceId: workspace.id, viewers: { owner, admin, alice, bob, guest, leaver } }, act)
  for (const [name, { applied, after }] of Object.entries<Replayed>(seen)) {
    // Who is no longer in the workspace has nothing to compare it with.
    if (after !== undefined && applied !== undefined) expect({ name, boot: applied }).toEqual({ name, boot: after })
  }
  return Object.fromEntries(Object.entries<Replayed>(seen).map(([name, { received }]) => [name, received.map(({ type }) => type)]))
}
type Viewer = 'owner' | 'admin' | 'alice' | 'bob' | 'guest' | 'leaver'
const forAll = <T>(value: T, others: Partial<Record<Viewer, T>> = {}): Record<Viewer, T> =>
  ({ owner: value, admin: value, alice: value, bob: value, guest: value, leaver: value, ...others })
const setMember = ({ userId }: TestUser, change: MemberChange) =>
  world.workspace.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: userId, ...change })

describe('boot, change a workspace or somebody in it, apply what was received: equals a later boot', () => {
  it('a new name and settings, to everybody', async () => {
    const act = () => world.workspace.updateWorkspace(admin, { workspace_id: workspace.id, name: 'Renamed', settings: { guests_may_pin: true } })
    expect(await watch(act)).toEqual(forAll(['workspace_updated']))
  })

  it('another role among full members, to full members', async () => {
    expect(await watch(() => setMember(bob, { role: 'admin' }))).toEqual(forAll(['workspace_member_updated'], { guest: [] }))
    expect(await watch(() => setMember(bob, { role: 'member' }))).toEqual(forAll(['workspace_member_updated'], { guest: [] }))
  })

  it('a guest who becomes a member, to full members and to the guest, and the default channel that they join to it', async () => {
    const both = ['workspace_member_updated', 'member_joined']
    expect(await watch(() => setMember(guest, { role: 'member' }))).toEqual(forAll(both))
  })

  it('a member who becomes a guest: from then on they get what guests get', async () => {
    const seen = await watch(async () => {
      await setMember(bob, { role: 'guest', channel_ids: [room.id] })
      await world.aChannel({ in: workspace, by: alice })
      await setMember(leaver, { role: 'admin' })
    })
    const changes = ['member_left', 'workspace_member_updated', 'channel_created', 'workspace_member_updated']
    expect(seen).toEqual(forAll(changes, {
      alice: ['member_left', 'workspace_member_updated', 'member_joined', 'workspace_member_updated'],
      bob: ['member_left', 'workspace_member_updated'],
      guest: [],
    }))
  })

  it('a workspace that is handed over, to everybody', async () => {
    const all = ['workspace_member_updated', 'workspace_updated', 'workspace_member_updated']
    expect(await watch(() => world.workspace.transferWorkspace(owner, { workspace_id: workspace.id, user_id: alice.userId })))
      .toEqual(forAll(all, { guest: ['workspace_updated'] }))
  })

  it('leaving, to full members, and to those in the channels; the one who leaves gets nothing after it', async () => {
    await world.workspace.joinChannel(leaver, room.id)
    const seen = await watch(async () => {
      await world.workspace.leaveWorkspace(leaver, workspace.id)
      await world.aMessage({ in: general, by: alice })
      await world.workspace.updateWorkspace(owner, { workspace_id: workspace.id, name: 'After' })
    })
    const inRoom = ['member_left', 'member_left', 'workspace_member_left', 'message_sent', 'workspace_updated']
    const inGeneral = ['member_left', 'workspace_member_left', 'message_sent', 'workspace_updated']
    expect(seen).toEqual({
      owner: inGeneral, admin: inGeneral, alice: inRoom, bob: inRoom, guest: ['member_left', 'workspace_updated'],
      leaver: ['member_left', 'member_left', 'workspace_member_left'],
    })
  })

  it('being reactivated, to full members, and to those in the channels', async () => {
    await world.workspace.joinChannel(leaver, room.id)
    await world.workspace.deactivateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: leaver.userId })
    const inRoom = ['workspace_member_joined', 'member_joined', 'member_joined']
    expect(await watch(() => setMember(leaver, { deactivated: false }))).toEqual({
      owner: inRoom.slice(0, 2), admin: inRoom.slice(0, 2), alice: inRoom, bob: inRoom, guest: ['member_joined'], leaver: inRoom,
    })
  })

  it('the end of the workspace, to everybody, and it is the last that they hear of it', async () => {
    expect(await watch(() => world.workspace.deleteWorkspace(owner, workspace.id))).toEqual(forAll(['workspace_deleted']))
  })
})
