import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Workspace } from '@afrochat/contracts'
import { createWorld, type TestUser, type World } from '@afrochat/test-support'

describe('createChannel', () => {
  let world: World
  let owner: TestUser
  let workspace: Workspace
  beforeAll(async () => {
    world = await createWorld()
    owner = await world.aUser()
    workspace = await world.aWorkspace({ owner })
  })
  afterAll(() => world.close())

  const create = (by: TestUser, facts: { name: string; kind?: 'public' | 'private'; description?: string }) =>
    world.workspace.createChannel(by, { workspace_id: workspace.id, kind: 'public', ...facts })

  it('makes a member the first member and manager of a channel with a name in one form', async () => {
    const member = await world.aMember({ of: workspace })
    const channel = await create(member, { name: ' Dev-Ops ', description: ' all\nthings ' })
    expect(channel).toMatchObject({
      workspace_id: workspace.id, kind: 'public', name: 'dev-ops', description: 'all things', topic: null, created_by: member.userId,
      is_private: false, user_ids: null, archived_at: null, member_count: 1, last_seq: 1, last_message_at: null,
      is_member: true, role: 'manager', last_read_seq: 1, unread_count: 0, mention_count: 0,
    })
    expect(await world.workspace.getChannel(member, channel.id)).toEqual(channel)
  })

  it('announces a public channel to the workspace, and a private one to nobody but its member', async () => {
    const before = world.events.length
    const open = await create(owner, { name: 'open' })
    const closed = await create(owner, { name: 'closed', kind: 'private' })
    expect(world.events.slice(before).map(({ type, stream_key }) => [type, stream_key])).toEqual([
      ['member_joined', `c:${open.id}`],
      ['channel_created', `w:${workspace.id}`],
      ['member_joined', `c:${closed.id}`],
    ])
  })

  it('refuses a name that is in use, in whatever case, kind or state the other is, and writes nothing', async () => {
    const other = await create(owner, { name: 'taken', kind: 'private' })
    await world.db.updateTable('channels').set({ archived_at: new Date() }).where('id', '=', other.id).execute()
    const before = world.events.length
    await expect(create(owner, { name: 'TAKEN' })).rejects.toMatchObject({ kind: 'conflict', code: 'name_taken' })
    expect(world.events).toHaveLength(before)
  })

  it('gives one of ten who want a name at once the name', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => create(owner, { name: 'rush' })))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'name_taken' })
  })

  it('lets two workspaces each have a channel of one name', async () => {
    const elsewhere = await world.aWorkspace()
    const theirOwner = await world.aMember({ of: elsewhere })
    await create(owner, { name: 'both' })
    await expect(world.workspace.createChannel(theirOwner, { workspace_id: elsewhere.id, name: 'both', kind: 'public' })).resolves.toMatchObject({ name: 'both' })
  })

  it('refuses a guest, and hides the workspace from who is not in it', async () => {
    const general = await world.generalOf(workspace, owner)
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [general] })
    await expect(create(guest, { name: 'by-guest' })).rejects.toMatchObject({ kind: 'forbidden', code: 'guest_not_allowed' })
    await expect(create(await world.aUser(), { name: 'by-stranger' })).rejects.toMatchObject({ kind: 'not_found', code: 'workspace_not_found' })
  })
})
