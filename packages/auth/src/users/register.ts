import type { SignedIn } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import { newId, type UserId } from '@afrochat/kernel'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import * as sessions from '../sessions/sessions.repository.ts'
import { startSession, toSignedIn, type Device, type SessionPolicy } from '../sessions/start-session.ts'
import type { AccessTokens } from '../tokens/access-token.ts'
import { claimUsername } from './claim-name.ts'
import { toDisplayName } from './display-name.ts'
import { translatingDuplicates } from './translating-duplicates.ts'
import { toUsername } from './username.ts'
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
  const username = toUsername(input.username)
  const displayName = toDisplayName(input.displayName)
  const passwordHash = await passwords.hash(input.password)

  const started = await translatingDuplicates(transact({ userId: null, requestId: input.requestId }, async ({ tx }) => {
    await claimUsername(tx, username)
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
