import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { newId, type UserId } from '@afrochat/kernel'
import { createWorld, eventsOf, type TestUser, type World } from '@afrochat/test-support'

let world: World
let workspace: Workspace
let owner: TestUser, admin: TestUser, alice: TestUser, bob: TestUser, stranger: TestUser

beforeAll(async () => {
  world = await createWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  admin = await world.aMember({ of: workspace, role: 'admin' })
  ;[alice, bob] = await Promise.all([world.aMember({ of: workspace }), world.aMember({ of: workspace })])
  stranger = await world.aUser()
})
afterAll(() => world.close())

const aChannel = (facts: { private?: boolean; members?: TestUser[] } = {}) => world.aChannel({ in: workspace, by: alice, ...facts })
const archive = ({ id }: Channel) => world.workspace.archiveChannel(alice, id)
/** The system messages of a channel. */
const said = async ({ id }: Channel) => (await world.db.selectFrom('messages').select(['seq', 'user_id', 'content', 'system']).where('channel_id', '=', id).where('kind', '=', 'system').orderBy('seq').execute())
  .map(({ system, ...message }) => ({ ...message, type: system?.type }))
const intervalsOf = ({ id }: Channel, { userId }: TestUser) =>
  world.db.selectFrom('channel_members').select(['from_seq', 'to_seq', 'role']).where('channel_id', '=', id).where('user_id', '=', userId).orderBy('from_seq').execute()
const notFound = { kind: 'not_found', code: 'channel_not_found' }

describe('joinChannel', () => {
  it('makes a full member a member of a public channel, with nothing unread', async () => {
    const channel = await aChannel()
    const joined = await world.workspace.joinChannel(bob, channel.id)
    expect(joined).toMatchObject({ id: channel.id, is_member: true, role: 'member', member_count: 2, last_seq: 3, last_read_seq: 2, unread_count: 0 })
    expect(await intervalsOf(channel, bob)).toEqual([{ from_seq: 2, to_seq: null, role: 'member' }])

    const [, event] = eventsOf(world, channel.id)
    expect(event).toMatchObject({ type: 'member_joined', seq: 2, actor_id: bob.userId })
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({
      channel: { id: channel.id, member_count: 2, last_seq: 2 }, user: { id: bob.userId, username: bob.username }, role: 'member', added_by: null,
    })
    expect(event?.payload).not.toContain('@example.com')
    expect(await said(channel)).toEqual([{ seq: 3, user_id: bob.userId, content: `<@${bob.userId}> joined the channel`, type: 'member_joined' }])
  })

  it('changes nothing the second time', async () => {
    const channel = await aChannel()
    const first = await world.workspace.joinChannel(bob, channel.id)
    const before = world.events.length
    expect(await world.workspace.joinChannel(bob, channel.id)).toEqual(first)
    expect(world.events).toHaveLength(before)
  })

  it('hides private channels from everybody outside, admins and owners too, and public ones from strangers and guests', async () => {
    const [open, closed] = [await aChannel(), await aChannel({ private: true })]
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [await world.generalOf(workspace, owner)] })
    for (const user of [bob, admin, owner, stranger, guest]) await expect(world.workspace.joinChannel(user, closed.id)).rejects.toMatchObject(notFound)
    for (const user of [stranger, guest]) await expect(world.workspace.joinChannel(user, open.id)).rejects.toMatchObject(notFound)
    await expect(world.workspace.joinChannel(bob, newId())).rejects.toMatchObject(notFound)
  })

  it('refuses an archived channel', async () => {
    const channel = await aChannel()
    await archive(channel)
    await expect(world.workspace.joinChannel(bob, channel.id)).rejects.toMatchObject({ kind: 'conflict', code: 'channel_archived' })
  })

  it('begins a second interval for who comes back, and keeps what they had set', async () => {
    const channel = await aChannel()
    await world.workspace.joinChannel(bob, channel.id)
    await world.workspace.setChannelPreferences(bob, { channel_id: channel.id, muted: true, starred: true, notify: 'none' })
    await world.workspace.leaveChannel(bob, channel.id)
    expect(await world.workspace.getChannel(bob, channel.id)).toMatchObject({ is_member: false, role: null, member_count: 1, unread_count: 0 })
    const before = world.events.length
    expect(await world.workspace.joinChannel(bob, channel.id)).toMatchObject({ last_read_seq: 6, muted: true, starred: true, notify: 'none' })
    expect(await intervalsOf(channel, bob)).toEqual([{ from_seq: 2, to_seq: 4, role: 'member' }, { from_seq: 6, to_seq: null, role: 'member' }])

    // What they keep is told to them alone: the members of a channel do not learn who has muted it.
    const [joined, ...others] = world.events.slice(before)
    expect(joined?.type).toBe('member_joined')
    expect(joined?.payload).not.toMatch(/muted|starred|notify/)
    expect(others.map(({ type, stream_key }) => [type, stream_key])).toEqual([
      ['preferences_updated', `u:${workspace.id}:${bob.userId}`], ['message_sent', `c:${channel.id}`],
    ])
  })
})

describe('leaveChannel', () => {
  it('ends the membership with the event that tells of it', async () => {
    const channel = await aChannel({ members: [bob] })
    await world.workspace.leaveChannel(bob, channel.id)
    expect(await intervalsOf(channel, bob)).toEqual([{ from_seq: 2, to_seq: 4, role: 'member' }])
    const [event] = eventsOf(world, channel.id).slice(-2)
    expect(event).toMatchObject({ type: 'member_left', seq: 4 })
    expect(JSON.parse(event?.payload ?? '')).toEqual({ channel_id: channel.id, user_id: bob.userId, removed_by: null })
    expect(await world.workspace.getChannel(alice, channel.id)).toMatchObject({ member_count: 1, last_seq: 5 })
    expect((await said(channel)).at(-1)).toEqual({ seq: 5, user_id: bob.userId, content: `<@${bob.userId}> left the channel`, type: 'member_left' })
  })

  it('says not_in_channel of a public channel, and of a private one nothing', async () => {
    await expect(world.workspace.leaveChannel(bob, (await aChannel()).id)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_in_channel' })
    await expect(world.workspace.leaveChannel(bob, (await aChannel({ private: true })).id)).rejects.toMatchObject(notFound)
  })

  it('refuses full members the default channel, and lets a guest leave it', async () => {
    const general = await world.generalOf(workspace, owner)
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [general] })
    for (const user of [bob, admin, owner]) {
      await expect(world.workspace.leaveChannel(user, general.id)).rejects.toMatchObject({ kind: 'conflict', code: 'cant_leave_default_channel' })
    }
    await world.workspace.leaveChannel(guest, general.id)
    await expect(world.workspace.getChannel(guest, general.id)).rejects.toMatchObject(notFound)
  })

  it('keeps the last member in a private channel, and lets the last one leave a public one', async () => {
    const closed = await aChannel({ private: true })
    await expect(world.workspace.leaveChannel(alice, closed.id)).rejects.toMatchObject({ kind: 'conflict', code: 'last_member' })
    const open = await aChannel()
    await world.workspace.leaveChannel(alice, open.id)
    expect(await world.workspace.getChannel(alice, open.id)).toMatchObject({ member_count: 0 })
  })

  it('refuses an archived channel', async () => {
    const channel = await aChannel({ members: [bob] })
    await archive(channel)
    await expect(world.workspace.leaveChannel(bob, channel.id)).rejects.toMatchObject({ code: 'channel_archived' })
  })
})

describe('addChannelMembers', () => {
  const add = (by: TestUser, channel: Channel, ...users: { userId: UserId }[]) =>
    world.workspace.addChannelMembers(by, { channel_id: channel.id, user_ids: users.map(({ userId }) => userId) })

  it('adds several in one transaction, passes over who is there, and answers all in the order asked for', async () => {
    const channel = await aChannel({ private: true, members: [admin] })
    const before = world.events.length
    const { items } = await add(alice, channel, bob, admin, owner)
    expect(items.map(({ user, role }) => [user.id, role])).toEqual([[bob.userId, 'member'], [admin.userId, 'member'], [owner.userId, 'member']])

    const events = world.events.slice(before)
    expect(events.map(({ type, seq, actor_id }) => [type, seq, actor_id])).toEqual([
      ['member_joined', 4, alice.userId], ['member_joined', 5, alice.userId], ['message_sent', 6, alice.userId],
    ])
    expect(events.map(({ payload }) => JSON.parse(payload) as unknown)).toMatchObject([
      { user: { id: bob.userId }, added_by: alice.userId, channel: { member_count: 3, last_seq: 4 } },
      { user: { id: owner.userId }, added_by: alice.userId, channel: { member_count: 4, last_seq: 5 } },
      { kind: 'system', system: { type: 'members_added', user_ids: [bob.userId, owner.userId] }, mentions: { user_ids: [bob.userId, owner.userId] } },
    ])
    expect(await world.workspace.getChannel(bob, channel.id)).toMatchObject({ member_count: 4, last_seq: 6, last_read_seq: 4 })
  })

  it('counts as one mention for who was added by somebody else, and as nothing unread for anybody', async () => {
    const channel = await aChannel({ members: [admin] })
    await add(alice, channel, bob, owner)
    for (const user of [bob, owner]) expect(await world.workspace.getChannel(user, channel.id)).toMatchObject({ unread_count: 0, mention_count: 1 })
    for (const user of [alice]) expect(await world.workspace.getChannel(user, channel.id)).toMatchObject({ unread_count: 0, mention_count: 0 })
    await world.workspace.setChannelPreferences(bob, { channel_id: channel.id, muted: true })
    expect(await world.workspace.getChannel(bob, channel.id)).toMatchObject({ mention_count: 1 })
    const { last_seq: seq } = await world.workspace.getChannel(bob, channel.id)
    await world.workspace.markChannelRead(bob, { channel_id: channel.id, seq })
    expect(await world.workspace.getChannel(bob, channel.id)).toMatchObject({ mention_count: 0 })
  })

  it('adds the others by force, and says of each who was not added why', async () => {
    const channel = await aChannel()
    const nobody = newId<UserId>()
    const asked = { channel_id: channel.id, user_ids: [bob.userId, stranger.userId, nobody, admin.userId] }
    await expect(world.workspace.addChannelMembers(alice, asked)).rejects.toMatchObject({ code: 'user_not_found' })
    const { items, failed } = await world.workspace.addChannelMembers(alice, { ...asked, force: true })
    expect(items.map(({ user }) => user.id)).toEqual([bob.userId, admin.userId])
    expect(failed).toEqual([stranger.userId, nobody].map((id) => ({ id, code: 'user_not_found', error: 'There is no such person here' })))
    // Nobody is left to add: nothing happens.
    const before = world.events.length
    expect(await world.workspace.addChannelMembers(alice, { ...asked, force: true })).toMatchObject({ failed, items })
    expect(world.events).toHaveLength(before)
  })

  it('puts guests into a channel by its managers and admins alone', async () => {
    const general = await world.generalOf(workspace, owner)
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [general] })
    const channel = await aChannel({ members: [bob] })
    await expect(add(bob, channel, guest)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    const { items, failed } = await world.workspace.addChannelMembers(bob, { channel_id: channel.id, user_ids: [guest.userId, owner.userId], force: true })
    expect([items.map(({ user }) => user.id), failed.map(({ code }) => code)]).toEqual([[owner.userId], ['not_allowed']])
    await expect(add(admin, channel, guest)).resolves.toMatchObject({ items: [{ user: { id: guest.userId } }] })
    await expect(add(alice, await aChannel(), guest)).resolves.toMatchObject({ items: [{ user: { id: guest.userId } }] })
  })

  it('never puts a guest of a single channel into a second one', async () => {
    const [first, second] = [await aChannel(), await aChannel()]
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [first] })
    await world.db.updateTable('workspace_members').set({ single_channel: true }).where('user_id', '=', guest.userId).execute()
    await expect(add(alice, second, guest)).rejects.toMatchObject({ kind: 'forbidden', code: 'single_channel_guest' })
    await expect(add(alice, first, guest)).resolves.toMatchObject({ items: [{ user: { id: guest.userId } }] })
    await expect(world.workspace.leaveChannel(guest, first.id)).rejects.toMatchObject({ kind: 'forbidden', code: 'single_channel_guest' })
    await world.workspace.removeChannelMember(alice, { channel_id: first.id, user_id: guest.userId })
    await expect(add(alice, second, guest)).resolves.toMatchObject({ items: [{ user: { id: guest.userId } }] })
  })

  it('asks the workspace whether plain members may', async () => {
    const elsewhere = await world.aUser()
    const place = await world.aWorkspace({ owner: elsewhere })
    const [member, other] = [await world.aMember({ of: place }), await world.aMember({ of: place })]
    const channel = await world.aChannel({ in: place, by: elsewhere, members: [member] })
    await world.db.updateTable('workspaces').set({ settings: JSON.stringify({ members_may_add_to_channels: false }) as never }).where('id', '=', place.id).execute()
    await expect(add(member, channel, other)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    await expect(add(elsewhere, channel, other)).resolves.toMatchObject({ failed: [] })
  })

  it('adds nobody when one of them is unknown, of another workspace, or deactivated', async () => {
    const channel = await aChannel()
    const gone = await world.aMember({ of: workspace })
    await world.db.updateTable('workspace_members').set({ deactivated_at: new Date() }).where('user_id', '=', gone.userId).execute()
    const barred = await world.aMember({ of: workspace })
    await world.db.updateTable('users').set({ status: 'deactivated' }).where('id', '=', barred.userId).execute()
    for (const nobody of [stranger, gone, barred, { userId: newId<UserId>() }]) {
      await expect(add(alice, channel, bob, nobody)).rejects.toMatchObject({ kind: 'not_found', code: 'user_not_found' })
    }
    expect(await intervalsOf(channel, bob)).toEqual([])
    expect(eventsOf(world, channel.id)).toHaveLength(1)
  })

  it('is for members of a private channel, and of a public one for every full member, but never for guests', async () => {
    const [open, closed] = [await aChannel(), await aChannel({ private: true })]
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [open] })
    await add(alice, closed, guest)
    for (const channel of [open, closed]) await expect(add(guest, channel, bob)).rejects.toMatchObject({ kind: 'forbidden', code: 'guest_not_allowed' })
    for (const user of [bob, admin, owner, stranger]) await expect(add(user, closed, admin)).rejects.toMatchObject(notFound)
    await expect(add(stranger, open, bob)).rejects.toMatchObject(notFound)
    await expect(add(admin, open, bob)).resolves.toMatchObject({ items: [{ user: { id: bob.userId } }] })
  })

  it('is not a way to join', async () => {
    await expect(add(bob, await aChannel(), bob)).rejects.toMatchObject({ code: 'cant_add_self' })
    await expect(add(bob, await aChannel({ private: true }), bob)).rejects.toMatchObject(notFound)
  })

  it('refuses an archived channel', async () => {
    const channel = await aChannel()
    await archive(channel)
    await expect(add(alice, channel, bob)).rejects.toMatchObject({ code: 'channel_archived' })
  })
})

describe('removeChannelMember', () => {
  const remove = (by: TestUser, channel: Channel, { userId }: { userId: UserId }) =>
    world.workspace.removeChannelMember(by, { channel_id: channel.id, user_id: userId })

  it('ends the membership and hides a private channel from then on', async () => {
    const channel = await aChannel({ private: true, members: [bob] })
    await remove(alice, channel, bob)
    await expect(world.workspace.getChannel(bob, channel.id)).rejects.toMatchObject(notFound)
    const [event] = eventsOf(world, channel.id).slice(-2)
    expect(event).toMatchObject({ type: 'member_left', seq: 4, actor_id: alice.userId })
    expect(JSON.parse(event?.payload ?? '')).toEqual({ channel_id: channel.id, user_id: bob.userId, removed_by: alice.userId })
    expect((await said(channel)).at(-1)).toEqual(
      { seq: 5, user_id: alice.userId, content: `<@${alice.userId}> removed <@${bob.userId}> from the channel`, type: 'member_removed' },
    )
  })

  it('is for managers, for admins who are in the channel, and in public channels for any admin', async () => {
    const [open, closed] = [await aChannel({ members: [bob] }), await aChannel({ private: true, members: [bob] })]
    await expect(remove(admin, closed, bob)).rejects.toMatchObject(notFound)
    await expect(remove(owner, closed, bob)).rejects.toMatchObject(notFound)
    for (const channel of [open, closed]) await expect(remove(bob, channel, alice)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    await remove(admin, open, bob)
    await world.workspace.addChannelMembers(alice, { channel_id: closed.id, user_ids: [admin.userId] })
    await remove(admin, closed, bob)
    expect(await intervalsOf(closed, bob)).toMatchObject([{ to_seq: 6 }])
  })

  it('says user_not_found of who is not in it, and cant_remove_self of oneself', async () => {
    const channel = await aChannel()
    for (const nobody of [bob, stranger, { userId: newId<UserId>() }]) await expect(remove(alice, channel, nobody)).rejects.toMatchObject({ code: 'user_not_found' })
    await expect(remove(alice, channel, alice)).rejects.toMatchObject({ kind: 'conflict', code: 'cant_remove_self' })
  })

  it('puts nobody but guests out of the default channel', async () => {
    const general = await world.generalOf(workspace, owner)
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [general] })
    await expect(remove(owner, general, bob)).rejects.toMatchObject({ kind: 'conflict', code: 'cant_remove_from_default_channel' })
    await remove(owner, general, guest)
    expect(await intervalsOf(general, guest)).toMatchObject([{ to_seq: expect.any(Number) }])
  })

  it('refuses an archived channel', async () => {
    const channel = await aChannel({ members: [bob] })
    await archive(channel)
    await expect(remove(alice, channel, bob)).rejects.toMatchObject({ code: 'channel_archived' })
  })
})

describe('listChannelMembers', () => {
  it('pages through the present members without a repeat or a gap, while some leave', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => world.aMember({ of: workspace })))
    const channel = await aChannel({ members: people })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await world.workspace.listChannelMembers(bob, { channel_id: channel.id, limit: 2, cursor })
      seen.push(...page.items.map(({ user }) => user.id))
      const leaver = people.find(({ userId }) => seen.includes(userId))
      if (leaver !== undefined && cursor === undefined) await world.workspace.leaveChannel(leaver, channel.id)
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.toSorted()).toEqual([alice, ...people].map(({ userId }) => userId).toSorted())
  })

  it('refuses a cursor of another list and one that is none', async () => {
    const channel = await aChannel({ members: [bob] })
    const { next_cursor: foreign } = await world.workspace.listWorkspaceMembers(alice, { workspace_id: workspace.id, limit: 1 })
    const broken = Buffer.from(JSON.stringify(['channel_members', `'; drop table`])).toString('base64url')
    for (const cursor of [foreign ?? '', broken, 'x', '']) {
      await expect(world.workspace.listChannelMembers(alice, { channel_id: channel.id, cursor })).rejects.toMatchObject({ kind: 'invalid', code: 'invalid_cursor' })
    }
  })
})
