import type { Tx } from '@afrochat/database'
import { usernameTaken } from '../auth.errors.ts'
import * as names from './names.repository.ts'

/** Nobody makes a group of this name before the transaction ends. Throws `username_taken` when there is one; the unique index looks after the rest. */
export async function claimUsername(tx: Tx, username: string): Promise<void> {
  await names.lockForUsernames(tx)
  if ((await names.listHandles(tx, [username])).has(username)) throw usernameTaken()
}

/** Whether a group may have this handle: nobody has it as a username, nor takes it as one before the transaction ends. */
export async function claimHandle(tx: Tx, handle: string): Promise<boolean> {
  await names.lockForHandles(tx)
  return !(await names.isUsername(tx, handle))
}
