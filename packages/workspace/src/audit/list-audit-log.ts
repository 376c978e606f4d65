import type { AuditEntry } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { decodeCursor, DEFAULT_PAGE_SIZE, encodeCursor, toPage, type Actor, type Page, type UserId, type WorkspaceId } from '@afrochat/kernel'
import type { PageOptions } from '../paging/id-cursor.ts'
import { getWorkspaceFor } from '../workspaces/load-workspace.ts'
import { toAuditEntry } from './audit.view.ts'
import * as audit from './audit.repository.ts'

export type ListAuditLog = PageOptions & {
  readonly workspace_id: WorkspaceId
  readonly actor_id?: UserId | undefined
  readonly action?: string | undefined
}

/** What was done in the workspace as an admin, and who was refused; the newest first. */
export async function listAuditLog({ db }: { db: Db }, actor: Actor, input: ListAuditLog): Promise<Page<AuditEntry>> {
  const { workspace_id, actor_id: actorId, action, limit = DEFAULT_PAGE_SIZE, cursor } = input
  const { workspace } = await getWorkspaceFor(db, actor, { id: workspace_id, action: 'audit.read' })
  const before = cursor === undefined ? undefined : decodeCursor('audit', ['number'], cursor)[0]
  const rows = await audit.list(db, { workspaceId: workspace.id, actorId, action, before, limit: limit + 1 })
  return toPage(rows.map(toAuditEntry), limit, ({ number }) => encodeCursor('audit', number))
}
