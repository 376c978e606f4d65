import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { lockHeads } from '@afrochat/database'
import { newId, type UserId } from '@afrochat/kernel'
import { createChatWorld, eventsOf, replay, type ChatWorld, type Replayed, type TestUser } from '@afrochat/test-support'
import * as channels from '../channels/channels.repository.ts'
import { endMembership } from '../channels/memberships.ts'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, alice: TestUser, bob: TestUser, carol: TestUser, stranger: TestUser

beforeAll(async () => {
  world = await createChatWorld({ poolSize: 20 })
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[alice, bob, carol] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
  stranger = await world.aUser()
})
afterAll(() => world.close())

const open = (by: TestUser, ...users: { userId: UserId }[]) =>
  world.workspace.openDm(by, { workspace_id: workspace.id, user_ids: users.map(({ userId }) => userId) })
const idsOf = (...users: TestUser[]) => users.map(({ userId }) => userId).toSorted()
const someMembers = (count: number) => Promise.all(Array.from({ length: count }, () => world.aMember({ of: workspace })))

describe('openDm', () => {
  it('opens the one conversation of these people, whoever asks and in whatever order', async () => {
    const [one, two] = await someMembers(2) as [TestUser, TestUser]
    const { channel, created } = await open(one, two)
    expect(created).toBe(true)
    expect(channel).toMatchObject({
      kind: 'dm', name: null, user_ids: idsOf(one, two), is_private: true, is_member: true, role: 'member', member_count: 2, unread_count: 0, mention_count: 0,
    })
    for (const again of [await open(two, one), await open(one, one, two), await open(two, one, two)]) {
      expect(again).toMatchObject({ created: false, channel: { id: channel.id } })
    }
    expect(eventsOf(world, channel.id).map(({ type, seq, payload }) => [type, seq, (JSON.parse(payload) as { added_by: string | null }).added_by])).toEqual([
      ['member_joined', 1, null], ['member_joined', 2, one.userId],
    ])
  })

  it('has another one for one person more, up to nine', async () => {
    const people = await someMembers(9)
    const { channel: three } = await open(alice, ...people.slice(0, 2))
    expect(three).toMatchObject({ kind: 'group_dm', name: null, member_count: 3, user_ids: idsOf(alice, ...people.slice(0, 2)) })
    const { channel: four } = await open(people[0] ?? alice, alice, ...people.slice(1, 3))
    expect(four.id).not.toBe(three.id)
    expect(await open(people[1] ?? alice, alice, ...people.slice(0, 1))).toMatchObject({ created: false, channel: { id: three.id } })
    expect((await open(alice, ...people.slice(0, 8))).channel).toMatchObject({ kind: 'group_dm', member_count: 9 })
    await expect(open(alice, ...people)).rejects.toMatchObject({ kind: 'unprocessable', code: 'too_many_people' })
  })

  it('is fine alone', async () => {
    const { channel } = await open(alice, alice)
    expect(channel).toMatchObject({ kind: 'dm', user_ids: [alice.userId], member_count: 1 })
    expect(await open(alice, alice)).toMatchObject({ created: false, channel: { id: channel.id } })
    await world.aMessage({ in: channel, by: alice })
  })

  it('makes one from fifty sides at once', async () => {
    const people = await someMembers(2) as [TestUser, TestUser]
    const opened = await Promise.all(Array.from({ length: 50 }, (_, index) => open(people[index % 2] ?? alice, ...people)))
    expect(new Set(opened.map(({ channel }) => channel.id)).size).toBe(1)
    expect(opened.filter(({ created }) => created)).toHaveLength(1)
    const id = opened[0]?.channel.id
    expect(id && eventsOf(world, id).map(({ type }) => type)).toEqual(['member_joined', 'member_joined'])
  })

  it('finds nobody of another workspace, and nobody who is not there', async () => {
    for (const nobody of [stranger, { userId: newId<UserId>() }]) await expect(open(alice, bob, nobody)).rejects.toMatchObject({ kind: 'not_found', code: 'user_not_found' })
    await expect(open(stranger, alice)).rejects.toMatchObject({ kind: 'not_found', code: 'workspace_not_found' })
    const elsewhere = await world.aWorkspace({ owner: stranger })
    await expect(world.workspace.openDm(stranger, { workspace_id: elsewhere.id, user_ids: [alice.userId] })).rejects.toMatchObject({ code: 'user_not_found' })
  })

  it('lets guests write to people of their channels, and find nobody else', async () => {
    const room = await world.aChannel({ in: workspace, by: alice })
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [room] })
    expect(await open(guest, alice)).toMatchObject({ created: true, channel: { kind: 'dm' } })
    for (const others of [[bob], [alice, bob], [stranger]]) await expect(open(guest, ...others)).rejects.toMatchObject({ kind: 'not_found', code: 'user_not_found' })
    // Who may see the guest may begin, and then they know each other.
    const { channel } = await open(bob, guest)
    expect(await open(guest, bob)).toMatchObject({ created: false, channel: { id: channel.id } })
  })

  it('of somebody deactivated is found but not begun, and nobody learns of strangers by it', async () => {
    const [gone, other] = await someMembers(2) as [TestUser, TestUser]
    const { channel } = await open(alice, gone)
    await world.workspace.deactivateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: gone.userId })
    expect(await open(alice, gone)).toMatchObject({ created: false, channel: { id: channel.id, user_ids: idsOf(alice, gone) } })
    await expect(open(other, gone)).rejects.toMatchObject({ kind: 'conflict', code: 'recipient_deactivated' })
    await expect(world.aMessage({ in: channel, by: alice })).rejects.toMatchObject({ kind: 'conflict', code: 'recipient_deactivated' })
    expect((await world.chat.listMessages(alice, { channel_id: channel.id })).items).toEqual([])
  })

  it('puts who comes back to the workspace into it again', async () => {
    const [one, two] = await someMembers(2) as [TestUser, TestUser]
    const { channel } = await open(one, two)
    await world.workspace.leaveWorkspace(two, workspace.id)
    const { token } = await world.workspace.createInvite(owner, { workspace_id: workspace.id })
    await world.workspace.acceptInvite(two, token)
    expect(await open(two, one)).toMatchObject({ created: false, channel: { id: channel.id, is_member: true, member_count: 2 } })
  })
})

it('lets somebody who is missing from a conversation in again once, from fifty sides at once', async () => {
  const [one, two] = await someMembers(2) as [TestUser, TestUser]
  const { channel } = await open(one, two)
  await world.transact(owner, async (uow) => {
    await lockHeads(uow.tx, [channel.id])
    await endMembership(uow, { channel: await channels.get(uow.tx, channel.id), userId: two.userId, removedBy: null })
  })
  expect((await world.workspace.getChannel(one, channel.id)).member_count).toBe(1)
  const opened = await Promise.all(Array.from({ length: 50 }, (_, index) => open(index % 2 === 0 ? one : two, one, two)))
  expect(new Set(opened.map(({ channel: { id, member_count } }) => `${id} ${member_count}`))).toEqual(new Set([`${channel.id} 2`]))
  expect(eventsOf(world, channel.id).map(({ type }) => type)).toEqual(['member_joined', 'member_joined', 'member_left', 'member_joined'])
})

describe('a direct message', () => {
  it('is nobody\'s to change: no leaving, renaming, archiving, adding or removing', async () => {
    const { channel: { id: channel_id } } = await open(alice, bob)
    const acts: (() => Promise<unknown>)[] = [
      () => world.workspace.leaveChannel(alice, channel_id),
      () => world.workspace.updateChannel(alice, { channel_id, name: 'us' }),
      () => world.workspace.updateChannel(alice, { channel_id, kind: 'public' }),
      () => world.workspace.updateChannel(alice, { channel_id, posting: 'managers' }),
      () => world.workspace.archiveChannel(alice, channel_id),
      () => world.workspace.deleteChannel(alice, channel_id),
      () => world.workspace.addChannelMembers(alice, { channel_id, user_ids: [carol.userId] }),
      () => world.workspace.removeChannelMember(alice, { channel_id, user_id: bob.userId }),
      () => world.workspace.setMemberRole(alice, { channel_id, user_id: bob.userId, role: 'manager' }),
    ]
    for (const act of acts) await expect(act()).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
  })

  it('is hidden from all others, owners too', async () => {
    const { channel } = await open(alice, bob)
    const message = await world.aMessage({ in: channel, by: alice })
    for (const user of [owner, carol, stranger]) {
      await expect(world.workspace.getChannel(user, channel.id)).rejects.toMatchObject({ kind: 'not_found', code: 'channel_not_found' })
      await expect(world.chat.getMessage(user, message.id)).rejects.toMatchObject({ kind: 'not_found', code: 'message_not_found' })
      await expect(world.aMessage({ in: channel, by: user })).rejects.toMatchObject({ kind: 'not_found', code: 'channel_not_found' })
    }
  })

  it('is among one\'s own channels, and each message in it is a mention', async () => {
    const { channel } = await open(alice, bob)
    await world.aMessage({ in: channel, by: alice })
    const { items } = await world.workspace.listChannels(bob, { workspace_id: workspace.id, filter: 'mine', limit: 200 })
    const mine = items.find(({ id }) => id === channel.id) as Channel
    expect([mine.unread_count, mine.mention_count]).toEqual([mine.unread_count, mine.unread_count])
    expect(mine.unread_count).toBeGreaterThan(0)
    expect((await world.workspace.listChannels(bob, { workspace_id: workspace.id, filter: 'browse', limit: 200 })).items.map(({ id }) => id)).not.toContain(channel.id)
  })

  it('appears at everybody\'s in it as it is opened, and at nobody else\'s', async () => {
    const [one, two, three] = await someMembers(3) as [TestUser, TestUser, TestUser]
    const seen = await replay(world, { workspaceId: workspace.id, viewers: { one, two, three, owner } }, () => open(one, two, three))
    for (const [name, { applied, after }] of Object.entries<Replayed>(seen)) expect({ name, boot: applied }).toEqual({ name, boot: after })
    expect(Object.fromEntries(Object.entries<Replayed>(seen).map(([name, { received }]) => [name, received.length]))).toMatchObject({ one: 3, owner: 0 })
    expect(seen.three.received.length).toBeGreaterThan(0)
  })
})
