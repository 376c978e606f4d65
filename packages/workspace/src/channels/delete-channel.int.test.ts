import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { newId, type ChannelId } from '@afrochat/kernel'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
let workspace: Workspace
let owner: TestUser, admin: TestUser, alice: TestUser, bob: TestUser

beforeAll(async () => {
  world = await createChatWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  admin = await world.aMember({ of: workspace, role: 'admin' })
  ;[alice, bob] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
})
afterAll(() => world.close())

const aChannel = (facts: { private?: boolean; members?: TestUser[] } = {}) => world.aChannel({ in: workspace, by: alice, members: [bob], ...facts })

describe('deleteChannel', () => {
  it('ends all memberships with one event, told to members on its stream and to the others of a public one on the workspace\'s', async () => {
    const channel = await aChannel()
    const before = world.events.length
    await world.workspace.deleteChannel(admin, channel.id)
    const events = world.events.slice(before)
    // The others first: while its members are in it, they are not among them.
    expect(events.map(({ type, stream_key, seq, audience }) => [type, stream_key, seq, audience])).toEqual([
      ['channel_deleted', `w:${workspace.id}`, null, 'members'], ['channel_deleted', `c:${channel.id}`, channel.last_seq + 1, 'all'],
    ])
    for (const { payload } of events) expect(JSON.parse(payload)).toEqual({ id: channel.id, workspace_id: workspace.id })
    const rows = await world.db.selectFrom('channel_members').select(['user_id', 'to_seq']).where('channel_id', '=', channel.id).execute()
    expect(rows).toEqual(expect.arrayContaining([alice, bob].map(({ userId }) => ({ user_id: userId, to_seq: channel.last_seq + 1 }))))
    expect((await world.workspace.readSubscriptions(bob.userId, [0])).channels.map(({ channelId }) => channelId)).not.toContain(channel.id)
  })

  it('leaves nothing of it for anybody: what asks for it is answered as if it had never been', async () => {
    const channel = await aChannel()
    const message = await world.aMessage({ in: channel, by: alice })
    await world.workspace.setChannelPreferences(bob, { channel_id: channel.id, starred: true })
    await world.workspace.deleteChannel(admin, channel.id)
    const asks = (id: ChannelId): ((user: TestUser) => Promise<unknown>)[] => [
      (user) => world.workspace.getChannel(user, id),
      (user) => world.workspace.listChannelMembers(user, { channel_id: id }),
      (user) => world.workspace.joinChannel(user, id),
      (user) => world.workspace.leaveChannel(user, id),
      (user) => world.workspace.updateChannel(user, { channel_id: id, topic: 'x' }),
      (user) => world.workspace.archiveChannel(user, id),
      (user) => world.workspace.unarchiveChannel(user, id),
      (user) => world.workspace.deleteChannel(user, id),
      (user) => world.workspace.addChannelMembers(user, { channel_id: id, user_ids: [owner.userId] }),
      (user) => world.workspace.setChannelPreferences(user, { channel_id: id, muted: true }),
      (user) => world.workspace.markChannelRead(user, { channel_id: id, seq: 1 }),
      (user) => world.chat.listMessages(user, { channel_id: id }),
      (user) => world.chat.listChanges(user, { channel_id: id, since: 0 }),
      (user) => world.aMessage({ in: { ...channel, id }, by: user }),
      (user) => world.workspace.createInvite(user, { workspace_id: workspace.id, channel_ids: [id] }),
    ]
    const unknown = newId<ChannelId>()
    for (const user of [alice, bob, admin]) {
      for (const [index, ask] of asks(channel.id).entries()) {
        const [gone, never] = await Promise.all([refusalOf(() => ask(user)), refusalOf(() => asks(unknown)[index]?.(user) ?? Promise.resolve())])
        expect(gone).toEqual(never)
        expect(gone).toMatchObject({ kind: 'not_found', code: 'channel_not_found' })
      }
      await expect(world.chat.getMessage(user, message.id)).rejects.toMatchObject({ kind: 'not_found', code: 'message_not_found' })
      await expect(world.chat.addReaction(user, { message_id: message.id, emoji: '👍' })).rejects.toMatchObject({ code: 'message_not_found' })
      for (const filter of ['mine', 'browse', 'archived'] as const) {
        const { items } = await world.workspace.listChannels(user, { workspace_id: workspace.id, filter, limit: 200 })
        expect(items.map(({ id }) => id)).not.toContain(channel.id)
      }
      expect((await world.workspace.boot(user, workspace.id)).channels.map(({ id }) => id)).not.toContain(channel.id)
    }
  })

  it('frees the name, and takes an archived channel too', async () => {
    const channel = await aChannel()
    await world.workspace.archiveChannel(alice, channel.id)
    await world.workspace.deleteChannel(admin, channel.id)
    expect(await world.workspace.createChannel(bob, { workspace_id: workspace.id, name: channel.name ?? '', kind: 'public' })).toMatchObject({ name: channel.name })
  })

  it('is for admins who may see it, not for managers', async () => {
    const [open, closed] = [await aChannel(), await aChannel({ private: true, members: [bob, owner] })]
    for (const user of [alice, bob]) await expect(world.workspace.deleteChannel(user, open.id)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
    await expect(world.workspace.deleteChannel(admin, closed.id)).rejects.toMatchObject({ kind: 'not_found', code: 'channel_not_found' })
    const before = world.events.length
    await world.workspace.deleteChannel(owner, closed.id)
    expect(world.events.slice(before).map(({ stream_key }) => stream_key)).toEqual([`c:${closed.id}`])
  })

  it('is not for a default channel, nor for a direct message', async () => {
    const general = await world.generalOf(workspace, owner)
    await expect(world.workspace.deleteChannel(owner, general.id)).rejects.toMatchObject({ kind: 'conflict', code: 'cant_delete_default_channel' })
    const { channel } = await world.workspace.openDm(admin, { workspace_id: workspace.id, user_ids: [bob.userId] })
    await expect(world.workspace.deleteChannel(admin, channel.id)).rejects.toMatchObject({ kind: 'forbidden', code: 'not_allowed' })
  })

  it('stands in the audit log with what it was called', async () => {
    const channel: Channel = await aChannel()
    await expect(world.workspace.deleteChannel(alice, channel.id)).rejects.toMatchObject({ code: 'not_allowed' })
    await world.workspace.deleteChannel(admin, channel.id)
    const entries = await world.db.selectFrom('workspace_audit').selectAll().where('target_id', '=', channel.id).orderBy('number').execute()
    expect(entries.map(({ action, actor_id, details }) => [action, actor_id, JSON.parse(details) as unknown])).toEqual([
      ['permission_denied', alice.userId, { attempted: 'channel.delete', code: 'not_allowed' }],
      ['channel_deleted', admin.userId, { name: channel.name, kind: 'public' }],
    ])
  })
})

async function refusalOf(act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act()
    return 'done'
  } catch (error) {
    const { kind, code, message } = error as { kind?: string; code?: string; message?: string }
    return { kind, code, message }
  }
}
