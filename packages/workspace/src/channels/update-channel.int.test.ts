import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace, WorkspaceSettings } from '@afrochat/contracts'
import { createChatWorld, eventsOf, type ChatWorld, type TestUser } from '@afrochat/test-support'
import type { UpdateChannel } from './update-channel.ts'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, admin: TestUser, alice: TestUser, bob: TestUser, outsider: TestUser, stranger: TestUser

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  admin = await world.aMember({ of: workspace, role: 'admin' })
  ;[alice, bob, outsider] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
  stranger = await world.aUser()
})
afterAll(() => world.close())

/** Managed by alice, with bob in it. */
const aChannel = (facts: { private?: boolean; members?: TestUser[] } = {}) => world.aChannel({ in: workspace, by: alice, members: [bob], ...facts })
const update = (by: TestUser, { id }: Channel, changes: Omit<UpdateChannel, 'channel_id'>) => world.workspace.updateChannel(by, { channel_id: id, ...changes })
/** What the act added to the channel's stream and to the workspace's: `c:` or `w:` and the type. */
async function emitted(act: () => Promise<unknown>): Promise<string[]> {
  const before = world.events.length
  await act()
  return world.events.slice(before).map(({ stream_key, type }) => `${stream_key.slice(0, 2)} ${type}`)
}
const lastSaid = async ({ id }: Channel) => (await world.db.selectFrom('messages').selectAll().where('channel_id', '=', id).orderBy('seq', 'desc').executeTakeFirst())
const withSettings = (settings: Partial<WorkspaceSettings>) =>
  world.db.updateTable('workspaces').set({ settings: JSON.stringify(settings) as never }).where('id', '=', workspace.id).execute()

describe('name, topic and description', () => {
  it('are changed together, told to members and to who could join, and said in the channel', async () => {
    const channel = await aChannel()
    const changes = { name: `Plans-${channel.id.slice(-6)}`, topic: 'What  comes\nnext', description: 'All of it' }
    const seen = await emitted(async () => {
      expect(await update(bob, channel, changes)).toMatchObject({
        id: channel.id, name: changes.name.toLowerCase(), topic: 'What comes next', description: 'All of it', last_seq: channel.last_seq + 4,
      })
    })
    expect(seen).toEqual(['c: channel_updated', 'w: channel_updated', 'c: message_sent', 'c: message_sent', 'c: message_sent'])
    const [told] = eventsOf(world, channel.id).filter(({ type }) => type === 'channel_updated')
    expect(told).toMatchObject({ seq: channel.last_seq + 1, actor_id: bob.userId })
    expect(JSON.parse(told?.payload ?? '')).toMatchObject({ id: channel.id, topic: 'What comes next', last_seq: channel.last_seq + 1 })
    const { items } = await world.chat.listMessages(bob, { channel_id: channel.id, limit: 3 })
    expect(items.map(({ content, system }) => [content, system?.type, system?.from, system?.to])).toEqual([
      [`<@${bob.userId}> set the description: All of it`, 'description_changed', null, 'All of it'],
      [`<@${bob.userId}> set the topic: What comes next`, 'topic_changed', null, 'What comes next'],
      [`<@${bob.userId}> renamed the channel from ${channel.name} to ${changes.name.toLowerCase()}`, 'channel_renamed', channel.name, changes.name.toLowerCase()],
    ])
  })

  it('leave no trace when they are what they were', async () => {
    const channel = await aChannel()
    const now = await update(alice, channel, { topic: 'One' })
    expect(await emitted(async () => {
      expect(await update(alice, channel, { name: channel.name?.toUpperCase() ?? '', topic: ' One ', description: '' })).toEqual(now)
    })).toEqual([])
  })

  it('are cleared by null', async () => {
    const channel = await aChannel()
    await update(alice, channel, { topic: 'One' })
    expect(await update(alice, channel, { topic: null })).toMatchObject({ topic: null })
    expect(await lastSaid(channel)).toMatchObject({ content: `<@${alice.userId}> cleared the topic` })
  })

  it('are for its members and for admins, where the workspace lets members', async () => {
    const channel = await aChannel()
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [channel] })
    await update(bob, channel, { topic: 'by a member' })
    await update(admin, channel, { topic: 'by an admin who is not in it' })
    await expect(update(outsider, channel, { topic: 'x' })).rejects.toMatchObject({ kind: 'forbidden', code: 'not_in_channel' })
    await expect(update(guest, channel, { topic: 'x' })).rejects.toMatchObject({ kind: 'forbidden', code: 'guest_not_allowed' })
    await expect(update(stranger, channel, { topic: 'x' })).rejects.toMatchObject({ kind: 'not_found', code: 'channel_not_found' })
    await withSettings({ members_may_update_channels: false })
    await expect(update(bob, channel, { topic: 'x' })).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    await update(alice, channel, { topic: 'by its manager' })
    await withSettings({})
  })

  it('of a private channel are its members\' alone: for all others it does not exist', async () => {
    const channel = await aChannel({ private: true })
    for (const user of [admin, owner, outsider, stranger]) await expect(update(user, channel, { topic: 'x' })).rejects.toMatchObject({ code: 'channel_not_found' })
    expect(await emitted(() => update(bob, channel, { topic: 'ours' }))).toEqual(['c: channel_updated', 'c: message_sent'])
  })
})

describe('a rename', () => {
  it('keeps the id, takes the new name and gives the old one free', async () => {
    const [first, second] = [await aChannel(), await aChannel()]
    const taken = first.name ?? ''
    await expect(update(alice, second, { name: taken.toUpperCase() })).rejects.toMatchObject({ kind: 'conflict', code: 'name_taken' })
    await update(alice, first, { name: `${taken}-2` })
    expect(await update(alice, second, { name: taken })).toMatchObject({ id: second.id, name: taken })
    expect(await world.workspace.getChannel(bob, first.id)).toMatchObject({ id: first.id, name: `${taken}-2` })
  })

  it('refuses what is no name and what means something else', async () => {
    const channel = await aChannel()
    await expect(update(alice, channel, { name: 'two words' })).rejects.toMatchObject({ kind: 'unprocessable', code: 'invalid_name' })
    await expect(update(alice, channel, { name: 'Everyone' })).rejects.toMatchObject({ kind: 'unprocessable', code: 'name_reserved' })
  })
})

describe('a conversion', () => {
  it('to private takes the channel, with all that was ever said in it, from everybody who is not in it', async () => {
    const channel = await aChannel()
    const { id } = await world.aMessage({ in: channel, by: alice })
    const seen = await emitted(async () => {
      expect(await update(admin, channel, { kind: 'private' })).toMatchObject({ kind: 'private', is_private: true, member_count: 2 })
    })
    expect(seen).toEqual(['c: channel_updated', 'w: channel_deleted', 'c: message_sent'])
    for (const user of [outsider, admin, owner]) {
      await expect(world.workspace.getChannel(user, channel.id)).rejects.toMatchObject({ code: 'channel_not_found' })
      await expect(world.chat.getMessage(user, id)).rejects.toMatchObject({ code: 'message_not_found' })
      await expect(world.chat.listMessages(user, { channel_id: channel.id })).rejects.toMatchObject({ code: 'channel_not_found' })
      expect((await world.workspace.listChannels(user, { workspace_id: workspace.id, filter: 'browse', limit: 200 })).items.map((one) => one.id)).not.toContain(channel.id)
    }
    expect(await world.chat.getMessage(bob, id)).toMatchObject({ id })
    expect(await lastSaid(channel)).toMatchObject({ content: `<@${admin.userId}> made the channel private`, system: { from: 'public', to: 'private' } })
  })

  it('to public shows all of it to every full member', async () => {
    const channel = await aChannel({ private: true, members: [bob, admin] })
    const { id } = await world.aMessage({ in: channel, by: alice })
    expect(await emitted(() => update(admin, channel, { kind: 'public' }))).toEqual(['c: channel_updated', 'w: channel_created', 'c: message_sent'])
    expect(await world.chat.getMessage(outsider, id)).toMatchObject({ id })
  })

  it('is for admins, and for managers where the workspace lets them', async () => {
    const channel = await aChannel()
    for (const user of [alice, bob]) await expect(update(user, channel, { kind: 'private' })).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    await withSettings({ managers_may_convert_channels: true })
    await expect(update(bob, channel, { kind: 'private' })).rejects.toMatchObject({ code: 'not_allowed' })
    await update(alice, channel, { kind: 'private' })
    await withSettings({})
    await expect(update(alice, channel, { kind: 'public' })).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
  })

  it('never makes a default channel private, nor a private one default', async () => {
    const general = await world.generalOf(workspace, owner)
    await expect(update(owner, general, { kind: 'private' })).rejects.toMatchObject({ kind: 'conflict', code: 'default_channel_not_public' })
    const closed = await aChannel({ private: true, members: [admin] })
    await expect(update(admin, closed, { is_default: true })).rejects.toMatchObject({ kind: 'conflict', code: 'default_channel_not_public' })
    expect(await update(admin, closed, { is_default: true, kind: 'public' })).toMatchObject({ is_default: true, kind: 'public' })
    expect(await update(admin, closed, { is_default: false, kind: 'private' })).toMatchObject({ is_default: false, kind: 'private' })
  })

  it('leaves nobody\'s channel behind: one without members stays public', async () => {
    const channel = await world.aChannel({ in: workspace, by: alice })
    await world.workspace.leaveChannel(alice, channel.id)
    await expect(update(admin, channel, { kind: 'private' })).rejects.toMatchObject({ kind: 'conflict', code: 'channel_empty' })
  })
})

describe('a read-only channel', () => {
  it('is one in which managers and admins post, and the others read and react', async () => {
    const channel = await aChannel({ members: [bob, admin] })
    const seen = await emitted(() => update(alice, channel, { posting: 'managers' }))
    expect(seen).toEqual(['c: channel_updated', 'w: channel_updated', 'c: message_sent'])
    const message = await world.aMessage({ in: channel, by: alice })
    await world.aMessage({ in: channel, by: admin })
    const refusal = { kind: 'forbidden', code: 'channel_read_only' }
    await expect(world.aMessage({ in: channel, by: bob })).rejects.toMatchObject(refusal)
    await expect(world.aMessage({ in: channel, by: bob, thread_id: message.id })).rejects.toMatchObject(refusal)
    await world.chat.addReaction(bob, { message_id: message.id, emoji: '👍' })
    await update(admin, channel, { posting: 'everyone' })
    await world.aMessage({ in: channel, by: bob })
  })

  it('is made one by managers and admins alone', async () => {
    const channel = await aChannel()
    await expect(update(bob, channel, { posting: 'managers' })).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    await update(admin, channel, { posting: 'managers' })
  })
})

describe('a default channel', () => {
  it('is made one by admins; there is always one left', async () => {
    const [general, channel] = [await world.generalOf(workspace, owner), await aChannel()]
    await expect(update(alice, channel, { is_default: true })).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    await expect(update(admin, general, { is_default: false })).rejects.toMatchObject({ kind: 'conflict', code: 'last_default_channel' })
    expect(await update(admin, channel, { is_default: true })).toMatchObject({ is_default: true })
    await expect(world.workspace.leaveChannel(bob, channel.id)).rejects.toMatchObject({ code: 'cant_leave_default_channel' })
    await update(admin, channel, { is_default: false })
    await world.workspace.leaveChannel(bob, channel.id)
  })

  it('is one of two that two admins at once make ordinary: the second is told that it is the last', async () => {
    const [general, channel] = [await world.generalOf(workspace, owner), await aChannel()]
    for (let round = 0; round < 20; round += 1) {
      await update(admin, channel, { is_default: true })
      const outcomes = await Promise.allSettled([update(admin, channel, { is_default: false }), update(owner, general, { is_default: false })])
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      await update(owner, general, { is_default: true })
    }
  })
})

it('changes all fields or none', async () => {
  const channel = await aChannel()
  await expect(update(bob, channel, { topic: 'mine', posting: 'managers' })).rejects.toMatchObject({ code: 'not_allowed' })
  expect(await world.workspace.getChannel(bob, channel.id)).toMatchObject({ topic: null, posting: 'everyone' })
})

it('writes to the audit log what concerns who may do what', async () => {
  const channel = await aChannel()
  await update(admin, channel, { topic: 'not that', posting: 'managers', kind: 'private' })
  const entries = await world.db.selectFrom('workspace_audit').selectAll().where('target_id', '=', channel.id).orderBy('number').execute()
  expect(entries.map(({ action, details, actor_id }) => [action, JSON.parse(details) as unknown, actor_id])).toEqual([
    ['channel_converted', { from: 'public', to: 'private' }, admin.userId],
    ['channel_updated', { posting: { from: 'everyone', to: 'managers' } }, admin.userId],
  ])
})
