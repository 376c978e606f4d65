import { sql } from 'kysely'
import type { Db, Tx } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'

/** What tells one conversation from another: its people, in whatever order they were named. */
export const keyOf = (userIds: readonly UserId[]): string => userIds.toSorted().join(',')

export async function findId(db: Db, workspaceId: WorkspaceId, key: string): Promise<ChannelId | undefined> {
  const row = await db.selectFrom('channels').select('id')
    .where('workspace_id', '=', workspaceId).where('dm_key', '=', key).where('deleted_at', 'is', null).executeTakeFirst()
  return row?.id
}

interface NewDm {
  readonly id: ChannelId
  readonly workspaceId: WorkspaceId
  readonly kind: 'dm' | 'group_dm'
  readonly key: string
  readonly createdBy: UserId
}

/** False when there is one of these people, made perhaps in this very moment: the unique index decides. */
export async function insert(tx: Tx, { id, workspaceId, kind, key, createdBy }: NewDm): Promise<boolean> {
  const row = await tx.insertInto('channels')
    .values({ id, workspace_id: workspaceId, kind, name: null, topic: null, description: null, dm_key: key, created_by: createdBy, archived_at: null })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'dm_key']).where('dm_key', 'is not', null).where('deleted_at', 'is', null).doNothing())
    .returning('id').executeTakeFirst()
  return row !== undefined
}

/** Those of the people with whom the user is in a channel or conversation. */
export async function listAcquainted(db: Db, workspaceId: WorkspaceId, { userId, others }: { userId: UserId; others: readonly UserId[] }): Promise<UserId[]> {
  const rows = await db.selectFrom('channel_members as mine')
    .innerJoin('channel_members as theirs', (join) => join.onRef('theirs.channel_id', '=', 'mine.channel_id').on('theirs.to_seq', 'is', null))
    .select('theirs.user_id').distinct()
    .where('mine.user_id', '=', userId).where('mine.workspace_id', '=', workspaceId).where('mine.to_seq', 'is', null)
    .where(sql<boolean>`theirs.user_id = any(${others}::uuid[])`)
    .execute()
  return rows.map(({ user_id }) => user_id)
}

/** Whether each of the people is an active member of the workspace, with an active account. */
export async function areAllActive(db: Db, workspaceId: WorkspaceId, userIds: readonly UserId[]): Promise<boolean> {
  const { active } = await db.selectFrom('workspace_members as w').innerJoin('users', 'users.id', 'w.user_id')
    .select((eb) => eb.fn.countAll<number>().as('active'))
    .where('w.workspace_id', '=', workspaceId).where(sql<boolean>`w.user_id = any(${userIds}::uuid[])`)
    .where('w.deactivated_at', 'is', null).where('users.status', '=', 'active')
    .executeTakeFirstOrThrow()
  return active === userIds.length
}

/** Those of the people who are or were members of the workspace. */
export async function listEverMembers(db: Db, workspaceId: WorkspaceId, userIds: readonly UserId[]): Promise<UserId[]> {
  const rows = await db.selectFrom('workspace_members').select('user_id')
    .where('workspace_id', '=', workspaceId).where(sql<boolean>`user_id = any(${userIds}::uuid[])`).execute()
  return rows.map(({ user_id }) => user_id)
}
