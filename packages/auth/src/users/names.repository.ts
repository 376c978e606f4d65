import { sql } from 'kysely'
import type { Tx } from '@afrochat/database'

/** Apart from every other use of advisory locks in the database. */
const NAMES_LOCK = 0x6e616d

/**
 * Usernames and the handles of groups are one namespace in two tables, so that no unique index can hold it. Who claims a
 * username shares this lock with all who do: the index of usernames decides between them. Who claims a handle has it alone.
 */
export async function lockForUsernames(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${sql.lit(NAMES_LOCK)}, 0)`.execute(tx)
}

export async function lockForHandles(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(NAMES_LOCK)}, 0)`.execute(tx)
}

/** Those of the names that a group of some workspace has. In a statement after the lock's. */
export async function listHandles(tx: Tx, names: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.selectFrom('user_groups').select('handle').where('handle', '=', sql<string>`any(${names}::text[])`).execute()
  return new Set(rows.map(({ handle }) => handle))
}

export const isUsername = async (tx: Tx, name: string): Promise<boolean> =>
  (await tx.selectFrom('users').select('id').where('username', '=', name).executeTakeFirst()) !== undefined
