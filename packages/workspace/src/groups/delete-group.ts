import { workspaceStream } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, GroupId, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { lockWorkspaceToChange } from '../workspaces/load-workspace.ts'
import { announceGroup } from './announce-groups.ts'
import { groupNotFound } from './group.errors.ts'
import * as groups from './groups.repository.ts'

export interface DeleteGroup {
  readonly workspace_id: WorkspaceId
  readonly group_id: GroupId
}

/** Removes the group, also from those that it is in. What was said to it stays said: who was mentioned then is known by themselves. */
export async function deleteGroup({ transact }: { transact: Transact }, actor: Actor, { workspace_id: workspaceId, group_id: id }: DeleteGroup): Promise<void> {
  await transact(actor, async (uow) => {
    const { tx } = uow
    await lockWorkspaceToChange(tx, actor, { id: workspaceId, action: 'group.manage', targetId: id })
    const group = await groups.find(tx, { workspaceId, id })
    if (group === undefined) throw groupNotFound()
    const parents = await groups.listParents(tx, { workspaceId, id })

    await groups.remove(tx, id)
    for (const parent of parents) announceGroup(uow, { ...parent, group_ids: parent.group_ids.filter((other) => other !== id) })
    uow.emit({ type: 'group_deleted', stream: workspaceStream(workspaceId), workspaceId, audience: 'members', payload: { id, workspace_id: workspaceId } })
    await recordAudit(tx, actor, { workspaceId, action: 'group_deleted', targetId: id, details: { handle: group.handle } })
  })
}
