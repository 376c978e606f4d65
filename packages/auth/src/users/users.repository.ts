import { sql } from 'kysely'
import type { UserId } from '@afrochat/kernel'
import type { Db, Tx, UsersTable } from '@afrochat/database'
import type { Insertable } from 'kysely'
import { userColumns } from './user.view.ts'

const ownColumns = [...userColumns, 'users.email'] as const
const signInColumns = [...ownColumns, 'users.password_hash'] as const

export const findOwn = (db: Db, id: UserId) => db.selectFrom('users').select(ownColumns).where('id', '=', id).executeTakeFirst()

/** By email address or username: one index each, and no username holds an `@`. */
export const findByLogin = (db: Db, login: string) =>
  db.selectFrom('users').select(signInColumns)
    .where(login.includes('@') ? sql<string>`lower(email)` : 'username', '=', login.toLowerCase())
    .executeTakeFirst()

/** Holds the account as it is now: what ends its sessions waits, or is seen here. */
export const lockById = (tx: Tx, id: UserId) =>
  tx.selectFrom('users').select(signInColumns).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

export const insert = (tx: Tx, row: Insertable<UsersTable>) =>
  tx.insertInto('users').values(row).returning(ownColumns).executeTakeFirstOrThrow()

/**
 * A person whom the viewer may know: oneself, and those of the workspaces that the viewer is in now. A guest of a
 * workspace knows only those who are in one of the guest's channels with them. Former members stay known: their messages do.
 */
export const findVisibleTo = (db: Db, viewer: UserId, id: UserId) =>
  db.selectFrom('users').select(userColumns).where('users.id', '=', id)
    .where(sql<boolean>`(
      users.id = ${viewer} or exists (
        select from workspace_members me join workspace_members them using (workspace_id)
        where me.user_id = ${viewer} and me.deactivated_at is null and them.user_id = users.id
          and (me.role <> 'guest' or exists (
            select from channel_members mine join channel_members theirs using (channel_id)
            where mine.user_id = ${viewer} and mine.workspace_id = me.workspace_id and mine.to_seq is null
              and theirs.user_id = users.id and theirs.to_seq is null))))`)
    .executeTakeFirst()
