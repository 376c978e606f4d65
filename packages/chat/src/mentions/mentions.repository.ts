import { sql } from 'kysely'
import type { Db } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'

/** The active members of the workspace among these names and ids. */
export function findMembers(
  db: Db,
  workspaceId: WorkspaceId,
  { names, ids }: { readonly names: readonly string[]; readonly ids: readonly UserId[] },
): Promise<{ id: UserId; username: string }[]> {
  return db.selectFrom('users')
    .innerJoin('workspace_members', 'workspace_members.user_id', 'users.id')
    .select(['users.id', 'users.username'])
    .where('workspace_members.workspace_id', '=', workspaceId)
    .where('workspace_members.deactivated_at', 'is', null)
    .where(sql<boolean>`(users.username = any(${names}::text[]) or users.id = any(${ids}::uuid[]))`)
    .execute()
}
