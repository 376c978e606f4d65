import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { newId, type UserId } from '@afrochat/kernel'
import { createWorld, eventsOf, type TestUser, type World } from '@afrochat/test-support'

let world: World
let workspace: Workspace
let owner: TestUser, alice: TestUser

beforeAll(async () => {
  world = await createWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: workspace })
})
afterAll(() => world.close())

describe('readSubscriptions', () => {
  it('gives the open memberships, the active workspaces with the role, and the log\'s place', async () => {
    const bob = await world.aMember({ of: workspace })
    const general = await world.generalOf(workspace, bob)
    const [kept, left] = [await world.aChannel({ in: workspace, by: bob, private: true }), await world.aChannel({ in: workspace, by: bob })]
    await world.workspace.leaveChannel(bob, left.id)
    const other = await world.aWorkspace()
    const guestRoom = await world.generalOf(other, await world.aMember({ of: other }))
    const { token } = await world.workspace.createInvite(ownerOf(other), { workspace_id: other.id, role: 'guest', channel_ids: [guestRoom.id] })
    await world.workspace.acceptInvite(bob, token)

    const { positions, channels, workspaces } = await world.workspace.readSubscriptions(bob.userId, [0, 1])
    expect(positions).toEqual([
      { epoch: expect.stringMatching(/^[0-9a-z]{12}$/), shard: 0, pos: world.events.at(-1)?.pos },
      { epoch: positions[0]?.epoch, shard: 1, pos: 0 },
    ])
    expect(new Set(channels)).toEqual(new Set([
      { channelId: general.id, workspaceId: workspace.id },
      { channelId: kept.id, workspaceId: workspace.id },
      { channelId: guestRoom.id, workspaceId: other.id },
    ]))
    expect(new Set(workspaces)).toEqual(new Set([{ workspaceId: workspace.id, role: 'member' }, { workspaceId: other.id, role: 'guest' }]))
  })

  it('leaves out a workspace in which the user is deactivated, with all its channels; and knows nobody of an unknown one', async () => {
    const gone = await world.aMember({ of: workspace })
    await world.workspace.deactivateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: gone.userId })
    expect(await world.workspace.readSubscriptions(gone.userId, [0])).toMatchObject({ channels: [], workspaces: [] })
    expect(await world.workspace.readSubscriptions(newId<UserId>(), [0])).toMatchObject({ channels: [], workspaces: [], positions: [{ shard: 0 }] })
  })

  it('is one moment: what the events up to its position say is what it lists, while memberships change', async () => {
    const bob = await world.aMember({ of: workspace })
    const room = await world.aChannel({ in: workspace, by: alice })
    let goesOn = true
    const churn = (async () => {
      while (goesOn) {
        await world.workspace.joinChannel(bob, room.id)
        await world.workspace.leaveChannel(bob, room.id)
      }
    })()
    const seen = []
    for (let index = 0; index < 100; index += 1) seen.push(await world.workspace.readSubscriptions(bob.userId, [0]))
    goesOn = false
    await churn
    for (const { positions, channels } of seen) {
      const moves = world.events.filter(({ type, stream_key: stream }) => stream === `c:${room.id}` && type.startsWith('member_'))
      const latest = moves.findLast(({ pos }) => pos <= (positions[0]?.pos ?? 0))
      const isIn = latest?.type === 'member_joined' && JSON.parse(latest.payload).user.id === bob.userId
      expect(channels.some(({ channelId }) => channelId === room.id)).toBe(isIn)
    }
  })
})

describe('listPlaces', () => {
  it('gives each channel and workspace once, also those that are left or in which the user is deactivated', async () => {
    const bob = await world.aMember({ of: workspace })
    const general = await world.generalOf(workspace, bob)
    const room = await world.aChannel({ in: workspace, by: alice, private: true, members: [bob] })
    const left = await world.aChannel({ in: workspace, by: alice, members: [bob] })
    await world.workspace.removeChannelMember(alice, { channel_id: room.id, user_id: bob.userId })
    await world.workspace.addChannelMembers(alice, { channel_id: room.id, user_ids: [bob.userId] })
    await world.workspace.leaveChannel(bob, left.id)
    await world.workspace.deactivateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: bob.userId })
    await world.workspace.deleteChannel(owner, left.id)

    const leftAt = ({ id }: Channel) => eventsOf(world, id).findLast(({ type }) => type === 'member_left')?.seq
    const { workspaceIds, channels } = await world.workspace.listPlaces(bob.userId)
    expect(workspaceIds).toEqual([workspace.id])
    expect(channels).toHaveLength(3)
    expect(new Set(channels)).toEqual(new Set([
      { channelId: general.id, workspaceId: workspace.id, kind: 'public', isDeleted: false, leftSeq: leftAt(general) },
      { channelId: room.id, workspaceId: workspace.id, kind: 'private', isDeleted: false, leftSeq: leftAt(room) },
      { channelId: left.id, workspaceId: workspace.id, kind: 'public', isDeleted: true, leftSeq: leftAt(left) },
    ]))
  })
})

const ownerOf = ({ owner_id: userId }: Workspace): TestUser => ({ ...owner, userId })
