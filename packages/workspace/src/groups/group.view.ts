import type { Selectable } from 'kysely'
import type { Group } from '@afrochat/contracts'
import type { UserGroupsTable } from '@afrochat/database'
import type { GroupId, UserId } from '@afrochat/kernel'

/** A group with who is in it. Those who are no full members at the moment are not shown: they do not count. */
export type GroupRow = Selectable<UserGroupsTable> & { readonly user_ids: UserId[]; readonly group_ids: GroupId[] }

export function toGroup(row: GroupRow): Group {
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    handle: row.handle,
    name: row.name,
    description: row.description,
    user_ids: row.user_ids,
    group_ids: row.group_ids,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}
