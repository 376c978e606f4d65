import { accountStream } from '@afrochat/contracts'
import type { AccountAction, Transact, UnitOfWork } from '@afrochat/database'
import { newId, type Actor, type SessionId, type UserId } from '@afrochat/kernel'
import { sessionNotFound } from '../auth.errors.ts'
import type { LiveSessions } from './live-sessions.ts'
import * as sessions from './sessions.repository.ts'

interface Deps {
  readonly transact: Transact
  readonly liveSessions: LiveSessions
}

/** Ends the actor's own session. Its access token is refused from the moment this returns; other sessions go on. */
export async function logout(deps: Deps, actor: Actor): Promise<void> {
  await end(deps, actor, { which: actor.sessionId, action: 'signed_out' })
}

/** Ends one of the actor's sessions. */
export async function revokeSession(deps: Deps, actor: Actor, sessionId: SessionId): Promise<void> {
  const ended = await end(deps, actor, { which: sessionId, action: 'session_revoked' })
  if (ended.length === 0) throw sessionNotFound()
}

/** Ends all sessions of the actor, this one included. */
export async function revokeAllSessions(deps: Deps, actor: Actor): Promise<void> {
  await end(deps, actor, { which: 'all', action: 'all_sessions_revoked' })
}

async function end({ transact, liveSessions }: Deps, actor: Actor, { which, action }: { which: SessionId | 'all'; action: AccountAction }) {
  const ended = await transact(actor, (uow) =>
    revokeInTransaction(uow, { userId: actor.userId, which, action, by: { sessionId: actor.sessionId, requestId: actor.requestId } }))
  // Other processes hear of it by the log; this one must not answer before it knows.
  liveSessions.forget(ended)
  return ended
}

export interface Revocation {
  readonly userId: UserId
  readonly which: SessionId | 'all'
  readonly action: AccountAction
  /** `sessionId` null: whoever runs the installation. */
  readonly by: { readonly sessionId: SessionId | null; readonly requestId: string | null; readonly address?: string; readonly userAgent?: string | null }
}

/** The step: ends them, tells every process and gateway, and leaves a trace. */
export async function revokeInTransaction({ tx, emit }: UnitOfWork, { userId, which, action, by }: Revocation): Promise<SessionId[]> {
  const ended = await sessions.revoke(tx, userId, which)
  if (ended.length === 0) return ended
  await sessions.insertAudit(tx, {
    id: newId(),
    user_id: userId,
    session_id: which === 'all' ? by.sessionId : which,
    action,
    ip: by.address ?? null,
    user_agent: by.userAgent ?? null,
    request_id: by.requestId,
  })
  emit({
    type: 'sessions_revoked',
    stream: accountStream(userId),
    workspaceId: null,
    payload: { user_id: userId, session_ids: ended },
  })
  return ended
}
