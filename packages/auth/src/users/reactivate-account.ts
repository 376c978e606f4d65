import type { Transact } from '@afrochat/database'
import { newId, type Origin, type UserId } from '@afrochat/kernel'
import { userNotFound } from '../auth.errors.ts'
import * as sessions from '../sessions/sessions.repository.ts'
import { announceUser } from './announce-user.ts'
import * as users from './users.repository.ts'

/**
 * Lets the account sign in again, by whoever runs the installation. It has its name, its address and all that it said; into
 * a workspace it comes back by an invite, or by an admin who put it out. Old tokens stay dead. Twice changes nothing.
 */
export async function reactivateAccount({ transact }: { transact: Transact }, origin: Origin, userId: UserId): Promise<void> {
  await transact(origin, async (uow) => {
    const account = await users.lockById(uow.tx, userId)
    if (account === undefined) throw userNotFound()
    if (account.status === 'active') return

    await announceUser(uow, await users.setStatus(uow.tx, userId, 'active'))
    await sessions.insertAudit(uow.tx, {
      id: newId(), user_id: userId, session_id: null, action: 'reactivated', ip: null, user_agent: null, request_id: origin.requestId,
    })
  })
}
