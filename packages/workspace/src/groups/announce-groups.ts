import { workspaceStream } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import { toGroup, type GroupRow } from './group.view.ts'
import * as groups from './groups.repository.ts'

/** Tells the full members how the group is now. */
export function announceGroup({ emit }: UnitOfWork, row: GroupRow): void {
  emit({ type: 'group_updated', stream: workspaceStream(row.workspace_id), workspaceId: row.workspace_id, audience: 'members', payload: toGroup(row) })
}

/** After somebody became a full member, or stopped being one: the groups that they are in have one more who counts, or one less. */
export async function announceGroupsOf(uow: UnitOfWork, who: { workspaceId: WorkspaceId; userId: UserId }): Promise<void> {
  for (const row of await groups.listOfMember(uow.tx, who)) announceGroup(uow, row)
}

/** Who leaves by themselves leaves the groups too, and does not come back into them. They are no active member any more. */
export async function leaveGroups(uow: UnitOfWork, who: { workspaceId: WorkspaceId; userId: UserId }): Promise<void> {
  await announceGroupsOf(uow, who)
  await groups.removeMember(uow.tx, who)
}
