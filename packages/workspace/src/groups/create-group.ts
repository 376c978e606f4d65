import { claimHandle } from '@afrochat/auth'
import type { BodyOf, Group, groupRoutes } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import { newId, type Actor, type GroupId, type WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { getWorkspaceFor, lockWorkspaceToChange } from '../workspaces/load-workspace.ts'
import { announceGroup } from './announce-groups.ts'
import { handleTaken, tooManyGroups } from './group.errors.ts'
import { assertFullMembers, assertSubgroups, toGroupFields } from './group-fields.ts'
import { toGroup } from './group.view.ts'
import * as groups from './groups.repository.ts'

export type CreateGroup = BodyOf<typeof groupRoutes.createGroup> & { readonly workspace_id: WorkspaceId }

/** All of them are on the first screen of everybody. */
export const MAX_GROUPS = 500

/** People who are mentioned by one handle. */
export async function createGroup({ transact }: { transact: Transact }, actor: Actor, input: CreateGroup): Promise<Group> {
  const { workspace_id: workspaceId, user_ids: userIds = [], group_ids: groupIds = [] } = input
  const { handle = '', name = '', description = null } = toGroupFields(input)
  const wanted = { id: workspaceId, action: 'group.manage' } as const

  return transact(actor, async (uow) => {
    const { tx } = uow
    // Before anything is locked: who may not do this keeps nobody waiting.
    await getWorkspaceFor(tx, actor, wanted)
    if (!(await claimHandle(tx, handle))) throw handleTaken()
    // Groups of a workspace change one after the other: what is counted and checked here stays so.
    await lockWorkspaceToChange(tx, actor, wanted)
    if ((await groups.count(tx, workspaceId)) >= MAX_GROUPS) throw tooManyGroups(MAX_GROUPS)
    await assertFullMembers(tx, workspaceId, userIds)
    await assertSubgroups(tx, { workspaceId }, groupIds)

    const id = newId<GroupId>()
    if (!(await groups.insert(tx, { id, workspace_id: workspaceId, handle, name, description, created_by: actor.userId }))) throw handleTaken()
    await groups.setMembers(tx, { workspaceId, id }, userIds)
    await groups.setSubgroups(tx, id, groupIds)
    const group = await groups.get(tx, { workspaceId, id })
    announceGroup(uow, group)
    await recordAudit(tx, actor, { workspaceId, action: 'group_created', targetId: id, details: { handle } })
    return toGroup(group)
  })
}
