import { sql } from 'kysely'
import type { Db } from '@afrochat/database'
import type { GroupId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface MentionedGroup {
  readonly id: GroupId
  readonly handle: string
  /** Whom it mentions, each once: its full members, and those of the groups in it, theirs included. */
  readonly user_ids: UserId[]
}

/**
 * The groups of the workspace among these handles and ids, with everybody whom they mention, in one statement. A handle
 * in lower case. `union` takes every group once: a circle, if there were one, would end. Each person is looked up,
 * as in groups.repository.ts.
 */
export async function findMentionedGroups(
  db: Db,
  workspaceId: WorkspaceId,
  { handles, ids }: { readonly handles: readonly string[]; readonly ids: readonly GroupId[] },
): Promise<MentionedGroup[]> {
  if (handles.length + ids.length === 0) return []
  const { rows } = await sql<MentionedGroup>`
    with recursive named as (
      select id, handle from user_groups where workspace_id = ${workspaceId} and handle = any(${handles}::text[])
      union
      select id, handle from user_groups where id = any(${ids}::uuid[]) and workspace_id = ${workspaceId}),
    reached(named_id, group_id) as (
      select id, id from named
      union
      select reached.named_id, s.subgroup_id from reached join user_group_subgroups s on s.group_id = reached.group_id)
    select named.id, named.handle, array(
      select distinct m.user_id from reached join user_group_members m on m.group_id = reached.group_id
      where reached.named_id = named.id and (
        select w.role from workspace_members w where w.workspace_id = ${workspaceId} and w.user_id = m.user_id and w.deactivated_at is null) <> 'guest'
      order by m.user_id) as user_ids
    from named order by named.handle`.execute(db)
  return rows
}
