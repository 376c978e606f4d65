import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace, WorkspaceSettings } from '@afrochat/contracts'
import { createChatWorld, eventsOf, type ChatWorld, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, admin: TestUser, alice: TestUser, bob: TestUser, outsider: TestUser

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  admin = await world.aMember({ of: workspace, role: 'admin' })
  ;[alice, bob, outsider] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
})
afterAll(() => world.close())

const aChannel = (facts: { private?: boolean } = {}) => world.aChannel({ in: workspace, by: alice, members: [bob], ...facts })
const withSettings = (settings: Partial<WorkspaceSettings>) =>
  world.db.updateTable('workspaces').set({ settings: JSON.stringify(settings) as never }).where('id', '=', workspace.id).execute()
const typesSince = (channel: Channel, seq: number) => eventsOf(world, channel.id).filter((event) => (event.seq ?? 0) > seq).map(({ type }) => type)

describe('archiveChannel', () => {
  it('is told to members and, of a public one, to the others; it is said in the channel, and twice changes nothing', async () => {
    const channel = await aChannel()
    const before = world.events.length
    const archived = await world.workspace.archiveChannel(alice, channel.id)
    expect(archived).toMatchObject({ id: channel.id, archived_at: expect.any(String), member_count: 2, is_member: true })
    const events = world.events.slice(before)
    expect(events.map(({ type, stream_key }) => `${stream_key.slice(0, 2)} ${type}`)).toEqual(['c: channel_archived', 'w: channel_archived', 'c: message_sent'])
    expect(JSON.parse(events[1]?.payload ?? '')).toMatchObject({ id: channel.id, archived_at: archived.archived_at })
    expect(JSON.parse(events[2]?.payload ?? '')).toMatchObject({ content: `<@${alice.userId}> archived the channel`, system: { type: 'channel_archived' } })
    expect(await world.workspace.archiveChannel(admin, channel.id)).toMatchObject({ archived_at: archived.archived_at })
    expect(world.events).toHaveLength(before + 3)
  })

  it('is for managers and admins, and for members where the workspace lets them', async () => {
    const [open, closed] = [await aChannel(), await aChannel({ private: true })]
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [open] })
    for (const user of [bob, outsider, guest]) {
      await expect(world.workspace.archiveChannel(user, open.id)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    }
    for (const user of [admin, owner]) await expect(world.workspace.archiveChannel(user, closed.id)).rejects.toMatchObject({ code: 'channel_not_found' })
    await world.workspace.archiveChannel(alice, closed.id)
    await withSettings({ members_may_archive_channels: true })
    await expect(world.workspace.archiveChannel(outsider, open.id)).rejects.toMatchObject({ code: 'not_allowed' })
    await world.workspace.archiveChannel(bob, open.id)
    await withSettings({})
    await expect(world.workspace.unarchiveChannel(bob, open.id)).rejects.toMatchObject({ code: 'not_allowed' })
    await world.workspace.unarchiveChannel(admin, open.id)
  })

  it('is not for a default channel, nor for a direct message', async () => {
    const general = await world.generalOf(workspace, owner)
    await expect(world.workspace.archiveChannel(owner, general.id)).rejects.toMatchObject({ kind: 'conflict', code: 'cant_archive_default_channel' })
    const { channel } = await world.workspace.openDm(admin, { workspace_id: workspace.id, user_ids: [bob.userId] })
    for (const user of [admin, bob]) await expect(world.workspace.archiveChannel(user, channel.id)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
  })
})

describe('an archived channel', () => {
  it('refuses everything that writes, to everybody', async () => {
    const channel = await aChannel()
    const [message, other] = [await world.aMessage({ in: channel, by: alice }), await world.aMessage({ in: channel, by: alice })]
    await world.chat.addReaction(alice, { message_id: message.id, emoji: '👍' })
    await world.workspace.archiveChannel(alice, channel.id)
    const { last_seq } = await world.workspace.getChannel(alice, channel.id)
    const id = { channel_id: channel.id }
    const writes: [string, () => Promise<unknown>][] = [
      ['posting', () => world.aMessage({ in: channel, by: alice })],
      ['replying', () => world.aMessage({ in: channel, by: alice, thread_id: message.id })],
      ['editing', () => world.chat.editMessage(alice, { message_id: message.id, content: 'other words' })],
      ['deleting', () => world.chat.deleteMessage(alice, other.id)],
      ['reacting', () => world.chat.addReaction(alice, { message_id: message.id, emoji: '🎉' })],
      ['taking a reaction back', () => world.chat.removeReaction(alice, { message_id: message.id, emoji: '👍' })],
      ['pinning', () => world.chat.pinMessage(alice, message.id)],
      ['the topic', () => world.workspace.updateChannel(alice, { ...id, topic: 'x' })],
      ['renaming', () => world.workspace.updateChannel(alice, { ...id, name: `${channel.name}-2` })],
      ['converting', () => world.workspace.updateChannel(admin, { ...id, kind: 'private' })],
      ['joining', () => world.workspace.joinChannel(outsider, channel.id)],
      ['leaving', () => world.workspace.leaveChannel(bob, channel.id)],
      ['adding', () => world.workspace.addChannelMembers(alice, { ...id, user_ids: [outsider.userId] })],
      ['removing', () => world.workspace.removeChannelMember(alice, { ...id, user_id: bob.userId })],
      ['making a manager', () => world.workspace.setMemberRole(alice, { ...id, user_id: bob.userId, role: 'manager' })],
    ]
    for (const [what, write] of writes) {
      await expect(write().then(() => what)).rejects.toMatchObject({ kind: 'conflict', code: 'channel_archived' })
    }
    expect(typesSince(channel, last_seq)).toEqual([])
  })

  it('can be read, marked read, and preferred, and keeps its name', async () => {
    const channel = await aChannel()
    const { seq } = await world.aMessage({ in: channel, by: alice })
    await world.workspace.archiveChannel(alice, channel.id)
    expect((await world.chat.listMessages(outsider, { channel_id: channel.id })).items).toHaveLength(3)
    expect(await world.workspace.markChannelRead(bob, { channel_id: channel.id, seq })).toMatchObject({ last_read_seq: seq, unread_count: 0 })
    expect(await world.workspace.setChannelPreferences(bob, { channel_id: channel.id, starred: true })).toMatchObject({ starred: true })
    await expect(world.workspace.createChannel(bob, { workspace_id: workspace.id, name: channel.name ?? '', kind: 'public' })).rejects.toMatchObject({ code: 'name_taken' })
    expect((await world.workspace.listChannels(bob, { workspace_id: workspace.id, filter: 'archived' })).items.map(({ id }) => id)).toContain(channel.id)
    expect((await world.workspace.listChannels(bob, { workspace_id: workspace.id, filter: 'browse', limit: 200 })).items.map(({ id }) => id)).not.toContain(channel.id)
  })

  it('comes back with its members and what they keep about it', async () => {
    const channel = await aChannel()
    await world.workspace.setChannelPreferences(bob, { channel_id: channel.id, muted: true })
    await world.workspace.archiveChannel(alice, channel.id)
    const { last_seq } = await world.workspace.getChannel(bob, channel.id)
    expect(await world.workspace.unarchiveChannel(alice, channel.id)).toMatchObject({ archived_at: null, member_count: 2 })
    expect(typesSince(channel, last_seq)).toEqual(['channel_unarchived', 'message_sent'])
    expect(await world.workspace.getChannel(bob, channel.id)).toMatchObject({ is_member: true, muted: true, archived_at: null })
    await world.aMessage({ in: channel, by: bob })
    await world.workspace.unarchiveChannel(alice, channel.id)
    expect(typesSince(channel, last_seq)).toEqual(['channel_unarchived', 'message_sent', 'message_sent'])
  })

  it('stays archived while an import fills it', async () => {
    const channel = await aChannel()
    await world.workspace.archiveChannel(alice, channel.id)
    await world.db.insertInto('import_channels').values({ channel_id: channel.id, fingerprint: Buffer.alloc(32), finished_at: null }).execute()
    await expect(world.workspace.unarchiveChannel(alice, channel.id)).rejects.toMatchObject({ kind: 'conflict', code: 'channel_importing' })
    await world.db.updateTable('import_channels').set({ finished_at: new Date() }).where('channel_id', '=', channel.id).execute()
    await world.workspace.unarchiveChannel(alice, channel.id)
  })
})
