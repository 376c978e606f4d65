import { sql, type Updateable } from 'kysely'
import type { WorkspaceRole } from '@afrochat/contracts'
import type { Db, Tx, WorkspacesTable } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import type { WorkspaceRow } from './workspace.view.ts'

export type OwnWorkspaceRow = WorkspaceRow & { role: WorkspaceRole }

/** The workspace and the user's role in it; undefined when they are no active member. */
export const findOwn = (db: Db, userId: UserId, id: WorkspaceId): Promise<OwnWorkspaceRow | undefined> =>
  selectOwn(db, userId).where('workspaces.id', '=', id).executeTakeFirst()

/** The same, and both stay what they are until the transaction ends. In the order of all locks: the workspace, then people's places in it. */
export const lockOwn = (tx: Tx, userId: UserId, id: WorkspaceId): Promise<OwnWorkspaceRow | undefined> =>
  selectOwn(tx, userId).where('workspaces.id', '=', id).forShare(['workspaces', 'own']).executeTakeFirst()

/** Holds the workspace against everybody who decides by what it is, or by what somebody is in it. What decides is read afterwards. */
export const lock = (tx: Tx, id: WorkspaceId) => tx.selectFrom('workspaces').select('id').where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

/** Undefined: deleted. */
export const find = (tx: Tx, id: WorkspaceId): Promise<WorkspaceRow | undefined> =>
  tx.selectFrom('workspaces').selectAll().where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst()

/** Lets others decide by it at the same time, and nobody change it. False: it was deleted. */
export async function lockShared(tx: Tx, id: WorkspaceId): Promise<boolean> {
  const row = await tx.selectFrom('workspaces').select('id').where('id', '=', id).where('deleted_at', 'is', null).forShare().executeTakeFirst()
  return row !== undefined
}

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

export type WorkspaceChange = Updateable<WorkspacesTable>

/** The row is locked. */
export const update = (tx: Tx, id: WorkspaceId, change: WorkspaceChange): Promise<WorkspaceRow> =>
  tx.updateTable('workspaces').set({ ...change, updated_at: sql<Date>`now()` }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

/** The unique index on the addresses of workspaces. */
export const SLUG_KEY = 'workspaces_slug_key'
