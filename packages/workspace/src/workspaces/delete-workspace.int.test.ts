import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Workspace, WorkspaceRole } from '@afrochat/contracts'
import { DomainError } from '@afrochat/kernel'
import { createChatWorld, type ChatWorld, type TestUser } from '@afrochat/test-support'

let world: ChatWorld
beforeAll(async () => {
  world = await createChatWorld({ poolSize: 20 })
})
afterAll(() => world.close())

async function aPlace() {
  const owner = await world.aUser()
  const workspace = await world.aWorkspace({ owner })
  const general = await world.generalOf(workspace, owner)
  const aMember = (role: Exclude<WorkspaceRole, 'owner'> = 'member') => world.aMember({ of: workspace, role, channels: [general] })
  return { owner, workspace, general, aMember, remove: (by: TestUser = owner) => world.workspace.deleteWorkspace(by, workspace.id) }
}
const codeOf = (act: Promise<unknown>) => act.then(() => 'done', (error: unknown) => (error instanceof DomainError ? error.code : String(error)))
const eventsOf = ({ id }: Workspace, before: number) => world.events.slice(before).filter(({ workspace_id }) => workspace_id === id)

describe('deleting a workspace', () => {
  it('is for owners alone', async () => {
    const { owner, workspace, aMember, remove } = await aPlace()
    const [admin, member, guest] = [await aMember('admin'), await aMember(), await aMember('guest')]
    expect(await Promise.all([admin, member, guest, await world.aUser()].map((user) => codeOf(remove(user)))))
      .toEqual(['role_not_allowed', 'role_not_allowed', 'guest_not_allowed', 'workspace_not_found'])
    await world.workspace.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: admin.userId, role: 'owner' })
    await remove(admin)
    expect(await codeOf(remove(owner))).toBe('workspace_not_found')
  })

  it('takes it away from everybody at once: it, its channels, messages, invites and log are as if they had never been', async () => {
    const { owner, workspace, general, aMember, remove } = await aPlace()
    const alice = await aMember()
    const message = await world.aMessage({ in: general, by: alice })
    const { channel: dm } = await world.workspace.openDm(alice, { workspace_id: workspace.id, user_ids: [owner.userId] })
    const { token } = await world.workspace.createInvite(alice, { workspace_id: workspace.id })
    await remove()
    for (const user of [owner, alice]) {
      expect(await Promise.all([
        world.workspace.getWorkspace(user, workspace.id), world.workspace.boot(user, workspace.id), world.workspace.getWorkspaceBySlug(user, workspace.slug),
        world.workspace.listWorkspaceMembers(user, { workspace_id: workspace.id }), world.workspace.listChannels(user, { workspace_id: workspace.id }),
        world.workspace.listAuditLog(user, { workspace_id: workspace.id }), world.workspace.leaveWorkspace(user, workspace.id),
      ].map(codeOf))).toEqual(Array(7).fill('workspace_not_found'))
      expect(await Promise.all([general, dm].flatMap(({ id }) => [
        world.workspace.getChannel(user, id), world.chat.listMessages(user, { channel_id: id }), world.chat.sendMessage(user, { channel_id: id, content: 'late' }),
      ]).map(codeOf))).toEqual(Array(6).fill('channel_not_found'))
      expect(await codeOf(world.chat.getMessage(user, message.id))).toBe('message_not_found')
      expect((await world.workspace.listWorkspaces(user, {})).items).toEqual([])
      expect(await world.workspace.readSubscriptions(user.userId, [0])).toMatchObject({ channels: [], workspaces: [] })
    }
    expect(await codeOf(world.workspace.acceptInvite(await world.aUser(), token))).toBe('invite_revoked')
    expect(await codeOf(world.workspace.previewInvite(token))).toBe('invite_revoked')
  })

  it('is told to each of its people, on their own stream, and to nobody else', async () => {
    const { owner, workspace, aMember, remove } = await aPlace()
    const [alice, guest, gone] = [await aMember(), await aMember('guest'), await aMember()]
    await world.workspace.leaveWorkspace(gone, workspace.id)
    const before = world.events.length
    await remove()
    const events = eventsOf(workspace, before)
    expect(events.map(({ type, payload }) => [type, JSON.parse(payload)])).toEqual(Array(3).fill(['workspace_deleted', { workspace_id: workspace.id }]))
    expect(events.map(({ stream_key }) => stream_key)).toEqual([owner, alice, guest].map(({ userId }) => `u:${workspace.id}:${userId}`).toSorted())
  })

  it('ends what its people had planned in it', async () => {
    const { workspace, general, aMember, remove } = await aPlace()
    const alice = await aMember()
    const later = new Date(Date.now() + 3_600_000).toISOString()
    await world.chat.scheduleMessage(alice, { workspace_id: workspace.id, channel_id: general.id, content: 'later', send_at: later })
    await world.chat.createReminder(alice, { workspace_id: workspace.id, content: 'remember', remind_at: later })
    await remove()
    const planned = await Promise.all([
      world.db.selectFrom('scheduled_messages').select('status').where('workspace_id', '=', workspace.id).execute(),
      world.db.selectFrom('reminders').select('status').where('workspace_id', '=', workspace.id).execute(),
    ])
    expect(planned).toEqual([[{ status: 'cancelled' }], [{ status: 'cancelled' }]])
  })

  it('is in its audit log, the last entry of all', async () => {
    const { owner, workspace, remove } = await aPlace()
    await remove()
    const entry = await world.db.selectFrom('workspace_audit').selectAll().where('workspace_id', '=', workspace.id).orderBy('number', 'desc').limit(1).executeTakeFirst()
    expect(entry).toMatchObject({ action: 'workspace_deleted', actor_id: owner.userId, details: JSON.stringify({ name: workspace.name, slug: workspace.slug }) })
  })

  it('goes on where a crash cut it off: who has not been told is told, and nobody twice', async () => {
    const { workspace, aMember, remove } = await aPlace()
    await Promise.all(Array.from({ length: 3 }, () => aMember()))
    const before = world.events.length
    await remove()
    const rows = world.db.updateTable('workspace_members').set({ deactivated_at: null, deactivated_by: null }).where('workspace_id', '=', workspace.id)
    await rows.where('user_id', '=', world.events.at(-1)?.stream_key.split(':')[2] as never).execute()
    await Promise.all([world.workspace.finishDeletions(), world.workspace.finishDeletions()])
    expect(eventsOf(workspace, before)).toHaveLength(4 + 1)
    await world.workspace.finishDeletions()
    expect(eventsOf(workspace, before)).toHaveLength(4 + 1)
  })

  it('tells more people than one transaction of the log should hold', async () => {
    const { workspace, remove } = await aPlace()
    const people = await Promise.all(Array.from({ length: 120 }, () => world.aUser()))
    await world.db.insertInto('workspace_members').values(people.map(({ userId }) =>
      ({ workspace_id: workspace.id, user_id: userId, role: 'member' as const, deactivated_at: null }))).execute()
    const before = world.events.length
    await remove()
    expect(new Set(eventsOf(workspace, before).map(({ stream_key }) => stream_key)).size).toBe(121)
  })

  it('and what others do in it at the same time: each act comes before it, or finds nothing there', async () => {
    for (let round = 0; round < 25; round += 1) {
      const { owner, workspace, general, aMember, remove } = await aPlace()
      const alice = await aMember()
      const { token } = await world.workspace.createInvite(alice, { workspace_id: workspace.id })
      const newcomer = await world.aUser()
      const acts = [
        () => remove(),
        () => world.workspace.createChannel(alice, { workspace_id: workspace.id, name: 'late', kind: 'public' as const }),
        () => world.workspace.acceptInvite(newcomer, token),
        () => world.chat.sendMessage(alice, { channel_id: general.id, content: 'late' }),
        () => world.workspace.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: alice.userId, role: 'admin' }),
        () => world.workspace.leaveWorkspace(alice, workspace.id),
      ]
      const outcomes = await Promise.all((round % 2 === 0 ? acts : acts.toReversed()).map((act) => codeOf(act())))
      const known = ['done', 'workspace_not_found', 'channel_not_found', 'invite_revoked', 'not_in_channel', 'member_has_left', 'member_deactivated']
      for (const outcome of outcomes) expect(known).toContain(outcome)
      for (const user of [owner, alice, newcomer]) expect(await codeOf(world.workspace.getWorkspace(user, workspace.id))).toBe('workspace_not_found')
      const open = await world.db.selectFrom('channels').select('id').where('workspace_id', '=', workspace.id).where('deleted_at', 'is', null).execute()
      const active = await world.db.selectFrom('workspace_members').select('user_id').where('workspace_id', '=', workspace.id).where('deactivated_at', 'is', null).execute()
      expect({ open, active }).toEqual({ open: [], active: [] })
    }
  })
})
