import type { Generated } from 'kysely'
import type { SessionId, UserId } from '@afrochat/kernel'

export interface UsersTable {
  id: UserId
  email: string | null
  username: string
  display_name: string
  avatar_url: string | null
  status: Generated<'active' | 'deactivated'>
  status_text: string | null
  status_emoji: string | null
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
