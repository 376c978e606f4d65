import type { Db } from '@afrochat/database'
import type { WorkspaceId } from '@afrochat/kernel'
import { hashOf, NO_HASH, type AuditRow } from './audit-hash.ts'
import * as audit from './audit.repository.ts'
import type { AuditLogRef } from './audit.repository.ts'

export interface AuditVerdict {
  /** How many entries were found good. */
  readonly entries: number
  /** The hash of the last good one, in hexadecimal. Noted elsewhere, it shows whether entries were cut off at the end, which no chain shows by itself. */
  readonly head: string
  /** The first entry that is not what was written, and why; null: all are. */
  readonly broken: { readonly number: number; readonly reason: string } | null
}

const BATCH = 1_000

/** The audit logs of all workspaces, deleted ones included, or of those that are called so, by slug, name or id. */
export const listAuditLogs = (db: Db, wanted?: string): Promise<AuditLogRef[]> => audit.listLogs(db, wanted)

/** Walks a workspace's audit log from its first entry, and stops at the first one that does not follow from those before it. */
export async function verifyAuditLog(db: Db, workspaceId: WorkspaceId): Promise<AuditVerdict> {
  let last: { number: number; hash: Buffer } = { number: 0, hash: NO_HASH }
  for (;;) {
    const rows = await audit.listAfter(db, workspaceId, { after: last.number, limit: BATCH })
    for (const row of rows) {
      const reason = faultOf(row, last)
      if (reason !== undefined) return { entries: last.number, head: last.hash.toString('hex'), broken: { number: last.number + 1, reason } }
      last = row
    }
    if (rows.length < BATCH) return { entries: last.number, head: last.hash.toString('hex'), broken: null }
  }
}

function faultOf(row: AuditRow, before: { number: number; hash: Buffer }): string | undefined {
  if (row.number !== before.number + 1) return 'it is missing'
  if (!row.previous_hash.equals(before.hash)) return 'it does not follow from the entry before it'
  if (!row.hash.equals(hashOf(row))) return 'it was changed'
  return undefined
}
