import { sql } from 'kysely'
import type { Db, ImportRefsTable, Tx } from '@afrochat/database'
import type { WorkspaceId } from '@afrochat/kernel'

const SOURCE = 'slack'
/** First key of the advisory locks of imports: apart from every other use of such locks in the database. */
const IMPORT_LOCK = 0x696d70

export type Ref = Pick<ImportRefsTable, 'kind' | 'external_id' | 'local_id'>

/** One import at a time makes people and channels of a workspace. Held to the end of the transaction; read what is there in a later statement. */
export async function lock(tx: Tx, workspaceId: WorkspaceId): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(IMPORT_LOCK)}, hashtext(${workspaceId}))`.execute(tx)
}

export const list = (db: Db, workspaceId: WorkspaceId, externalIds: readonly string[]): Promise<Ref[]> =>
  db.selectFrom('import_refs').select(['kind', 'external_id', 'local_id'])
    .where('workspace_id', '=', workspaceId).where('source', '=', SOURCE)
    .where(sql<boolean>`external_id = any(${externalIds}::text[])`).execute()

export async function insert(tx: Tx, workspaceId: WorkspaceId, refs: readonly Ref[]): Promise<void> {
  if (refs.length === 0) return
  await tx.insertInto('import_refs').values(refs.map((ref) => ({ workspace_id: workspaceId, source: SOURCE, ...ref }))).execute()
}
