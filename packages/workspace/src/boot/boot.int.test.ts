import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { decodeLogCursor, shardOf, type Channel, type Workspace } from '@afrochat/contracts'
import { createChatWorld, replay, type ChatWorld, type Replayed, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser, guest: TestUser
let shared: Channel

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace })])
  shared = await world.aChannel({ in: workspace, by: alice, members: [owner] })
  guest = await world.aMember({ of: workspace, role: 'guest', channels: [shared] })
})
afterAll(() => world.close())

describe('boot', () => {
  it('holds the caller with their address, the workspace, their role, their channels and the people, nobody else\'s address', async () => {
    const boot = await world.workspace.boot(bob, workspace.id)
    expect(boot).toMatchObject({ me: { id: bob.userId, email: bob.email }, workspace, role: 'member', channels: [{ name: 'general' }] })
    expect(boot.users.map(({ id }) => id)).toEqual([owner, alice, bob, guest].map(({ userId }) => userId).toSorted())
    expect(JSON.stringify({ ...boot, me: null })).not.toContain('@example.com')
  })

  it('shows a guest those with whom they share a channel, and no other channel', async () => {
    await world.workspace.joinChannel(bob, shared.id)
    await world.workspace.leaveChannel(bob, shared.id)
    const boot = await world.workspace.boot(guest, workspace.id)
    expect(boot.channels.map(({ id }) => id)).toEqual([shared.id])
    expect(boot.users.map(({ id }) => id)).toEqual([owner, alice, guest].map(({ userId }) => userId).toSorted())
  })

  it('is hidden from who is no active member', async () => {
    const gone = await world.aMember({ of: workspace })
    await world.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', gone.userId).execute()
    for (const user of [gone, await world.aUser()]) await expect(world.workspace.boot(user, workspace.id)).rejects.toMatchObject({ kind: 'not_found', code: 'workspace_not_found' })
  })

  it('has a cursor for the workspace\'s shard and for that of the accounts, where the log has several', async () => {
    const wide = await createChatWorld({ shards: 8 })
    const ada = await wide.aUser()
    const shards = new Set<number>()
    // Ids are random, and five may be of one shard.
    for (let index = 0; index < 5 || (shards.size < 3 && index < 100); index += 1) {
      const made = await wide.aWorkspace({ owner: ada })
      const positions = decodeLogCursor((await wide.workspace.boot(ada, made.id)).cursor) ?? []
      const own = shardOf(made.id, 8)
      expect(positions.map(({ shard }) => shard)).toEqual([...new Set([0, own])])
      expect(positions.at(-1)?.pos).toBe(wide.events.filter(({ shard }) => shard === own).at(-1)?.pos)
      shards.add(own)
    }
    await wide.close()
    expect(shards.size).toBeGreaterThan(2)
  })

  it('never mixes two moments: while people come and go, the channel\'s head, its count and the cursor agree', async () => {
    const room = await world.aChannel({ in: workspace, by: alice })
    let goesOn = true
    const churn = (async () => {
      while (goesOn) {
        await world.workspace.joinChannel(bob, room.id)
        await world.workspace.leaveChannel(bob, room.id)
      }
    })()
    const boots = []
    for (let index = 0; index < 50; index += 1) boots.push(await world.workspace.boot(alice, workspace.id))
    goesOn = false
    await churn
    for (const { cursor, channels } of boots) {
      const pos = decodeLogCursor(cursor)?.[0]?.pos ?? 0
      const upToCursor = world.events.filter((event) => event.pos <= pos && event.stream_key === `c:${room.id}`)
      const channel = channels.find(({ id }) => id === room.id)
      expect(channel?.last_seq).toBe(upToCursor.length)
      const moves = upToCursor.filter(({ type }) => type !== 'message_sent')
      expect(channel?.member_count).toBe(moves.at(-1)?.type === 'member_left' || moves.length === 1 ? 1 : 2)
    }
  })
})

/** "State before and the events is the state after", for everybody who looks on. */
describe('boot, act, apply what was received: equals a later boot', () => {
  const viewers = () => ({ owner, alice, bob, guest })
  const watch = async (act: () => Promise<unknown>) => {
    const seen = await replay(world, { workspaceId: workspace.id, viewers: viewers() }, act)
    for (const [name, { applied, after }] of Object.entries<Replayed>(seen)) expect({ name, boot: applied }).toEqual({ name, boot: after })
    return Object.fromEntries(Object.entries<Replayed>(seen).map(([name, { received }]) => [name, received.map(({ type }) => type)]))
  }
  /** A coming or going, and what is said of it. */
  const [joined, left] = [['member_joined', 'message_sent'], ['member_left', 'message_sent']]
  const aRoom = (facts: { private?: boolean; members?: TestUser[] } = {}) => world.aChannel({ in: workspace, by: alice, ...facts })

  it('creating a public channel reaches its maker as a membership, other members as a channel, and guests not at all', async () => {
    const seen = await watch(() => aRoom())
    expect(seen).toEqual({ owner: ['channel_created'], alice: ['member_joined'], bob: ['channel_created'], guest: [] })
  })

  it('creating a private channel reaches its maker alone', async () => {
    expect(await watch(() => aRoom({ private: true }))).toEqual({ owner: [], alice: ['member_joined'], bob: [], guest: [] })
  })

  it('joining reaches the members and the one who joins', async () => {
    const room = await aRoom({ members: [owner, guest] })
    expect(await watch(() => world.workspace.joinChannel(bob, room.id)))
      .toEqual({ owner: joined, alice: joined, bob: joined, guest: joined })
  })

  it('leaving reaches the members and the one who leaves, for whom it is the last event', async () => {
    const room = await aRoom({ members: [bob, guest] })
    const seen = await watch(async () => {
      await world.workspace.leaveChannel(bob, room.id)
      await world.workspace.joinChannel(owner, room.id)
    })
    expect(seen).toEqual({ owner: joined, alice: [...left, ...joined], bob: ['member_left'], guest: [...left, ...joined] })
  })

  it('adding and removing reach those who are in it, and each newcomer from their own joining on', async () => {
    const room = await aRoom({ private: true })
    const seen = await watch(async () => {
      await world.workspace.addChannelMembers(alice, { channel_id: room.id, user_ids: [bob.userId, guest.userId] })
      await world.workspace.removeChannelMember(alice, { channel_id: room.id, user_id: bob.userId })
      await world.workspace.removeChannelMember(alice, { channel_id: room.id, user_id: guest.userId })
    })
    expect(seen).toEqual({
      owner: [],
      alice: ['member_joined', ...joined, ...left, ...left],
      bob: ['member_joined', ...joined, 'member_left'],
      guest: [...joined, ...left, 'member_left'],
    })
  })

  it('marking read reaches the reader alone', async () => {
    const room = await aRoom({ members: [bob, guest] })
    const { seq } = await world.aMessage({ in: room, by: alice, content: `<@${bob.userId}>` })
    expect(await watch(() => world.workspace.markChannelRead(bob, { channel_id: room.id, seq }))).toEqual({ owner: [], alice: [], bob: ['channel_read'], guest: [] })
  })

  it('a message and a reply reach the members, and move the author\'s own mark', async () => {
    const room = await aRoom({ members: [bob, guest] })
    const root = await world.aMessage({ in: room, by: alice })
    const seen = await watch(async () => {
      await world.aMessage({ in: room, by: bob, content: `hello <@${alice.userId}> @channel` })
      await world.aMessage({ in: room, by: alice, content: 'a reply', thread_id: root.id })
    })
    const all = ['message_sent', 'message_sent', 'thread_updated']
    expect(seen).toEqual({ owner: [], alice: [...all, 'thread_subscription_updated'], bob: all, guest: all })
  })

  it('accepting an invite reaches full members as a new colleague, and a guest only where they share a channel', async () => {
    const invite = await world.workspace.createInvite(owner, { workspace_id: workspace.id, channel_ids: [shared.id] })
    const [newcomer, other] = [await world.aUser(), await world.aUser()]
    const seen = await watch(() => world.workspace.acceptInvite(newcomer, invite.token))
    // general and the shared channel; bob is in general alone.
    expect(seen).toEqual({
      owner: ['workspace_member_joined', 'member_joined', ...joined, 'message_sent'],
      alice: ['workspace_member_joined', 'member_joined', ...joined, 'message_sent'],
      bob: ['workspace_member_joined', ...joined],
      guest: joined,
    })
    const plain = await world.workspace.createInvite(owner, { workspace_id: workspace.id })
    expect(await watch(() => world.workspace.acceptInvite(other, plain.token))).toMatchObject({ guest: [] })
  })

  it('nothing of it reaches somebody outside the workspace', async () => {
    const stranger = await world.aUser()
    const { outside } = await replay(world, { workspaceId: workspace.id, viewers: { outside: stranger } }, async () => {
      const room = await aRoom({ members: [bob] })
      await world.aMessage({ in: room, by: bob })
      await world.aMember({ of: workspace })
    })
    expect(outside).toEqual({ received: [], applied: undefined, after: undefined })
  })
})
