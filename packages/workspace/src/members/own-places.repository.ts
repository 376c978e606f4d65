import type { Tx } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'

/** The workspaces that somebody is an active member of, in the order in which they are locked. */
export async function listWorkspaceIds(tx: Tx, userId: UserId): Promise<WorkspaceId[]> {
  const rows = await tx.selectFrom('workspace_members as own').innerJoin('workspaces', 'workspaces.id', 'own.workspace_id')
    .select('own.workspace_id')
    .where('own.user_id', '=', userId).where('own.deactivated_at', 'is', null).where('workspaces.deleted_at', 'is', null)
    .orderBy('own.workspace_id').execute()
  return rows.map(({ workspace_id }) => workspace_id)
}
