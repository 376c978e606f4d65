import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { AuditEntry, Workspace } from '@afrochat/contracts'
import { createWorld, type TestUser, type World } from '@afrochat/test-support'
import { recordAudit } from './record-audit.ts'
import { verifyAuditLog } from './verify-audit-log.ts'

let world: World
let owner: TestUser

beforeAll(async () => {
  world = await createWorld({ poolSize: 20 })
  owner = await world.aUser()
})
afterAll(() => world.close())

const write = (workspace: Workspace, number: number) =>
  world.transact(owner, ({ tx }) => recordAudit(tx, owner, { workspaceId: workspace.id, action: 'emoji_added', targetId: `emoji-${number}`, details: { number } }))
async function aLog(entries: number): Promise<Workspace> {
  const workspace = await world.aWorkspace({ owner })
  for (let number = 1; number <= entries; number += 1) await write(workspace, number)
  return workspace
}
const entriesOf = async (workspace: Workspace, query: { actor_id?: TestUser['userId']; action?: string; limit?: number; cursor?: string } = {}) =>
  world.workspace.listAuditLog(owner, { workspace_id: workspace.id, ...query })

describe('the audit log', () => {
  it('numbers the entries of each workspace without a hole, fifty at once included', async () => {
    const [one, other] = [await aLog(0), await aLog(0)]
    await Promise.all(Array.from({ length: 50 }, (_, index) => write(index % 2 === 0 ? one : other, index)))
    for (const workspace of [one, other]) {
      const { items } = await entriesOf(workspace, { limit: 200 })
      expect(items.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index))
      expect(await verifyAuditLog(world.db, workspace.id)).toEqual({ entries: 25, head: items[0]?.hash, broken: null })
    }
  })

  it('leaves no entry, and no number behind, of an act that was undone', async () => {
    const workspace = await aLog(1)
    await expect(world.transact(owner, async ({ tx }) => {
      await recordAudit(tx, owner, { workspaceId: workspace.id, action: 'emoji_added' })
      throw new Error('undone')
    })).rejects.toThrow('undone')
    await write(workspace, 2)
    expect((await entriesOf(workspace)).items.map(({ number, target_id }) => [number, target_id])).toEqual([[2, 'emoji-2'], [1, 'emoji-1']])
  })

  it('is read from the newest on, page by page, by who acted and by what they did', async () => {
    const workspace = await aLog(5)
    const admin = await world.aMember({ of: workspace, role: 'admin' })
    await world.workspace.updateWorkspace(admin, { workspace_id: workspace.id, name: 'Renamed' })
    const all: AuditEntry[] = []
    let cursor: string | undefined
    do {
      const page = await entriesOf(workspace, { limit: 2, ...(cursor && { cursor }) })
      all.push(...page.items)
      if (cursor === undefined) await write(workspace, 99)
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    // The invite of the admin is one of them; what was written meanwhile belongs before the first page.
    expect(all.map(({ number }) => number)).toEqual([7, 6, 5, 4, 3, 2, 1])
    expect((await entriesOf(workspace, { actor_id: admin.userId })).items.map(({ action }) => action)).toEqual(['workspace_updated'])
    expect((await entriesOf(workspace, { action: 'emoji_added', limit: 200 })).items).toHaveLength(6)
    expect((await entriesOf(workspace, { action: 'emoji_added', actor_id: admin.userId })).items).toEqual([])
    const { next_cursor: foreign } = await world.workspace.listWorkspaceMembers(owner, { workspace_id: workspace.id, limit: 1 })
    await expect(entriesOf(workspace, { cursor: foreign ?? '' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })

  it('is for owners, and for admins where the owner lets them; nobody else', async () => {
    const workspace = await aLog(1)
    const read = (user: TestUser) => world.workspace.listAuditLog(user, { workspace_id: workspace.id })
    const [admin, member] = [await world.aMember({ of: workspace, role: 'admin' }), await world.aMember({ of: workspace })]
    const guest = await world.aMember({ of: workspace, role: 'guest', channels: [await world.generalOf(workspace, owner)] })
    await expect(read(admin)).resolves.toMatchObject({ items: expect.any(Array) })
    await expect(read(member)).rejects.toMatchObject({ kind: 'forbidden', code: 'role_not_allowed' })
    await expect(read(guest)).rejects.toMatchObject({ kind: 'forbidden', code: 'guest_not_allowed' })
    await expect(read(await world.aUser())).rejects.toMatchObject({ kind: 'not_found', code: 'workspace_not_found' })
  })
})

describe('the chain of the audit log', () => {
  const inLog = ({ id }: Workspace, number: number, change: ReturnType<typeof sql>) =>
    sql`update workspace_audit set ${change} where workspace_id = ${id} and number = ${number}`.execute(world.db)

  it.each([
    ['the action', sql`action = 'emoji_removed'`],
    ['who acted', sql`actor_id = gen_random_uuid()`],
    ['that anybody acted', sql`actor_id = null`],
    ['what it was done to', sql`target_id = 'another'`],
    ['the details', sql`details = '{"number":4}'`],
    ['the spelling of the details', sql`details = '{"number": 3}'`],
    ['the request', sql`request_id = 'another'`],
    ['the time', sql`created_at = created_at - interval '1 millisecond'`],
    ['the hash', sql`hash = decode(repeat('00', 32), 'hex')`],
  ])('shows when somebody changes %s of an entry', async (_what, change) => {
    const workspace = await aLog(5)
    await inLog(workspace, 3, change)
    expect(await verifyAuditLog(world.db, workspace.id)).toMatchObject({ entries: 2, broken: { number: 3, reason: 'it was changed' } })
  })

  it('shows when an entry is taken out, at the beginning too, and when one is put in for another', async () => {
    const [first, middle, replaced] = [await aLog(5), await aLog(5), await aLog(5)]
    const remove = ({ id }: Workspace, number: number) => world.db.deleteFrom('workspace_audit').where('workspace_id', '=', id).where('number', '=', number).execute()
    await remove(first, 1)
    expect((await verifyAuditLog(world.db, first.id)).broken).toEqual({ number: 1, reason: 'it is missing' })
    await remove(middle, 4)
    expect((await verifyAuditLog(world.db, middle.id)).broken).toEqual({ number: 4, reason: 'it is missing' })
    // Numbers closed up, as if it had never been there.
    await inLog(middle, 5, sql`number = 4`)
    expect((await verifyAuditLog(world.db, middle.id)).broken).toEqual({ number: 4, reason: 'it does not follow from the entry before it' })
    // Whole and right in itself, but of another workspace.
    await sql`
      update workspace_audit mine set action = theirs.action, actor_id = theirs.actor_id, target_id = theirs.target_id, details = theirs.details,
        created_at = theirs.created_at, previous_hash = theirs.previous_hash, hash = theirs.hash
      from workspace_audit theirs where mine.workspace_id = ${replaced.id} and mine.number = 1 and theirs.workspace_id = ${(await aLog(1)).id} and theirs.number = 1`
      .execute(world.db)
    expect((await verifyAuditLog(world.db, replaced.id)).broken).toEqual({ number: 1, reason: 'it was changed' })
  })

  it('tells by the hash of its last entry whether entries were cut off at the end', async () => {
    const workspace = await aLog(5)
    const { head } = await verifyAuditLog(world.db, workspace.id)
    await world.db.deleteFrom('workspace_audit').where('workspace_id', '=', workspace.id).where('number', '=', 5).execute()
    const cut = await verifyAuditLog(world.db, workspace.id)
    expect(cut).toMatchObject({ entries: 4, broken: null })
    expect(cut.head).not.toBe(head)
  })

  it('of a workspace that has no entry is whole', async () => {
    expect(await verifyAuditLog(world.db, (await aLog(0)).id)).toEqual({ entries: 0, head: '0'.repeat(64), broken: null })
  })
})

describe('an administrative act that is refused', () => {
  const refusalsIn = async (workspace: Workspace) =>
    (await entriesOf(workspace, { action: 'permission_denied' })).items.map(({ actor_id, target_id, details }) => ({ actor_id, target_id, details }))

  it('leaves nothing of itself but an entry that says who tried what', async () => {
    const workspace = await aLog(0)
    const [alice, bob] = [await world.aMember({ of: workspace }), await world.aMember({ of: workspace })]
    const before = world.events.length
    await expect(world.workspace.deactivateWorkspaceMember(alice, { workspace_id: workspace.id, user_id: bob.userId })).rejects.toMatchObject({ code: 'role_not_allowed' })
    await expect(world.workspace.updateWorkspace(alice, { workspace_id: workspace.id, name: 'Mine' })).rejects.toMatchObject({ code: 'role_not_allowed' })
    await expect(world.workspace.listAuditLog(bob, { workspace_id: workspace.id })).rejects.toMatchObject({ code: 'role_not_allowed' })
    expect(await refusalsIn(workspace)).toEqual([
      { actor_id: bob.userId, target_id: null, details: { attempted: 'audit.read', code: 'role_not_allowed' } },
      { actor_id: alice.userId, target_id: workspace.id, details: { attempted: 'workspace.update', code: 'role_not_allowed' } },
      { actor_id: alice.userId, target_id: bob.userId, details: { attempted: 'member.manage', code: 'role_not_allowed' } },
    ])
    expect(world.events).toHaveLength(before)
    expect(await verifyAuditLog(world.db, workspace.id)).toMatchObject({ broken: null })
  })

  it('is written once, however often somebody knocks, and again for another target', async () => {
    const workspace = await aLog(0)
    const [admin, alice] = [await world.aMember({ of: workspace, role: 'admin' }), await world.aMember({ of: workspace })]
    const promote = (to: TestUser) => world.workspace.updateWorkspaceMember(admin, { workspace_id: workspace.id, user_id: to.userId, role: 'owner' })
    for (let count = 0; count < 20; count += 1) await expect(promote(alice)).rejects.toMatchObject({ code: 'role_not_allowed' })
    await expect(promote(admin)).rejects.toMatchObject({ code: 'role_not_allowed' })
    expect((await refusalsIn(workspace)).map(({ target_id }) => target_id)).toEqual([admin.userId, alice.userId])
  })

  it('is none of those that anybody may meet: writing where one is not a member, or asking for what is not there', async () => {
    const workspace = await aLog(0)
    const [alice, stranger] = [await world.aMember({ of: workspace }), await world.aUser()]
    const room = await world.aChannel({ in: workspace, by: owner })
    await expect(world.workspace.leaveChannel(alice, room.id)).rejects.toMatchObject({ code: 'not_in_channel' })
    await expect(world.workspace.deleteWorkspace(stranger, workspace.id)).rejects.toMatchObject({ code: 'workspace_not_found' })
    expect(await refusalsIn(workspace)).toEqual([])
  })
})
