import { sql, type Insertable, type Selectable, type Updateable } from 'kysely'
import type { UserPreferences } from '@afrochat/contracts'
import type { UserId } from '@afrochat/kernel'
import type { Db, Tx, UsersTable } from '@afrochat/database'
import { userColumns, type OwnUserRow, type UserRow } from './user.view.ts'

const ownColumns = [...userColumns, 'users.email'] as const
const signInColumns = [...ownColumns, 'users.password_hash'] as const
export type SignInRow = OwnUserRow & Pick<Selectable<UsersTable>, 'password_hash'>

export const findOwn = (db: Db, id: UserId) => db.selectFrom('users').select(ownColumns).where('id', '=', id).executeTakeFirst()

export async function findPasswordHash(db: Db, id: UserId): Promise<string | null | undefined> {
  const row = await db.selectFrom('users').select('password_hash').where('id', '=', id).executeTakeFirst()
  return row?.password_hash
}

/** By email address or username: one index each, and no username holds an `@`. */
export const findByLogin = (db: Db, login: string) =>
  db.selectFrom('users').select(signInColumns)
    .where(login.includes('@') ? sql<string>`lower(email)` : 'username', '=', login.toLowerCase())
    .executeTakeFirst()

/** Holds the account as it is now: what ends its sessions waits, or is seen here. */
export const lockById = (tx: Tx, id: UserId): Promise<SignInRow | undefined> =>
  tx.selectFrom('users').select(signInColumns).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

export const insert = (tx: Tx, row: Insertable<UsersTable>) =>
  tx.insertInto('users').values(row).returning(ownColumns).executeTakeFirstOrThrow()

/** The row is locked. */
export const update = (tx: Tx, id: UserId, change: Updateable<UsersTable>): Promise<OwnUserRow> =>
  tx.updateTable('users').set({ ...change, updated_at: sql<Date>`now()` }).where('id', '=', id).returning(ownColumns).executeTakeFirstOrThrow()

/** `name`: of the image of ours that the address shows. The row is locked. */
export const updateAvatar = (tx: Tx, id: UserId, { url, name }: { url: string | null; name: string | null }): Promise<OwnUserRow> =>
  update(tx, id, { avatar_url: url, avatar_image: name })

/** Whatever the account was allowed before is not what it is allowed from here on. The row is locked. */
export const setStatus = (tx: Tx, id: UserId, status: OwnUserRow['status']): Promise<OwnUserRow> =>
  tx.updateTable('users').set({ status, auth_version: sql<number>`auth_version + 1`, updated_at: sql<Date>`now()` }).where('id', '=', id)
    .returning(ownColumns).executeTakeFirstOrThrow()

/** Takes so many of the people whose status has expired, the longest expired first, but for those whom somebody else holds. */
export async function lockExpiredStatuses(tx: Tx, limit: number): Promise<UserId[]> {
  const rows = await tx.selectFrom('users').select('id').where('status_expires_at', '<=', sql<Date>`now()`)
    .orderBy('status_expires_at').limit(limit).forNoKeyUpdate().skipLocked().execute()
  return rows.map(({ id }) => id)
}

export async function findPreferences(db: Db, id: UserId): Promise<Partial<UserPreferences> | undefined> {
  const row = await db.selectFrom('users').select('preferences').where('id', '=', id).executeTakeFirst()
  return row?.preferences
}

/** Of these people, those who chose to be shown as away. */
export async function listAwayByChoice(db: Db, ids: readonly UserId[]): Promise<UserId[]> {
  const rows = await db.selectFrom('users').select('id').where('id', '=', sql<UserId>`any(${ids}::uuid[])`).where(sql`preferences ->> 'presence'`, '=', 'away').execute()
  return rows.map(({ id }) => id)
}

/** The row is locked. Not a change of what others see: `updated_at` stays. */
export const setPreferences = (tx: Tx, id: UserId, preferences: Partial<UserPreferences>) =>
  tx.updateTable('users').set({ preferences: JSON.stringify(preferences) as never }).where('id', '=', id).execute()

export type VisibleUserRow = UserRow & Pick<Selectable<UsersTable>, 'email'> & {
  /** Whether the viewer is the person, or an admin of a workspace that they are in. */
  readonly shows_email: boolean
}

/**
 * A person whom the viewer may know: oneself, and those of the workspaces that the viewer is in now. A guest of a
 * workspace knows only those who are in one of the guest's channels with them. Former members stay known: their messages do.
 */
export const findVisibleTo = (db: Db, viewer: UserId, id: UserId): Promise<VisibleUserRow | undefined> =>
  db.selectFrom('users').select(ownColumns).where('users.id', '=', id)
    .select(sql<boolean>`(
      users.id = ${viewer} or exists (
        select from workspace_members me join workspace_members them using (workspace_id)
        where me.user_id = ${viewer} and me.deactivated_at is null and me.role in ('owner', 'admin')
          and them.user_id = users.id and them.deactivated_at is null))`.as('shows_email'))
    .where(sql<boolean>`(
      users.id = ${viewer} or exists (
        select from workspace_members me join workspace_members them using (workspace_id)
        where me.user_id = ${viewer} and me.deactivated_at is null and them.user_id = users.id
          and (me.role <> 'guest' or exists (
            select from channel_members mine join channel_members theirs using (channel_id)
            where mine.user_id = ${viewer} and mine.workspace_id = me.workspace_id and mine.to_seq is null
              and theirs.user_id = users.id and theirs.to_seq is null))))`)
    .executeTakeFirst()
