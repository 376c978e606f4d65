import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { WorkspaceRole } from '@afrochat/contracts'
import { newId, type UserId } from '@afrochat/kernel'
import { createWorld, type TestUser, type World } from '@afrochat/test-support'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

async function aPlace() {
  const owner = await world.aUser()
  const workspace = await world.aWorkspace({ owner })
  const general = await world.generalOf(workspace, owner)
  const aMember = async (role: WorkspaceRole) => {
    const made = await world.aMember({ of: workspace, role: role === 'owner' ? 'admin' : role, channels: [general] })
    if (role === 'owner') await world.workspace.updateWorkspaceMember(owner, { workspace_id: workspace.id, user_id: made.userId, role })
    return made
  }
  const transfer = (by: TestUser, { userId }: { userId: UserId }) => world.workspace.transferWorkspace(by, { workspace_id: workspace.id, user_id: userId })
  const roleOf = async (user: TestUser) => (await world.workspace.boot(user, workspace.id)).role
  return { owner, workspace, aMember, transfer, roleOf }
}

describe('handing a workspace over', () => {
  it.each(['admin', 'member', 'guest', 'owner'] as const)('makes an %s its owner by name, and whoever gave it an admin, in one moment', async (role) => {
    const { owner, workspace, aMember, transfer, roleOf } = await aPlace()
    const heir = await aMember(role)
    const before = world.events.length
    const updated = await transfer(owner, heir)
    expect(updated).toEqual({ ...workspace, owner_id: heir.userId, updated_at: updated.updated_at })
    expect([await roleOf(heir), await roleOf(owner)]).toEqual(['owner', 'admin'])
    const told = world.events.slice(before).map(({ type, payload }) => [type, (JSON.parse(payload) as { user_id?: string }).user_id ?? null])
    expect(told).toEqual([
      ...(role === 'owner' ? [] : [['workspace_member_updated', heir.userId]]),
      ['workspace_updated', null],
      ['workspace_member_updated', owner.userId],
    ])
    const { items: [entry] } = await world.workspace.listAuditLog(heir, { workspace_id: workspace.id, limit: 1 })
    expect(entry).toMatchObject({ action: 'ownership_transferred', actor_id: owner.userId, target_id: heir.userId, details: { from: owner.userId, role_before: role } })
  })

  it('is only for the owner by name: another owner may not, nor an admin', async () => {
    const { owner, workspace, aMember, transfer } = await aPlace()
    const [other, admin, member] = [await aMember('owner'), await aMember('admin'), await aMember('member')]
    for (const actor of [other, admin, member]) await expect(transfer(actor, member)).rejects.toMatchObject({ kind: 'forbidden', code: 'role_not_allowed' })
    expect((await world.workspace.getWorkspace(owner, workspace.id)).owner_id).toBe(owner.userId)
  })

  it('goes to nobody who is not in the workspace now; to oneself it changes nothing', async () => {
    const { owner, workspace, aMember, transfer } = await aPlace()
    const gone = await aMember('member')
    await world.workspace.leaveWorkspace(gone, workspace.id)
    for (const nobody of [gone, await world.aUser(), { userId: newId<UserId>() }]) {
      await expect(transfer(owner, nobody)).rejects.toMatchObject({ kind: 'not_found', code: 'user_not_found' })
    }
    const before = world.events.length
    expect(await transfer(owner, owner)).toMatchObject({ owner_id: owner.userId })
    expect(world.events).toHaveLength(before)
  })
})
