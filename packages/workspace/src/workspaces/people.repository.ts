import { userColumns, type UserRow } from '@afrochat/auth'
import type { Tx } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'

export const get = (tx: Tx, userId: UserId): Promise<UserRow> =>
  tx.selectFrom('users').select(userColumns).where('users.id', '=', userId).executeTakeFirstOrThrow()

/** As an invite needs to know somebody: by the address that it may be bound to. */
export const getWithEmail = (tx: Tx, userId: UserId): Promise<UserRow & { email: string | null }> =>
  tx.selectFrom('users').select(userColumns).select('users.email').where('users.id', '=', userId).executeTakeFirstOrThrow()
