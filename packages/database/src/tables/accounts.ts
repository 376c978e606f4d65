import type { ColumnType, Generated } from 'kysely'
import type { UserPreferences } from '@afrochat/contracts'
import type { Id, SessionId, UserId } from '@afrochat/kernel'

export interface UsersTable {
  id: UserId
  email: string | null
  username: string
  display_name: string
  avatar_url: string | null
  /** What `avatar_url` shows; null: none, or one from elsewhere. */
  avatar_image: ColumnType<string | null, string | null | undefined>
  status: Generated<'active' | 'deactivated'>
  status_text: string | null
  status_emoji: string | null
  /** When the status text and emoji are cleared; null: never. */
  status_expires_at: ColumnType<Date | null, Date | null | undefined>
  /** What differs from the defaults of UserPreferences. */
  preferences: Generated<Partial<UserPreferences>>
  timezone: Generated<string>
  locale: Generated<string>
  is_bot: Generated<boolean>
  password_hash: string | null
  auth_version: Generated<number>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export interface SessionsTable {
  id: SessionId
  user_id: UserId
  user_agent: string | null
  ip: string | null
  created_at: Generated<Date>
  last_used_at: Generated<Date>
  expires_at: Date
  revoked_at: Date | null
}

export interface RefreshTokensTable {
  token_hash: Buffer
  session_id: SessionId
  parent_hash: Buffer | null
  created_at: Generated<Date>
  used_at: Date | null
}

export type AccountAction =
  | 'registered' | 'signed_in' | 'signed_out' | 'session_revoked' | 'all_sessions_revoked' | 'refresh_token_reused' | 'deactivated' | 'reactivated'

/** What happened to an account. Only ever inserted. */
export interface AccountAuditTable {
  id: Id<'account-audit'>
  user_id: UserId
  session_id: SessionId | null
  action: AccountAction
  ip: string | null
  user_agent: string | null
  request_id: string | null
  created_at: Generated<Date>
}

/** The first answer to a request with an `Idempotency-Key`. */
export interface IdempotencyKeysTable {
  user_id: UserId
  key_hash: Buffer
  fingerprint: Buffer
  /** What the use case answered, encrypted by the key; null: nothing. */
  answer: Buffer | null
  created_at: Generated<Date>
}
