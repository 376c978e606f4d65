import { userColumns, type UserRow } from '@afrochat/auth'
import type { Tx } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'

/**
 * As they are until the transaction ends. Who comes in somewhere is announced by what they are called: a new name waits, or
 * is seen here. And whose account ends at this moment leaves what they come into here, or does not come in.
 */
export const get = (tx: Tx, userId: UserId): Promise<UserRow> =>
  tx.selectFrom('users').select(userColumns).where('users.id', '=', userId).forShare().executeTakeFirstOrThrow()

/** As an invite needs to know somebody: by the address that it may be bound to. */
export const getWithEmail = (tx: Tx, userId: UserId): Promise<UserRow & { email: string | null }> =>
  tx.selectFrom('users').select(userColumns).select('users.email').where('users.id', '=', userId).forShare().executeTakeFirstOrThrow()

/** Nobody comes in anywhere by this account from here on. */
export const lock = (tx: Tx, userId: UserId) => tx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().executeTakeFirst()
