import type { SignedIn } from '@afrochat/contracts'
import type { Tx } from '@afrochat/database'
import { newId, type SessionId } from '@afrochat/kernel'
import type { AccessTokens } from '../tokens/access-token.ts'
import { hashOfToken, newRefreshToken } from '../tokens/refresh-token.ts'
import { toOwnUser, type OwnUserRow } from '../users/user.view.ts'
import * as sessions from './sessions.repository.ts'

/** The device that asks, as its session shows it later. */
export interface Device {
  readonly address: string
  readonly userAgent: string | null
}

export interface SessionPolicy {
  /** A session that is not used for so long ends. */
  readonly refreshDays: number
}

const DAY_MS = 86_400_000
const MAX_USER_AGENT = 300

export const endOfSession = ({ refreshDays }: SessionPolicy): Date => new Date(Date.now() + refreshDays * DAY_MS)

export interface StartedSession {
  readonly user: OwnUserRow
  readonly sessionId: SessionId
  readonly refreshToken: string
}

/** The step that registration and sign-in share: a session with its first refresh token. */
export async function startSession(tx: Tx, policy: SessionPolicy, { user, device }: { user: OwnUserRow; device: Device }): Promise<StartedSession> {
  const sessionId = newId<SessionId>()
  const refreshToken = newRefreshToken()
  await sessions.insert(tx, {
    id: sessionId,
    user_id: user.id,
    user_agent: device.userAgent?.slice(0, MAX_USER_AGENT) ?? null,
    ip: device.address,
    expires_at: endOfSession(policy),
    revoked_at: null,
  })
  await sessions.insertToken(tx, { token_hash: hashOfToken(refreshToken), session_id: sessionId, parent_hash: null, used_at: null })
  return { user, sessionId, refreshToken }
}

/** What the client gets. Outside the transaction: signing needs no lock. */
export async function toSignedIn(tokens: AccessTokens, { user, sessionId, refreshToken }: StartedSession): Promise<SignedIn> {
  return {
    user: toOwnUser(user),
    access_token: await tokens.issue({ userId: user.id, email: user.email, sessionId }),
    refresh_token: refreshToken,
    token_type: 'Bearer',
    expires_in: tokens.lifeSeconds,
  }
}
