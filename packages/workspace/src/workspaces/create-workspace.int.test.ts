import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createWorld, eventsOf, type World } from '@afrochat/test-support'

describe('createWorkspace', () => {
  let world: World
  beforeAll(async () => { world = await createWorld() })
  afterAll(() => world.close())

  it('makes its creator the owner, and the only member of the default channel general', async () => {
    const ada = await world.aUser()
    const workspace = await world.workspace.createWorkspace(ada, { name: '  Café\nAddis ', description: 'Coffee' })
    expect(workspace).toMatchObject({ name: 'Café Addis', slug: 'cafe-addis', description: 'Coffee', icon_url: null, owner_id: ada.userId })

    const boot = await world.workspace.boot(ada, workspace.id)
    expect(boot).toMatchObject({ role: 'owner', workspace, users: [{ id: ada.userId }] })
    expect(boot.channels).toEqual([expect.objectContaining({
      name: 'general', kind: 'public', is_private: false, user_ids: null, member_count: 1, is_member: true, role: 'manager', last_seq: 1,
      last_read_seq: 1, unread_count: 0, mention_count: 0, muted: false, notify: 'default', starred: false, archived_at: null,
    })])
  })

  it('tells the log of the member, then of the channel to its stream, then of it to the full members', async () => {
    const ada = await world.aUser()
    const before = world.events.length
    const workspace = await world.aWorkspace({ owner: ada })
    const general = await world.generalOf(workspace, ada)
    const { is_member, role, muted, notify, starred, last_read_seq, unread_count, mention_count, unread_capped, ...shared } = general

    const emitted = world.events.slice(before).map(({ type, stream_key, seq, audience, actor_id, payload }) =>
      ({ type, stream_key, seq, audience, actor_id, payload: JSON.parse(payload) as unknown }))
    expect(emitted).toEqual([
      {
        type: 'workspace_member_joined', stream_key: `w:${workspace.id}`, seq: null, audience: 'members', actor_id: ada.userId,
        payload: { workspace_id: workspace.id, user: expect.objectContaining({ id: ada.userId }), role: 'owner', single_channel: false, joined_at: expect.any(String) },
      },
      {
        type: 'member_joined', stream_key: `c:${general.id}`, seq: 1, audience: 'all', actor_id: ada.userId,
        payload: { channel: shared, user: expect.objectContaining({ id: ada.userId }), role: 'manager', joined_at: expect.any(String), added_by: null },
      },
      { type: 'channel_created', stream_key: `w:${workspace.id}`, seq: null, audience: 'members', actor_id: ada.userId, payload: shared },
    ])
    expect(eventsOf(world, general.id)).toHaveLength(1)
  })

  it('finds another slug when the name suggests a taken one, and refuses a taken one that was asked for', async () => {
    const ada = await world.aUser()
    const first = await world.workspace.createWorkspace(ada, { name: 'Twice' })
    const second = await world.workspace.createWorkspace(ada, { name: 'Twice' })
    expect(first.slug).toBe('twice')
    expect(second.slug).toMatch(/^twice-[a-z2-9]{5}$/)
    await expect(world.workspace.createWorkspace(ada, { name: 'Other', slug: 'twice' })).rejects.toMatchObject({ code: 'slug_taken', kind: 'conflict' })
  })

  it('gives twenty who choose one name at once twenty different slugs', async () => {
    const ada = await world.aUser()
    const made = await Promise.all(Array.from({ length: 20 }, () => world.workspace.createWorkspace(ada, { name: 'Rush' })))
    expect(new Set(made.map(({ slug }) => slug)).size).toBe(20)
  })

  it.each(['', ' \u200b ', '\u0301', '\u0958'.repeat(80)])('refuses the name %j, in which there is nothing to see or too much', async (name) => {
    const ada = await world.aUser()
    const before = world.events.length
    await expect(world.workspace.createWorkspace(ada, { name })).rejects.toMatchObject({ code: 'invalid_name', kind: 'unprocessable' })
    expect(world.events).toHaveLength(before)
  })

  it('refuses a description that composing makes longer than 250 characters', async () => {
    const ada = await world.aUser()
    await expect(world.workspace.createWorkspace(ada, { name: 'Long', description: '\u0958'.repeat(126) }))
      .rejects.toMatchObject({ code: 'invalid_request', details: [{ path: '/description', message: expect.any(String) }] })
  })
})
