import type { AuditEntry } from '@afrochat/contracts'
import type { AuditRow } from './audit-hash.ts'

export function toAuditEntry(row: AuditRow): AuditEntry {
  return {
    number: row.number,
    action: row.action,
    actor_id: row.actor_id,
    target_id: row.target_id,
    // Written as an object by `recordAudit`, and bound by the hash.
    details: JSON.parse(row.details) as AuditEntry['details'],
    request_id: row.request_id,
    created_at: row.created_at.toISOString(),
    hash: row.hash.toString('hex'),
  }
}
