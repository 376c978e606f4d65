import { sql, type Insertable } from 'kysely'
import type { SessionId, UserId } from '@afrochat/kernel'
import type { AccountAuditTable, Db, RefreshTokensTable, SessionsTable, Tx } from '@afrochat/database'

const isLive = sql<boolean>`revoked_at is null and expires_at > now()`

/** One indexed read: when the session ends if it is left alone; undefined when it has ended. */
export async function findEndOfLive(db: Db, id: SessionId): Promise<Date | undefined> {
  const row = await db.selectFrom('sessions').select('expires_at').where('id', '=', id).where(isLive).executeTakeFirst()
  return row?.expires_at
}

export async function findLiveAmong(db: Db, ids: readonly SessionId[]): Promise<SessionId[]> {
  const rows = await db.selectFrom('sessions').select('id').where('id', '=', sql<SessionId>`any(${ids}::uuid[])`).where(isLive).execute()
  return rows.map(({ id }) => id)
}

/** Newest first: ids are made in the order of time. */
export const listLive = (db: Db, userId: UserId, { before, limit }: { before: SessionId | undefined; limit: number }) =>
  db.selectFrom('sessions').selectAll().where('user_id', '=', userId).where(isLive)
    .$if(before !== undefined, (query) => query.where('id', '<', before as SessionId))
    .orderBy('id', 'desc').limit(limit).execute()

/** Takes the session until the transaction ends: two refreshes of one family come one after the other. */
export const lockById = (tx: Tx, id: SessionId) =>
  tx.selectFrom('sessions').select(['id', 'user_id', 'user_agent', sql<string | null>`host(ip)`.as('ip'), isLive.as('is_live')])
    .where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

export const insert = (tx: Tx, row: Insertable<SessionsTable>) => tx.insertInto('sessions').values(row).execute()

export const prolong = (tx: Tx, id: SessionId, expiresAt: Date) =>
  tx.updateTable('sessions').set({ last_used_at: sql`now()`, expires_at: expiresAt }).where('id', '=', id).execute()

/** Ends this session of the user, or all of them; returns those that were alive. */
export async function revoke(tx: Tx, userId: UserId, id: SessionId | 'all'): Promise<SessionId[]> {
  const rows = await tx.updateTable('sessions').set({ revoked_at: sql`now()` })
    .where('user_id', '=', userId).where(isLive)
    .$if(id !== 'all', (query) => query.where('id', '=', id as SessionId))
    .returning('id').execute()
  return rows.map((row) => row.id)
}

/** Which session a refresh token is of, if there ever was such a token. */
export async function findSessionOfToken(db: Db, hash: Buffer): Promise<SessionId | undefined> {
  const row = await db.selectFrom('refresh_tokens').select('session_id').where('token_hash', '=', hash).executeTakeFirst()
  return row?.session_id
}

/** The token and the one that it was exchanged for. Ages are the database's: its clock is the one that all share. */
export const getTokenWithSuccessor = (tx: Tx, hash: Buffer) =>
  tx.selectFrom('refresh_tokens as token').leftJoin('refresh_tokens as successor', 'successor.parent_hash', 'token.token_hash')
    .select([
      'token.used_at', sql<number | null>`extract(epoch from clock_timestamp() - token.used_at)::float8`.as('seconds_since_use'),
      'successor.token_hash as successor_hash', 'successor.used_at as successor_used_at',
    ])
    .where('token.token_hash', '=', hash).executeTakeFirstOrThrow()

export const insertToken = (tx: Tx, row: Insertable<RefreshTokensTable>) => tx.insertInto('refresh_tokens').values(row).execute()

export const markTokenUsed = (tx: Tx, hash: Buffer) =>
  tx.updateTable('refresh_tokens').set({ used_at: sql`clock_timestamp()` }).where('token_hash', '=', hash).execute()

export const insertAudit = (tx: Tx, entry: Insertable<AccountAuditTable>) => tx.insertInto('account_audit').values(entry).execute()

/** Sessions that ended longer ago than anybody asks about, with their tokens; at most `limit` of them, so that no lock is held for long. */
export async function removeEnded(db: Db, { olderThanDays, limit }: { olderThanDays: number; limit: number }): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('sessions')
    .where('id', 'in', (query) =>
      query.selectFrom('sessions').select('id').where('expires_at', '<', sql<Date>`now() - make_interval(days => ${olderThanDays})`).limit(limit))
    .executeTakeFirst()
  return Number(numDeletedRows)
}
