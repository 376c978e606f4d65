import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { defaultWorkspaceSettings, type Workspace } from '@afrochat/contracts'
import { createWorld, type TestUser, type World } from '@afrochat/test-support'
import type { UpdateWorkspace } from './update-workspace.ts'

let world: World
let workspace: Workspace
let owner: TestUser, admin: TestUser, alice: TestUser, guest: TestUser

beforeAll(async () => {
  world = await createWorld()
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  ;[admin, alice] = [await world.aMember({ of: workspace, role: 'admin' }), await world.aMember({ of: workspace })]
  guest = await world.aMember({ of: workspace, role: 'guest', channels: [await world.generalOf(workspace, owner)] })
})
afterAll(() => world.close())

const update = (by: TestUser, fields: Omit<UpdateWorkspace, 'workspace_id'>) => world.workspace.updateWorkspace(by, { workspace_id: workspace.id, ...fields })
const lastAudit = async () => (await world.workspace.listAuditLog(owner, { workspace_id: workspace.id, limit: 1 })).items[0]

describe('updateWorkspace', () => {
  it('changes what is given and leaves the rest, for owners and admins', async () => {
    const before = await world.workspace.getWorkspace(owner, workspace.id)
    const renamed = await update(admin, { name: '  Café\nAddis ', slug: 'cafe-addis-2', description: 'Coffee' })
    expect(renamed).toEqual({ ...before, name: 'Café Addis', slug: 'cafe-addis-2', description: 'Coffee', updated_at: renamed.updated_at })
    expect(await update(owner, { description: null })).toMatchObject({ name: 'Café Addis', description: null })
    expect(await world.workspace.getWorkspaceBySlug(alice, 'cafe-addis-2')).toMatchObject({ id: workspace.id })
  })

  it('is refused to members and guests, and hidden from strangers', async () => {
    await expect(update(alice, { name: 'Mine' })).rejects.toMatchObject({ kind: 'forbidden', code: 'role_not_allowed' })
    await expect(update(guest, { name: 'Mine' })).rejects.toMatchObject({ kind: 'forbidden', code: 'guest_not_allowed' })
    await expect(update(await world.aUser(), { name: 'Mine' })).rejects.toMatchObject({ kind: 'not_found', code: 'workspace_not_found' })
  })

  it('tells everybody, guests too, and writes what it was before and is now', async () => {
    await update(admin, { name: 'Before' })
    await update(admin, { name: 'After', settings: { guests_may_pin: true } })
    const event = world.events.at(-1)
    expect(event).toMatchObject({ type: 'workspace_updated', stream_key: `w:${workspace.id}`, audience: 'all', actor_id: admin.userId })
    expect(JSON.parse(event?.payload ?? '')).toEqual(await world.workspace.getWorkspace(guest, workspace.id))
    expect(await lastAudit()).toMatchObject({
      action: 'workspace_updated', actor_id: admin.userId, target_id: workspace.id,
      details: { changes: [{ field: 'name', from: 'Before', to: 'After' }, { field: 'guests_may_pin', from: false, to: true }] },
    })
  })

  it('leaves no trace of what is so already', async () => {
    const now = await world.workspace.getWorkspace(owner, workspace.id)
    const [events, entry] = [world.events.length, await lastAudit()]
    const { name, slug, description, settings } = now
    expect(await update(admin, { name, slug, description, settings })).toEqual(now)
    expect([world.events.length, await lastAudit()]).toEqual([events, entry])
  })

  it('refuses an address that another workspace has, and names in which there is nothing to see', async () => {
    const other = await world.aWorkspace({ name: 'Other' })
    await expect(update(owner, { slug: other.slug })).rejects.toMatchObject({ kind: 'conflict', code: 'slug_taken' })
    for (const name of ['', '\u200b', '\u0958'.repeat(80)]) await expect(update(owner, { name })).rejects.toMatchObject({ kind: 'unprocessable', code: 'invalid_name' })
    await expect(update(owner, { description: '\u0958'.repeat(126) })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('keeps of the settings what differs from the defaults, so that a new default reaches who never chose', async () => {
    const place = await world.aWorkspace({ owner })
    const set = (settings: Partial<Workspace['settings']>) => world.workspace.updateWorkspace(owner, { workspace_id: place.id, settings })
    const stored = async () => (await world.db.selectFrom('workspaces').select('settings').where('id', '=', place.id).executeTakeFirstOrThrow()).settings
    await set({ members_may_invite: false, edit_window_minutes: 5, guests_may_pin: false, allowed_email_domains: ['example.com'] })
    expect(await stored()).toEqual({ members_may_invite: false, edit_window_minutes: 5, allowed_email_domains: ['example.com'] })
    const { settings } = await set({ members_may_invite: true, edit_window_minutes: null })
    expect(settings).toEqual({ ...defaultWorkspaceSettings, allowed_email_domains: ['example.com'] })
    expect(await stored()).toEqual({ allowed_email_domains: ['example.com'] })
  })

  it('lets owners alone decide what admins may more: an admin would open it for themselves', async () => {
    await expect(update(admin, { settings: { admins_may_manage_admins: true } })).rejects.toMatchObject({ kind: 'forbidden', code: 'role_not_allowed' })
    await update(owner, { settings: { admins_may_read_audit_log: false } })
    await expect(update(admin, { settings: { admins_may_read_audit_log: true } })).rejects.toMatchObject({ code: 'role_not_allowed' })
    await expect(world.workspace.listAuditLog(admin, { workspace_id: workspace.id })).rejects.toMatchObject({ kind: 'forbidden', code: 'role_not_allowed' })
    // Sending what is so already is no change.
    await expect(update(admin, { settings: { admins_may_read_audit_log: false, guests_may_pin: false } })).resolves.toMatchObject({ id: workspace.id })
    await update(owner, { settings: { admins_may_read_audit_log: true } })
  })

  it('takes effect at once', async () => {
    await update(owner, { settings: { members_may_create_channels: false } })
    await expect(world.aChannel({ in: workspace, by: alice })).rejects.toMatchObject({ kind: 'forbidden', code: 'role_not_allowed' })
    await update(owner, { settings: { members_may_create_channels: true } })
    await expect(world.aChannel({ in: workspace, by: alice })).resolves.toMatchObject({ created_by: alice.userId })
  })

  it('of fifty who want one address at once lets one have it', async () => {
    const places = await Promise.all(Array.from({ length: 50 }, () => world.aWorkspace({ owner })))
    const outcomes = await Promise.allSettled(places.map(({ id }) => world.workspace.updateWorkspace(owner, { workspace_id: id, slug: 'the-one' })))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'slug_taken' })
  })
})
