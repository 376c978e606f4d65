import { sql, type Selectable } from 'kysely'
import type { Db, SavedMessagesTable, Tx } from '@afrochat/database'
import type { MessageId, UserId } from '@afrochat/kernel'
import type { ChannelRow } from '@afrochat/workspace'
import { selectFor } from '../messages/message-rows.repository.ts'
import type { ReaderRow } from '../messages/message.view.ts'
import type { TimePlace } from '../paging/time-cursor.ts'

export type SavedRow = Selectable<SavedMessagesTable>

/**
 * Whether the message is there, and stays so until the transaction ends: a deletion waits, and then takes the new entry
 * of the list with it. Replies to it wait as well, for one insert.
 */
export async function holdPresent(tx: Tx, id: MessageId): Promise<boolean> {
  const row = await tx.selectFrom('messages').select('deleted_at').where('id', '=', id).forShare().executeTakeFirst()
  return row !== undefined && row.deleted_at === null
}

/** Undefined: it was on the list. In milliseconds, as clients and cursors have it. */
export const insert = (tx: Tx, entry: Omit<SavedRow, 'saved_at'>): Promise<SavedRow | undefined> =>
  tx.insertInto('saved_messages').values({ ...entry, saved_at: sql<Date>`date_trunc('milliseconds', clock_timestamp())` })
    .onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst()

export const get = (tx: Tx, userId: UserId, messageId: MessageId): Promise<SavedRow> =>
  tx.selectFrom('saved_messages').selectAll().where('user_id', '=', userId).where('message_id', '=', messageId).executeTakeFirstOrThrow()

/** What was taken off the list; undefined: it was not on it. */
export const remove = (tx: Tx, userId: UserId, messageId: MessageId): Promise<SavedRow | undefined> =>
  tx.deleteFrom('saved_messages').where('user_id', '=', userId).where('message_id', '=', messageId).returningAll().executeTakeFirst()

/**
 * Takes deleted messages off the lists of those who may read their channel. On the lists of others they stay what they
 * are, something that cannot be read: that it was deleted is no longer theirs to know.
 */
export async function removeOfReaders(tx: Tx, ids: readonly MessageId[], channel: Pick<ChannelRow, 'id' | 'kind'>): Promise<void> {
  await tx.deleteFrom('saved_messages').where(sql<boolean>`message_id = any(${ids}::uuid[])`)
    .$if(channel.kind !== 'public', (query) => query.where(sql<boolean>`exists (
      select from channel_members m where m.channel_id = ${channel.id} and m.user_id = saved_messages.user_id and m.to_seq is null)`))
    .execute()
}

/** The latest saved first, of all workspaces. */
export const list = (db: Db, { userId, after, limit }: { userId: UserId; after: TimePlace | undefined; limit: number }): Promise<SavedRow[]> =>
  db.selectFrom('saved_messages').selectAll().where('user_id', '=', userId)
    .$if(after !== undefined, (query) => query.where(sql<boolean>`saved_at <= ${after?.at} and (saved_at < ${after?.at} or message_id > ${after?.id})`))
    .orderBy('saved_at', 'desc').orderBy('message_id').limit(limit).execute()

/** Tombstones included. */
export const listMessages = (db: Db, userId: UserId, ids: readonly MessageId[]): Promise<ReaderRow[]> =>
  selectFor(db, userId).where(sql<boolean>`id = any(${ids}::uuid[])`).execute()
