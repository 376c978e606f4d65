import type { BodyOf, Workspace, workspaceRoutes } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { userNotFound } from '../channels/channel.errors.ts'
import { AdministrativeRefusal, roleNotAllowed } from '../permissions/permission.errors.ts'
import * as people from '../workspaces/people.repository.ts'
import { setOwner } from '../workspaces/pass-on-ownership.ts'
import { toWorkspace } from '../workspaces/workspace.view.ts'
import { lockPlaceFor, type HeldPlace } from './lock-place.ts'
import * as memberChannels from './member-channels.repository.ts'
import * as members from './members.repository.ts'
import { setRole } from './set-role.ts'

export type TransferWorkspace = BodyOf<typeof workspaceRoutes.transferWorkspace> & { readonly workspace_id: WorkspaceId }

/** The workspace's owner by name hands it over, and stays as an admin. In one transaction: it is never without an owner. */
export async function transferWorkspace({ transact }: { transact: Transact }, actor: Actor, input: TransferWorkspace): Promise<Workspace> {
  const { workspace_id: workspaceId, user_id: userId } = input
  return transact(actor, async (uow) => {
    const { tx } = uow
    const place = await lockPlaceFor(tx, actor, {
      workspaceId, userId, action: 'workspace.transfer',
      touching: async ({ role }) => (role === 'guest' ? memberChannels.listDefaultIds(tx, workspaceId) : []),
    })
    const { access: { workspace }, member } = place
    assertIsTheirs(place, actor)
    if (member.deactivated_at !== null || (await people.get(tx, userId)).status !== 'active') throw userNotFound()
    if (userId === actor.userId) return toWorkspace(workspace)

    if (member.role !== 'owner') await setRole(uow, place, { role: 'owner', singleChannel: false })
    const updated = await setOwner(uow, workspace, userId)
    const own = await members.lock(tx, { workspaceId, userId: actor.userId })
    if (own === undefined) throw userNotFound()
    await setRole(uow, { access: { ...place.access, workspace: updated }, member: own }, { role: 'admin', singleChannel: false })
    await recordAudit(tx, actor, { workspaceId, action: 'ownership_transferred', targetId: userId, details: { from: actor.userId, role_before: member.role } })
    return toWorkspace(updated)
  })
}

/** There may be several owners; only the one by name gives the workspace away. */
function assertIsTheirs({ access: { workspace }, member }: HeldPlace, { userId }: Actor): void {
  if (workspace.owner_id === userId) return
  throw new AdministrativeRefusal(roleNotAllowed(), { workspaceId: workspace.id, action: 'workspace.transfer', targetId: member.user_id })
}
