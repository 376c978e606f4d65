import type { SignedIn } from '@afrochat/contracts'
import type { Db, Transact, Tx, UnitOfWork } from '@afrochat/database'
import type { SessionId } from '@afrochat/kernel'
import { invalidRefreshToken } from '../auth.errors.ts'
import type { AccessTokens } from '../tokens/access-token.ts'
import { hashOfToken, successorsOf } from '../tokens/refresh-token.ts'
import * as users from '../users/users.repository.ts'
import type { LiveSessions } from './live-sessions.ts'
import { revokeInTransaction } from './revoke-sessions.ts'
import * as sessions from './sessions.repository.ts'
import { endOfSession, toSignedIn, type Device, type SessionPolicy, type StartedSession } from './start-session.ts'

interface Deps {
  readonly db: Db
  readonly transact: Transact
  readonly tokens: AccessTokens
  readonly liveSessions: LiveSessions
  readonly policy: SessionPolicy
  /** The first makes successors; a retry finds one that an older secret made. */
  readonly secrets: readonly string[]
  readonly retrySeconds?: number | undefined
}

export interface Refresh {
  readonly refreshToken: string
  readonly device: Device
  readonly requestId: string | null
}

/** Two tabs that refresh at once, or a client that lost the answer and asks again. */
const RETRY_SECONDS = 10

/**
 * Exchanges a refresh token for its successor. A token that comes again when its successor is in use, or too late, is in
 * two hands, one of them a thief's: nobody can tell which, so the whole session ends.
 */
export async function refresh(deps: Deps, input: Refresh): Promise<SignedIn> {
  const hash = hashOfToken(input.refreshToken)
  const sessionId = await sessions.findSessionOfToken(deps.db, hash)
  if (sessionId === undefined) throw invalidRefreshToken()

  const origin = { userId: null, requestId: input.requestId }
  const outcome = await deps.transact(origin, (uow) => exchange(deps, uow, { ...input, hash, sessionId }))
  if (outcome.status === 'refused') throw invalidRefreshToken()
  if (outcome.status === 'reused') {
    deps.liveSessions.forget([sessionId])
    throw invalidRefreshToken()
  }
  return toSignedIn(deps.tokens, outcome.started)
}

type Outcome = { status: 'refused' } | { status: 'reused' } | { status: 'exchanged'; started: StartedSession }

interface Exchange extends Refresh {
  readonly hash: Buffer
  readonly sessionId: SessionId
}

async function exchange({ policy, secrets, retrySeconds = RETRY_SECONDS }: Deps, uow: UnitOfWork, input: Exchange): Promise<Outcome> {
  const { tx } = uow
  // All uses of a family's tokens queue here; what they decide on is read after the lock is held.
  const session = await sessions.lockById(tx, input.sessionId)
  if (!session?.is_live) return { status: 'refused' }
  const user = await users.findOwn(tx, session.user_id)
  if (user?.status !== 'active') return { status: 'refused' }

  const token = await sessions.getTokenWithSuccessor(tx, input.hash)
  const refreshToken = token.used_at === null
    ? await rotate(tx, input, secrets)
    : retriedSuccessor(token, input.refreshToken, { secrets, retrySeconds })
  if (refreshToken === undefined) {
    await revokeInTransaction(uow, {
      userId: user.id, which: session.id, action: 'refresh_token_reused',
      by: { sessionId: session.id, requestId: input.requestId, ...input.device },
    })
    return { status: 'reused' }
  }
  await sessions.prolong(tx, session.id, endOfSession(policy))
  return { status: 'exchanged', started: { user, sessionId: session.id, refreshToken } }
}

async function rotate(tx: Tx, { refreshToken, hash, sessionId }: Exchange, secrets: readonly string[]): Promise<string> {
  const [successor] = successorsOf(refreshToken, secrets)
  if (successor === undefined) throw new Error('There is no secret to make refresh tokens with')
  await sessions.markTokenUsed(tx, hash)
  await sessions.insertToken(tx, { token_hash: hashOfToken(successor), session_id: sessionId, parent_hash: hash, used_at: null })
  return successor
}

interface UsedToken {
  readonly seconds_since_use: number | null
  readonly successor_hash: Buffer | null
  readonly successor_used_at: Date | null
}

interface Retrying {
  readonly secrets: readonly string[]
  readonly retrySeconds: number
}

/** The same successor once more, if it is early enough and nobody has used it. */
function retriedSuccessor(token: UsedToken, refreshToken: string, { secrets, retrySeconds }: Retrying): string | undefined {
  const { seconds_since_use: age, successor_hash: hash, successor_used_at: successorUsedAt } = token
  if (age === null || age > retrySeconds || successorUsedAt !== null) return undefined
  return successorsOf(refreshToken, secrets).find((successor) => hash?.equals(hashOfToken(successor)))
}
