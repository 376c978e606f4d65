import type { Transact } from '@afrochat/database'
import type { Origin } from '@afrochat/kernel'
import { announceUser } from './announce-user.ts'
import * as users from './users.repository.ts'

/** Nobody does it: time does. */
const TIME: Origin = { userId: null, requestId: null }
/** Each is a few events to each of somebody's workspaces: so that no transaction holds the log for long. */
const AT_ONCE = 20

/**
 * Takes back the statuses whose time has come, and says so; returns how many, at most 20: called again while there are
 * more. Any number of processes may call it at once: each takes those that nobody else holds.
 */
export async function clearExpiredStatuses({ transact }: { transact: Transact }): Promise<number> {
  return transact(TIME, async (uow) => {
    const expired = await users.lockExpiredStatuses(uow.tx, AT_ONCE)
    for (const id of expired) {
      const user = await users.update(uow.tx, id, { status_text: null, status_emoji: null, status_expires_at: null })
      await announceUser(uow, user)
    }
    return expired.length
  })
}
