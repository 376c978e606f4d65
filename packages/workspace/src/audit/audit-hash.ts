import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { WorkspaceAuditTable } from '@afrochat/database'

export type AuditRow = Selectable<WorkspaceAuditTable>

/** What the first entry of a workspace follows. */
export const NO_HASH: Buffer = Buffer.alloc(32)

/**
 * SHA-256 over the hash before it and everything that the entry says. As a JSON array, in which no two different
 * entries look alike: a field cannot lend characters to its neighbour. Changing the form breaks every chain there is.
 */
export function hashOf(entry: Omit<AuditRow, 'hash'>): Buffer {
  const said = [
    entry.workspace_id, entry.number, entry.action, entry.actor_id, entry.target_id, entry.details, entry.request_id, entry.created_at.toISOString(),
  ]
  return createHash('sha256').update(entry.previous_hash).update(JSON.stringify(said)).digest()
}
