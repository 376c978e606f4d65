import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { createChatWorld, replay, type ChatWorld, type Replayed, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, admin: TestUser, alice: TestUser, bob: TestUser, outsider: TestUser, guest: TestUser

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  admin = await world.aMember({ of: workspace, role: 'admin' })
  ;[alice, bob, outsider] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
  guest = await world.aMember({ of: workspace, role: 'guest', channels: [await world.generalOf(workspace, owner)] })
})
afterAll(() => world.close())

/** What each saw of the act. What they knew before with that is what they are told afterwards, or the events say too little. */
async function watch(act: () => Promise<unknown>) {
  const seen = await replay(world, { workspaceId: workspace.id, viewers: { admin, alice, bob, outsider, guest } }, act)
  for (const [name, { applied, after }] of Object.entries<Replayed>(seen)) expect({ name, boot: applied }).toEqual({ name, boot: after })
  return Object.fromEntries(Object.entries<Replayed>(seen).map(([name, { received }]) => [name, received.map(({ type }) => type)]))
}
/** Of alice, with bob and the guest in it. */
const aRoom = (facts: { private?: boolean; members?: TestUser[] } = {}) => world.aChannel({ in: workspace, by: alice, members: [bob], ...facts })
async function aRoomWithGuest(facts: { private?: boolean } = {}): Promise<Channel> {
  const room = await aRoom({ ...facts, members: [bob, guest] })
  await world.aMessage({ in: room, by: bob, content: `hello <@${alice.userId}> @channel` })
  return room
}

describe('boot, change a channel, apply what was received: equals a later boot', () => {
  it('a rename and a topic of a public one, to those in it, and to the others who could join', async () => {
    const room = await aRoomWithGuest()
    const all = ['channel_updated', 'message_sent', 'message_sent']
    expect(await watch(() => world.workspace.updateChannel(bob, { channel_id: room.id, name: `${room.name}-2`, topic: 'x' })))
      .toEqual({ admin: ['channel_updated'], alice: all, bob: all, outsider: ['channel_updated'], guest: all })
  })

  it('a topic of a private one, to those in it alone', async () => {
    const room = await aRoom({ private: true })
    const all = ['channel_updated', 'message_sent']
    expect(await watch(() => world.workspace.updateChannel(bob, { channel_id: room.id, topic: 'x' }))).toEqual({ admin: [], alice: all, bob: all, outsider: [], guest: [] })
  })

  it('becoming private: it is gone for who is not in it', async () => {
    const room = await aRoomWithGuest()
    const all = ['channel_updated', 'message_sent']
    expect(await watch(() => world.workspace.updateChannel(admin, { channel_id: room.id, kind: 'private' })))
      .toEqual({ admin: ['channel_deleted'], alice: all, bob: all, outsider: ['channel_deleted'], guest: all })
  })

  it('becoming public: it is there for every full member', async () => {
    const room = await aRoom({ private: true, members: [bob, admin] })
    const all = ['channel_updated', 'message_sent']
    expect(await watch(() => world.workspace.updateChannel(admin, { channel_id: room.id, kind: 'public' })))
      .toEqual({ admin: all, alice: all, bob: all, outsider: ['channel_created'], guest: [] })
  })

  it('archiving and coming back', async () => {
    const room = await aRoomWithGuest()
    const archived = ['channel_archived', 'message_sent']
    expect(await watch(() => world.workspace.archiveChannel(admin, room.id)))
      .toEqual({ admin: ['channel_archived'], alice: archived, bob: archived, outsider: ['channel_archived'], guest: archived })
    const back = ['channel_unarchived', 'message_sent']
    expect(await watch(() => world.workspace.unarchiveChannel(admin, room.id)))
      .toEqual({ admin: ['channel_unarchived'], alice: back, bob: back, outsider: ['channel_unarchived'], guest: back })
  })

  it('a deletion is the last of it for everybody, told once', async () => {
    const gone = ['channel_deleted']
    const [open, closed] = [await aRoomWithGuest(), await aRoom({ private: true, members: [bob, admin] })]
    expect(await watch(() => world.workspace.deleteChannel(admin, open.id))).toEqual({ admin: gone, alice: gone, bob: gone, outsider: gone, guest: gone })
    expect(await watch(() => world.workspace.deleteChannel(admin, closed.id))).toEqual({ admin: gone, alice: gone, bob: gone, outsider: [], guest: [] })
  })

  it('a manager made and unmade, to those in it', async () => {
    const room = await aRoom()
    const place = { channel_id: room.id, user_id: bob.userId }
    const all = ['member_updated', 'member_updated', 'member_updated']
    expect(await watch(async () => {
      await world.workspace.setMemberRole(alice, { ...place, role: 'manager' })
      await world.workspace.setMemberRole(bob, { ...place, user_id: alice.userId, role: 'member' })
      await world.workspace.setMemberRole(bob, { ...place, role: 'member' })
    })).toEqual({ admin: [], alice: all, bob: all, outsider: [], guest: [] })
  })

  it('muting and starring, to one\'s own devices, with what is left to read', async () => {
    const room = await aRoomWithGuest()
    expect(await watch(() => world.workspace.setChannelPreferences(guest, { channel_id: room.id, muted: true, starred: true })))
      .toEqual({ admin: [], alice: [], bob: [], outsider: [], guest: ['preferences_updated', 'channel_read'] })
  })

  it('leaving and coming back, with what one kept about it', async () => {
    const room = await aRoomWithGuest()
    await world.workspace.setChannelPreferences(bob, { channel_id: room.id, muted: true, notify: 'mentions' })
    const others = ['member_left', 'message_sent', 'member_joined', 'message_sent']
    expect(await watch(async () => {
      await world.workspace.leaveChannel(bob, room.id)
      await world.workspace.joinChannel(bob, room.id)
    })).toEqual({ admin: [], alice: others, bob: ['member_left', 'member_joined', 'preferences_updated', 'message_sent'], outsider: [], guest: others })
  })

  it('being added, as one mention', async () => {
    const room = await aRoom()
    const all = ['member_joined', 'member_joined', 'message_sent']
    expect(await watch(() => world.workspace.addChannelMembers(alice, { channel_id: room.id, user_ids: [outsider.userId, admin.userId] })))
      .toEqual({ admin: all.slice(1), alice: all, bob: all, outsider: all, guest: [] })
  })
})
