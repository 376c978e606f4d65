import type { Insertable } from 'kysely'
import type { Tx, UsersTable } from '@afrochat/database'
import { userColumns, type UserRow } from '../users/user.view.ts'

/** Those of the rows whose username nobody has, as they are now. The unique index decides, also between rows of one call. */
export const insertWhereFree = (tx: Tx, rows: readonly Insertable<UsersTable>[]): Promise<UserRow[]> =>
  tx.insertInto('users').values(rows)
    .onConflict((conflict) => conflict.column('username').doNothing())
    .returning(userColumns).execute()
