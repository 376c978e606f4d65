import { sql } from 'kysely'
import type { Db, Tx } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'

/** Hides them from everybody, and leaves their content to be removed in the background. */
export const hideChannels = (tx: Tx, workspaceId: WorkspaceId) =>
  tx.updateTable('channels').set({ deleted_at: sql<Date>`now()` }).where('workspace_id', '=', workspaceId).where('deleted_at', 'is', null).execute()

/** Members who have not been told yet. */
export async function lockMembers(tx: Tx, { workspaceId, limit }: { workspaceId: WorkspaceId; limit: number }): Promise<UserId[]> {
  const rows = await tx.selectFrom('workspace_members').select('user_id')
    .where('workspace_id', '=', workspaceId).where('deactivated_at', 'is', null)
    .orderBy('user_id').limit(limit).forNoKeyUpdate()
    .execute()
  return rows.map(({ user_id }) => user_id)
}

export async function deactivateMembers(
  tx: Tx,
  { workspaceId, userIds, by }: { workspaceId: WorkspaceId; userIds: readonly UserId[]; by: UserId | null },
): Promise<void> {
  await tx.updateTable('workspace_members').set({ deactivated_at: sql<Date>`now()`, deactivated_by: by })
    .where('workspace_id', '=', workspaceId).where(sql<boolean>`user_id = any(${userIds}::uuid[])`).execute()
}

/** Deleted workspaces whose people have not all been told. */
export async function listUnfinished(db: Db): Promise<WorkspaceId[]> {
  const rows = await db.selectFrom('workspaces as w').select('w.id')
    .where('w.deleted_at', 'is not', null)
    .where(sql<boolean>`exists (select from workspace_members m where m.workspace_id = w.id and m.deactivated_at is null)`)
    .execute()
  return rows.map(({ id }) => id)
}
