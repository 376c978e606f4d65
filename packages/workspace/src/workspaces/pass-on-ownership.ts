import { workspaceStream } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'
import { lastOwner } from '../members/member.errors.ts'
import * as members from '../members/members.repository.ts'
import { toWorkspace, type WorkspaceRow } from './workspace.view.ts'
import * as workspaces from './workspaces.repository.ts'

/**
 * An owner is about to stop being one: another must be there, or `last_owner`. If the workspace was theirs by name, it
 * passes to the one of the others who has been in it longest. The workspace is locked.
 */
export async function passOnOwnership(uow: UnitOfWork, workspace: WorkspaceRow, from: UserId): Promise<void> {
  const other = await members.findOtherOwner(uow.tx, { workspaceId: workspace.id, userId: from })
  if (other === undefined) throw lastOwner()
  if (workspace.owner_id === from) await setOwner(uow, workspace, other)
}

/** The workspace is locked, and the person is one of its owners. */
export async function setOwner({ tx, emit }: UnitOfWork, { id }: Pick<WorkspaceRow, 'id'>, ownerId: UserId): Promise<WorkspaceRow> {
  const workspace = await workspaces.update(tx, id, { owner_id: ownerId })
  emit({ type: 'workspace_updated', stream: workspaceStream(id), workspaceId: id, payload: toWorkspace(workspace) })
  return workspace
}
