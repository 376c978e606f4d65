import type { OwnUser, UserProfile } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { Actor, UserId } from '@afrochat/kernel'
import { invalidToken, userNotFound } from '../auth.errors.ts'
import * as audience from './audience.repository.ts'
import type { Sight } from './audience.repository.ts'
import { toOwnUser, toUser } from './user.view.ts'
import * as users from './users.repository.ts'

/** The actor as they see themselves. */
export async function getMe({ db }: { db: Db }, actor: Actor): Promise<OwnUser> {
  const row = await users.findOwn(db, actor.userId)
  // A token of an account that is gone.
  if (!row) throw invalidToken()
  return toOwnUser(row)
}

/**
 * Somebody with whom the actor shares a workspace; a guest: a channel. Not visible and not existing are one answer. The
 * address is for admins of a workspace that the person is in, and for themselves.
 */
export async function getUser({ db }: { db: Db }, actor: Actor, userId: UserId): Promise<UserProfile> {
  const row = await users.findVisibleTo(db, actor.userId, userId)
  if (!row) throw userNotFound()
  return row.shows_email ? toOwnUser(row) : toUser(row)
}

/** Of these, who may know whether whom is here. What is not allowed is no different from what asks about nobody. */
export const rightfulSights = async ({ db }: { db: Db }, sights: readonly Sight[]): Promise<readonly Sight[]> =>
  (sights.length === 0 ? [] : audience.listRightfulSights(db, sights))
