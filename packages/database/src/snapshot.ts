import type { Db } from './connect.ts'

/**
 * Runs reads that must agree with one another: all of them see the database as it was at the first. The work gets a
 * `Db`, not a `Tx`: there is nothing to lock in the past, and nothing to write.
 */
export function inSnapshot<T>(db: Db, read: (snapshot: Db) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read)
}
