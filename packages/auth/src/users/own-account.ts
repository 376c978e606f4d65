import type { Tx } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { invalidToken } from '../auth.errors.ts'
import * as users from './users.repository.ts'

/** The actor's account, held until the transaction ends. One that was deactivated a moment ago is as good as gone. */
export async function lockOwnAccount(tx: Tx, actor: Actor): Promise<users.SignInRow> {
  const account = await users.lockById(tx, actor.userId)
  if (account?.status !== 'active') throw invalidToken()
  return account
}
