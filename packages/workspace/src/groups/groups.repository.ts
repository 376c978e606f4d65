import { sql, type Insertable, type Updateable } from 'kysely'
import type { WorkspaceRole } from '@afrochat/contracts'
import type { Db, Tx, UserGroupsTable } from '@afrochat/database'
import type { GroupId, UserId, WorkspaceId } from '@afrochat/kernel'
import type { GroupRow } from './group.view.ts'

/**
 * Full members who are there: whoever left, was deactivated or became a guest stays in the table and does not count.
 * Each is looked up by a value of its own: joined, the planner reads all members of the workspace for each group while it
 * thinks that they are few (seen: six seconds for 200 groups of a workspace of 4,000 people among many small ones).
 */
const MEMBERS = sql<UserId[]>`array(
  select m.user_id from user_group_members m
  where m.group_id = g.id and (
    select w.role from workspace_members w where w.workspace_id = g.workspace_id and w.user_id = m.user_id and w.deactivated_at is null) <> 'guest'
  order by m.user_id)`
const SUBGROUPS = sql<GroupId[]>`array(select s.subgroup_id from user_group_subgroups s where s.group_id = g.id order by s.subgroup_id)`

const select = (db: Db, workspaceId: WorkspaceId) =>
  db.selectFrom('user_groups as g').selectAll('g').select([MEMBERS.as('user_ids'), SUBGROUPS.as('group_ids')]).where('g.workspace_id', '=', workspaceId)

interface Listing {
  readonly workspaceId: WorkspaceId
  readonly after: GroupId | undefined
  readonly limit: number
}

/** By id. */
export const list = (db: Db, { workspaceId, after, limit }: Listing): Promise<GroupRow[]> =>
  select(db, workspaceId).$if(after !== undefined, (query) => query.where('g.id', '>', after ?? null)).orderBy('g.id').limit(limit).execute()

interface Place {
  readonly workspaceId: WorkspaceId
  readonly id: GroupId
}

export const find = (db: Db, { workspaceId, id }: Place): Promise<GroupRow | undefined> => select(db, workspaceId).where('g.id', '=', id).executeTakeFirst()

/** In the transaction that made or changed it. */
export const get = (tx: Tx, { workspaceId, id }: Place): Promise<GroupRow> => select(tx, workspaceId).where('g.id', '=', id).executeTakeFirstOrThrow()

/** Those that have this one as a subgroup. */
export const listParents = (tx: Tx, { workspaceId, id }: Place): Promise<GroupRow[]> =>
  select(tx, workspaceId)
    .where('g.id', 'in', (query) => query.selectFrom('user_group_subgroups').select('group_id').where('subgroup_id', '=', id))
    .orderBy('g.id').execute()

/** Those that the person is in, by themselves, whether they count at the moment or not. */
export const listOfMember = (tx: Tx, { workspaceId, userId }: { workspaceId: WorkspaceId; userId: UserId }): Promise<GroupRow[]> =>
  select(tx, workspaceId)
    .where('g.id', 'in', (query) => query.selectFrom('user_group_members').select('group_id').where('user_id', '=', userId))
    .orderBy('g.id').execute()

export async function count(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  const { total } = await tx.selectFrom('user_groups').select(({ fn }) => fn.countAll<number>().as('total')).where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow()
  return total
}

/** The unique constraint on the handles of a workspace's groups. */
export const HANDLE_KEY = 'user_groups_workspace_id_handle_key'

/** False: the workspace has a group of this handle. */
export async function insert(tx: Tx, row: Insertable<UserGroupsTable>): Promise<boolean> {
  const made = await tx.insertInto('user_groups').values(row).onConflict((conflict) => conflict.columns(['workspace_id', 'handle']).doNothing())
    .returning('id').executeTakeFirst()
  return made !== undefined
}

export const update = (tx: Tx, id: GroupId, change: Updateable<UserGroupsTable>) =>
  tx.updateTable('user_groups').set({ ...change, updated_at: sql<Date>`now()` }).where('id', '=', id).execute()

export const remove = (tx: Tx, id: GroupId) => tx.deleteFrom('user_groups').where('id', '=', id).execute()

/** Makes these the members. Those who are not shown at the moment stay: nobody decided about them. */
export async function setMembers(tx: Tx, { workspaceId, id }: Place, userIds: readonly UserId[]): Promise<void> {
  await sql`
    delete from user_group_members m
    using workspace_members w
    where m.group_id = ${id} and m.user_id <> all(${userIds}::uuid[])
      and w.workspace_id = ${workspaceId} and w.user_id = m.user_id and w.deactivated_at is null and w.role <> 'guest'`.execute(tx)
  await sql`
    insert into user_group_members (group_id, user_id) select ${id}, u.id from unnest(${userIds}::uuid[]) as u(id) on conflict do nothing`.execute(tx)
}

/** Takes the person out of all groups of the workspace. */
export const removeMember = (tx: Tx, { workspaceId, userId }: { workspaceId: WorkspaceId; userId: UserId }) =>
  tx.deleteFrom('user_group_members').where('user_id', '=', userId)
    .where('group_id', 'in', (query) => query.selectFrom('user_groups').select('id').where('workspace_id', '=', workspaceId))
    .execute()

export async function setSubgroups(tx: Tx, id: GroupId, groupIds: readonly GroupId[]): Promise<void> {
  await sql`delete from user_group_subgroups where group_id = ${id} and subgroup_id <> all(${groupIds}::uuid[])`.execute(tx)
  await sql`
    insert into user_group_subgroups (group_id, subgroup_id) select ${id}, s.id from unnest(${groupIds}::uuid[]) as s(id) on conflict do nothing`.execute(tx)
}

/** What these people are in the workspace; who is no active member is not among them. */
export const listRoles = (tx: Tx, workspaceId: WorkspaceId, userIds: readonly UserId[]): Promise<{ user_id: UserId; role: WorkspaceRole }[]> =>
  tx.selectFrom('workspace_members').select(['user_id', 'role'])
    .where('workspace_id', '=', workspaceId).where('user_id', '=', sql<UserId>`any(${userIds}::uuid[])`).where('deactivated_at', 'is', null)
    .execute()

/** These groups of the workspace, and all that are in them, by however many steps. */
export async function listReachable(tx: Tx, workspaceId: WorkspaceId, ids: readonly GroupId[]): Promise<ReadonlySet<GroupId>> {
  const { rows } = await sql<{ id: GroupId }>`
    with recursive reached(id) as (
      select id from user_groups where workspace_id = ${workspaceId} and id = any(${ids}::uuid[])
      union
      select s.subgroup_id from reached join user_group_subgroups s on s.group_id = reached.id)
    select id from reached`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}
