import type { Workspace } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, encodeCursor, toPage, type Actor, type Page, type WorkspaceId } from '@afrochat/kernel'
import { decodeIdCursor, type PageOptions } from '../paging/id-cursor.ts'
import { getWorkspaceBySlugFor, getWorkspaceFor } from './load-workspace.ts'
import { toWorkspace } from './workspace.view.ts'
import * as workspaces from './workspaces.repository.ts'

/** Those that the caller is an active member of. */
export async function listWorkspaces({ db }: { db: Db }, actor: Actor, input: PageOptions): Promise<Page<Workspace>> {
  const { limit = DEFAULT_PAGE_SIZE, cursor } = input
  const rows = await workspaces.listOwn(db, { userId: actor.userId, after: decodeIdCursor<WorkspaceId>('workspaces', cursor), limit: limit + 1 })
  return toPage(rows.map(toWorkspace), limit, ({ id }) => encodeCursor('workspaces', id))
}

export async function getWorkspace({ db }: { db: Db }, actor: Actor, id: WorkspaceId): Promise<Workspace> {
  return toWorkspace((await getWorkspaceFor(db, actor, { id, action: 'workspace.read' })).workspace)
}

export async function getWorkspaceBySlug({ db }: { db: Db }, actor: Actor, slug: string): Promise<Workspace> {
  return toWorkspace((await getWorkspaceBySlugFor(db, actor, slug)).workspace)
}
