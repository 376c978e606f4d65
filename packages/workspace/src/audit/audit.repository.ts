import { sql } from 'kysely'
import type { Db, Tx } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import type { AuditRow } from './audit-hash.ts'

/** First key of the advisory locks of audit logs: apart from every other use of such locks in the database. */
const AUDIT_LOCK = 0x617564

/** Until the transaction ends, nobody else writes to the audit log of this workspace. */
export const lock = (tx: Tx, workspaceId: WorkspaceId) =>
  sql`select pg_advisory_xact_lock(${sql.lit(AUDIT_LOCK)}, hashtext(${workspaceId}))`.execute(tx)

export interface AuditEnd {
  /** By the clock of the database, in the milliseconds that a JavaScript date holds. */
  now: Date
  /** Null: there is no entry yet. */
  number: number | null
  hash: Buffer | null
}

/** The last entry, in a statement after the lock's. */
export async function readEnd(tx: Tx, workspaceId: WorkspaceId): Promise<AuditEnd> {
  const { rows } = await sql<AuditEnd>`
    select date_trunc('milliseconds', clock_timestamp()) as now, last.number, last.hash
    from (values (1)) one left join lateral (
      select number, hash from workspace_audit where workspace_id = ${workspaceId} order by number desc limit 1) last on true`.execute(tx)
  const [end] = rows
  if (end === undefined) throw new Error('A left join of one row gives one row')
  return end
}

export const insert = (tx: Tx, row: AuditRow) => tx.insertInto('workspace_audit').values(row).execute()

interface AuditListing {
  readonly workspaceId: WorkspaceId
  readonly actorId: UserId | undefined
  readonly action: string | undefined
  readonly before: number | undefined
  readonly limit: number
}

/** The newest first. */
export const list = (db: Db, { workspaceId, actorId, action, before, limit }: AuditListing): Promise<AuditRow[]> =>
  db.selectFrom('workspace_audit').selectAll()
    .where('workspace_id', '=', workspaceId)
    .$if(actorId !== undefined, (query) => query.where('actor_id', '=', actorId ?? null))
    .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
    .orderBy('number', 'desc').limit(limit)
    .execute()

/** In the order in which they were written. */
export const listAfter = (db: Db, workspaceId: WorkspaceId, { after, limit }: { after: number; limit: number }): Promise<AuditRow[]> =>
  db.selectFrom('workspace_audit').selectAll()
    .where('workspace_id', '=', workspaceId).where('number', '>', after)
    .orderBy('number').limit(limit)
    .execute()

/** A workspace that has an audit log. */
export interface AuditLogRef {
  readonly id: WorkspaceId
  readonly slug: string
  readonly isDeleted: boolean
}

/** Of all workspaces, deleted ones included, or of those that are called so, by slug, name or id. By slug. */
export const listLogs = (db: Db, wanted: string | undefined): Promise<AuditLogRef[]> =>
  db.selectFrom('workspaces').select(['id', 'slug', sql<boolean>`deleted_at is not null`.as('isDeleted')])
    .$if(wanted !== undefined, (query) => query.where(sql<boolean>`lower(${wanted}) in (slug, lower(name), id::text)`))
    .orderBy('slug').execute()
