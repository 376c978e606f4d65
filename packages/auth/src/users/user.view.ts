import type { Selectable } from 'kysely'
import type { OwnUser, User } from '@afrochat/contracts'
import type { UsersTable } from '@afrochat/database'

/** What the view of a person is made of: no other column of `users` is needed for it, least of all the password's hash. */
export type UserRow = Pick<
  Selectable<UsersTable>,
  'id' | 'username' | 'display_name' | 'avatar_url' | 'status' | 'status_text' | 'status_emoji' | 'status_expires_at' | 'timezone' | 'locale' | 'is_bot' | 'created_at' | 'updated_at'
>
/** The same with the email address, for the person alone. */
export type OwnUserRow = UserRow & Pick<Selectable<UsersTable>, 'email'>

/** The columns of `UserRow`, for `select`, also in joins. */
export const userColumns = [
  'users.id', 'users.username', 'users.display_name', 'users.avatar_url', 'users.status', 'users.status_text', 'users.status_emoji',
  'users.status_expires_at', 'users.timezone', 'users.locale', 'users.is_bot', 'users.created_at', 'users.updated_at',
] as const satisfies readonly `users.${keyof UserRow}`[]

/** A person as everybody sees them, over HTTP, on the socket and in jobs. */
export function toUser(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    display_name: row.display_name,
    avatar_url: row.avatar_url,
    status: row.status,
    status_text: row.status_text,
    status_emoji: row.status_emoji,
    status_expires_at: row.status_expires_at?.toISOString() ?? null,
    timezone: row.timezone,
    locale: row.locale,
    is_bot: row.is_bot,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

/** A person as they see themselves. */
export function toOwnUser(row: OwnUserRow): OwnUser {
  return { ...toUser(row), email: row.email }
}
