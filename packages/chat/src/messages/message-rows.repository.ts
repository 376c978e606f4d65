import { sql } from 'kysely'
import { prepared, type Db, type MessagesTable } from '@afrochat/database'
import type { MessageId, UserId } from '@afrochat/kernel'
import { ownThread } from '../threads/own-thread.repository.ts'
import type { ReactionEntry, ReaderRow } from './message.view.ts'

/** Every column that a view needs. */
export const columns = [
  'id', 'workspace_id', 'channel_id', 'user_id', 'content', 'thread_id', 'seq', 'change_seq', 'client_msg_id', 'kind', 'also_in_channel',
  'mention_user_ids', 'mention_group_ids', 'mention_channel', 'quoted_message_ids', 'previews', 'system', 'reply_count', 'reply_user_ids',
  'last_reply_at', 'locked_at', 'pinned_at', 'pinned_by', 'edited_at', 'deleted_at', 'created_at',
] as const satisfies readonly (keyof MessagesTable)[]

/**
 * What else a reader's view needs of the row at hand, beside `columns` in a select or a `returning`: look-ups by index
 * inside the statement, instead of a query a page or a message.
 */
export const forReader = (userId: UserId) => [reactions, savedBy(userId).as('saved'), ownThread(userId).as('thread')] as const

/** One sort and no groups: two thirds of what grouping in the statement costs, which most messages pay for nothing. */
const reactions = sql<ReactionEntry[] | null>`(
  select json_agg(json_build_array(emoji, user_id) order by emoji_seq, emoji collate "C", seq, user_id)
  from reactions where message_id = messages.id)`.as('reactions')

/** Not `exists`: that PostgreSQL may answer from a hash of everything that the reader ever saved. */
const savedBy = (userId: UserId) =>
  sql<boolean>`coalesce((select true from saved_messages s where s.user_id = ${userId} and s.message_id = messages.id), false)`

/** Whole messages as this person gets them. */
export const selectFor = (db: Db, userId: UserId) => db.selectFrom('messages').select(columns).select(forReader(userId))

/** A message by itself, for who wants to do something to it. */
export type LoadedMessage = ReaderRow & {
  /** Nobody replies or reacts in its thread any more. */
  readonly thread_locked: boolean
}

export const findFor = (db: Db, userId: UserId, id: MessageId): Promise<LoadedMessage | undefined> =>
  selectFor(db, userId).modifyFront(prepared)
    .select(sql<boolean>`coalesce((select root.locked_at from messages root where root.id = messages.thread_id), locked_at) is not null`.as('thread_locked'))
    .where('id', '=', id).executeTakeFirst()
