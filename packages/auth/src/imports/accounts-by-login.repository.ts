import type { Db } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'
import * as users from '../users/users.repository.ts'

/** An account as whoever runs the installation names it. */
export interface AccountRef {
  readonly id: UserId
  readonly username: string
}

/** By email address or username, active ones only. */
export async function findActiveAccount(db: Db, login: string): Promise<AccountRef | undefined> {
  const account = await users.findByLogin(db, login)
  return account?.status === 'active' ? { id: account.id, username: account.username } : undefined
}

/** By username, deactivated ones too. */
export const findAccountByUsername = (db: Db, username: string): Promise<AccountRef & { status: 'active' | 'deactivated' } | undefined> =>
  db.selectFrom('users').select(['id', 'username', 'status']).where('username', '=', username.toLowerCase()).executeTakeFirst()

/** The first one that registered here: who set the installation up. Accounts of imports have no password. */
export const findFirstAccount = (db: Db): Promise<AccountRef | undefined> =>
  db.selectFrom('users').select(['id', 'username'])
    .where('password_hash', 'is not', null).where('status', '=', 'active')
    .orderBy('created_at').orderBy('id').limit(1).executeTakeFirst()
