import type { SignedIn } from '@afrochat/contracts'
import type { Db, Transact } from '@afrochat/database'
import { newId } from '@afrochat/kernel'
import { accountDeactivated, invalidCredentials } from '../auth.errors.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { LoginGuard } from '../ports.ts'
import * as sessions from '../sessions/sessions.repository.ts'
import { startSession, toSignedIn, type Device, type SessionPolicy } from '../sessions/start-session.ts'
import type { AccessTokens } from '../tokens/access-token.ts'
import * as users from './users.repository.ts'

interface Deps {
  readonly db: Db
  readonly transact: Transact
  readonly passwords: PasswordHasher
  readonly loginGuard: LoginGuard
  readonly tokens: AccessTokens
  readonly policy: SessionPolicy
}

export interface Login {
  /** Email address or username. */
  readonly login: string
  readonly password: string
  readonly device: Device
  readonly requestId: string | null
}

/** Signs in. An unknown login, a wrong password and an account without one look the same and take the same time. */
export async function login({ db, transact, passwords, loginGuard, tokens, policy }: Deps, input: Login): Promise<SignedIn> {
  const account = await users.findByLogin(db, input.login)
  const attempt = { account: account?.id ?? input.login.toLowerCase(), address: input.device.address }
  await loginGuard.admit(attempt)
  const isRight = await passwords.isRight(input.password, account?.password_hash ?? null)
  if (!account || !isRight) throw invalidCredentials()
  await loginGuard.forgive(attempt)

  const started = await transact({ userId: account.id, requestId: input.requestId }, async ({ tx }) => {
    // Read again under its lock: a deactivation or a new password that came meanwhile ends the sessions it finds, and this is not one yet.
    const user = await users.lockById(tx, account.id)
    if (user?.password_hash !== account.password_hash) throw invalidCredentials()
    if (user.status !== 'active') throw accountDeactivated()
    const session = await startSession(tx, policy, { user, device: input.device })
    await sessions.insertAudit(tx, {
      id: newId(), user_id: user.id, session_id: session.sessionId, action: 'signed_in',
      ip: input.device.address, user_agent: input.device.userAgent, request_id: input.requestId,
    })
    return session
  })
  return toSignedIn(tokens, started)
}
