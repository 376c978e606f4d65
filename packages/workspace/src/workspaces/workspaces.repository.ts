import { userColumns } from '@afrochat/auth'
import type { WorkspaceRole } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import type { WorkspaceMemberRow, WorkspaceRow } from './workspace.view.ts'

export type OwnWorkspaceRow = WorkspaceRow & { role: WorkspaceRole }

/** The workspace and the user's role in it; undefined when they are no active member. */
export const findOwn = (db: Db, userId: UserId, id: WorkspaceId): Promise<OwnWorkspaceRow | undefined> =>
  selectOwn(db, userId).where('workspaces.id', '=', id).executeTakeFirst()

/** The same, and the role stays what it is until the transaction ends. */
export const lockOwn = (tx: Tx, userId: UserId, id: WorkspaceId): Promise<OwnWorkspaceRow | undefined> =>
  selectOwn(tx, userId).where('workspaces.id', '=', id).forShare('own').executeTakeFirst()

export const findOwnBySlug = (db: Db, userId: UserId, slug: string): Promise<OwnWorkspaceRow | undefined> =>
  selectOwn(db, userId).where('workspaces.slug', '=', slug).executeTakeFirst()

/** By id. */
export const listOwn = (db: Db, { userId, after, limit }: { userId: UserId; after: WorkspaceId | undefined; limit: number }): Promise<OwnWorkspaceRow[]> =>
  selectOwn(db, userId)
    .$if(after !== undefined, (query) => query.where('own.workspace_id', '>', after ?? null))
    .orderBy('own.workspace_id').limit(limit)
    .execute()

const selectOwn = (db: Db, userId: UserId) =>
  db.selectFrom('workspace_members as own')
    .innerJoin('workspaces', 'workspaces.id', 'own.workspace_id')
    .selectAll('workspaces').select('own.role')
    .where('own.user_id', '=', userId).where('own.deactivated_at', 'is', null).where('workspaces.deleted_at', 'is', null)

interface NewWorkspace {
  readonly id: WorkspaceId
  readonly name: string
  readonly slug: string
  readonly description: string | null
  readonly ownerId: UserId
}

/** Undefined when the slug is taken. */
export const insert = (tx: Tx, { id, name, slug, description, ownerId }: NewWorkspace): Promise<WorkspaceRow | undefined> =>
  tx.insertInto('workspaces').values({ id, name, slug, description, owner_id: ownerId, icon_url: null })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returningAll().executeTakeFirst()

export interface NewMember {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
  readonly role: WorkspaceRole
}

/** When they joined; undefined when they are a member already, perhaps a deactivated one. */
export async function insertMember(tx: Tx, { workspaceId, userId, role }: NewMember): Promise<Date | undefined> {
  const row = await tx.insertInto('workspace_members')
    .values({ workspace_id: workspaceId, user_id: userId, role, deactivated_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('joined_at').executeTakeFirst()
  return row?.joined_at
}

/** Deactivated ones included. */
export const findMember = (tx: Tx, workspaceId: WorkspaceId, userId: UserId) =>
  tx.selectFrom('workspace_members').select(['role', 'deactivated_at'])
    .where('workspace_id', '=', workspaceId).where('user_id', '=', userId).executeTakeFirst()

interface MemberListing {
  readonly workspaceId: WorkspaceId
  readonly after: UserId | undefined
  readonly limit: number
}

/** By user id, deactivated ones included. */
export const listMembers = (db: Db, { workspaceId, after, limit }: MemberListing): Promise<WorkspaceMemberRow[]> =>
  db.selectFrom('workspace_members as w')
    .innerJoin('users', 'users.id', 'w.user_id')
    .select(userColumns).select(['w.role', 'w.single_channel', 'w.joined_at', 'w.deactivated_at'])
    .where('w.workspace_id', '=', workspaceId)
    .$if(after !== undefined, (query) => query.where('w.user_id', '>', after ?? null))
    .orderBy('w.user_id').limit(limit)
    .execute()
