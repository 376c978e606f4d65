import type { SignedIn } from '@afrochat/contracts'
import { isUniqueViolation, type Transact } from '@afrochat/database'
import { newId, toSingleLine, type UserId } from '@afrochat/kernel'
import { emailTaken, invalidField, usernameReserved, usernameTaken } from '../auth.errors.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import * as sessions from '../sessions/sessions.repository.ts'
import { startSession, toSignedIn, type Device, type SessionPolicy } from '../sessions/start-session.ts'
import type { AccessTokens } from '../tokens/access-token.ts'
import { isReservedUsername } from './reserved-usernames.ts'
import * as users from './users.repository.ts'

interface Deps {
  readonly transact: Transact
  readonly passwords: PasswordHasher
  readonly tokens: AccessTokens
  readonly policy: SessionPolicy
}

export interface Registration {
  readonly email: string
  readonly username: string
  readonly password: string
  readonly displayName: string
  readonly device: Device
  readonly requestId: string | null
}

/** Creates an account and signs it in. */
export async function register({ transact, passwords, tokens, policy }: Deps, input: Registration): Promise<SignedIn> {
  const username = input.username.toLowerCase()
  if (isReservedUsername(username)) throw usernameReserved()
  const displayName = toSingleLine(input.displayName)
  if (displayName === '') throw invalidField('/display_name', 'must have something to see')
  const passwordHash = await passwords.hash(input.password)

  const started = await translatingDuplicates(transact({ userId: null, requestId: input.requestId }, async ({ tx }) => {
    const user = await users.insert(tx, {
      id: newId<UserId>(),
      email: input.email.toLowerCase(),
      username,
      display_name: displayName,
      password_hash: passwordHash,
      avatar_url: null,
      status_text: null,
      status_emoji: null,
    })
    const session = await startSession(tx, policy, { user, device: input.device })
    await sessions.insertAudit(tx, {
      id: newId(), user_id: user.id, session_id: session.sessionId, action: 'registered',
      ip: input.device.address, user_agent: input.device.userAgent, request_id: input.requestId,
    })
    return session
  }))
  return toSignedIn(tokens, started)
}

/** The unique indexes decide, so that two registrations at once cannot both have the name. */
async function translatingDuplicates<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isUniqueViolation(error, 'users_email_key')) throw emailTaken()
    if (isUniqueViolation(error, 'users_username_key')) throw usernameTaken()
    throw error
  }
}
