import { sql } from 'kysely'
import type { Tx } from '@afrochat/database'

/** From here on locks can be given back without ending the transaction. */
export const mark = (tx: Tx) => sql`savepoint before_locks`.execute(tx)

/** Gives back the locks taken since the mark; what was written since is undone with them. */
export const giveBack = (tx: Tx) => sql`rollback to savepoint before_locks`.execute(tx)
