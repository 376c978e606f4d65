import type { Db, Transact, UnitOfWork } from '@afrochat/database'
import { newId, type Actor, type Origin, type SessionId, type UserId } from '@afrochat/kernel'
import { invalidToken, userNotFound, wrongPassword } from '../auth.errors.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { LoginGuard, Memberships } from '../ports.ts'
import type { LiveSessions } from '../sessions/live-sessions.ts'
import { revokeInTransaction } from '../sessions/revoke-sessions.ts'
import * as sessions from '../sessions/sessions.repository.ts'
import { announceUser } from './announce-user.ts'
import * as users from './users.repository.ts'

interface Deps {
  readonly db: Db
  readonly transact: Transact
  readonly passwords: PasswordHasher
  readonly loginGuard: LoginGuard
  readonly memberships: Memberships
  readonly liveSessions: LiveSessions
}

export interface OwnDeactivation {
  readonly password: string
  /** Where the request comes from: wrong passwords are counted like wrong sign-ins. */
  readonly address: string
}

/** The actor's own end: a session that somebody else got hold of is not enough for it. */
export async function deactivateOwnAccount({ db, passwords, loginGuard, liveSessions, ...deps }: Deps, actor: Actor, input: OwnDeactivation): Promise<void> {
  const attempt = { account: actor.userId, address: input.address }
  await loginGuard.admit(attempt)
  const passwordHash = await users.findPasswordHash(db, actor.userId)
  if (!(await passwords.isRight(input.password, passwordHash ?? null))) throw wrongPassword()
  await loginGuard.forgive(attempt)

  const ended = await endAccount(deps, actor, {
    userId: actor.userId, by: actor.sessionId,
    // Read again under the lock: a new password that came meanwhile was meant to shut others out.
    stillAllowed: (account) => account.password_hash === passwordHash,
  })
  // Other processes hear of it by the log; this one must not answer before it knows.
  liveSessions.forget(ended)
}

/** By whoever runs the installation. Twice changes nothing. */
export async function deactivateAccount(deps: Pick<Deps, 'transact' | 'memberships'>, origin: Origin, userId: UserId): Promise<void> {
  await endAccount(deps, origin, { userId, by: null, stillAllowed: () => true })
}

interface Ending {
  readonly userId: UserId
  /** The session that asked for it. */
  readonly by: SessionId | null
  readonly stillAllowed: (account: users.SignInRow) => boolean
}

/**
 * Ends an account: its sessions at once, its places in all workspaces with what hangs on them. What it said stays, and so
 * does its claim to its name and address. Returns the sessions that ended.
 */
function endAccount({ transact, memberships }: Pick<Deps, 'transact' | 'memberships'>, origin: Origin, { userId, by, stillAllowed }: Ending) {
  return transact(origin, async (uow) => {
    const places = await memberships.hold(uow.tx, userId)
    const account = await users.lockById(uow.tx, userId)
    if (account === undefined) throw userNotFound()
    if (account.status !== 'active') return []
    if (!stillAllowed(account)) throw invalidToken()

    // Said while they are still there: whom a guest knows follows from the channels that they share.
    await announceUser(uow, await users.setStatus(uow.tx, userId, 'deactivated'))
    await places.leave(uow)
    return endSessions(uow, origin, { userId, by })
  })
}

async function endSessions(uow: UnitOfWork, { requestId }: Origin, { userId, by }: Pick<Ending, 'userId' | 'by'>): Promise<SessionId[]> {
  await sessions.insertAudit(uow.tx, { id: newId(), user_id: userId, session_id: by, action: 'deactivated', ip: null, user_agent: null, request_id: requestId })
  return revokeInTransaction(uow, { userId, which: 'all', action: 'all_sessions_revoked', by: { sessionId: by, requestId } })
}
