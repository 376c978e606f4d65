import { sql } from 'kysely'
import type { Db, MessagesTable, Tx } from '@afrochat/database'
import type { ChannelId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'
import type { FullMessage, MessageRow, ReactionGroup } from './message.view.ts'

const columns = [
  'id', 'workspace_id', 'channel_id', 'user_id', 'content', 'thread_id', 'seq', 'change_seq', 'client_msg_id', 'kind', 'also_in_channel',
  'mention_user_ids', 'mention_group_ids', 'mention_channel', 'quoted_message_ids', 'previews', 'system', 'reply_count', 'reply_user_ids',
  'last_reply_at', 'locked_at', 'pinned_at', 'pinned_by', 'edited_at', 'deleted_at', 'created_at',
] as const satisfies readonly (keyof MessagesTable)[]

/** The reactions of the row at hand: two index look-ups inside the statement, instead of a query a page or a message. */
const reactions = sql<ReactionGroup[]>`(
  select coalesce(json_agg(json_build_object('emoji', emoji, 'user_ids', user_ids) order by first, emoji collate "C"), '[]')
  from (
    select emoji, min(emoji_seq) as first, json_agg(user_id order by seq, user_id) as user_ids
    from reactions where message_id = messages.id group by emoji
  ) as of_emoji)`.as('reactions')

const selectFull = (db: Db) => db.selectFrom('messages').select(columns).select(reactions)

/** The channel that a message is in, for good. Says nothing of who may know it. */
export const findChannelId = async (db: Db, id: MessageId): Promise<ChannelId | undefined> =>
  (await db.selectFrom('messages').select('channel_id').where('id', '=', id).executeTakeFirst())?.channel_id

export const findById = (db: Db, id: MessageId): Promise<FullMessage | undefined> => selectFull(db).where('id', '=', id).executeTakeFirst()

export const findSeq = async (db: Db, channelId: ChannelId, id: MessageId): Promise<number | undefined> =>
  (await db.selectFrom('messages').select('seq').where('id', '=', id).where('channel_id', '=', channelId).executeTakeFirst())?.seq

/**
 * What the history of a channel shows: messages, replies that were sent to the channel too, and of deleted ones those
 * that replies hang on. Word for word the condition of messages_history_idx, without which the index is not used.
 */
const isInHistory = sql<boolean>`(thread_id is null or also_in_channel) and (deleted_at is null or reply_count > 0)`

export interface HistoryRange {
  readonly channelId: ChannelId
  /** The place, not included; undefined: from the newest. */
  readonly olderThan: number | undefined
  readonly limit: number
}

export const listOlder = (db: Db, { channelId, olderThan, limit }: HistoryRange) =>
  selectFull(db).where('channel_id', '=', channelId).where(isInHistory)
    .$if(olderThan !== undefined, (query) => query.where('seq', '<', olderThan ?? 0))
    .orderBy('seq', 'desc').limit(limit).execute()

export const listNewer = (db: Db, { channelId, newerThan, limit }: { channelId: ChannelId; newerThan: number; limit: number }) =>
  selectFull(db).where('channel_id', '=', channelId).where(isInHistory).where('seq', '>', newerThan).orderBy('seq', 'asc').limit(limit).execute()

/** In one statement, so that both halves are of one moment. The place itself, if it is shown, is the first of the older ones. */
export async function listAround(
  db: Db,
  { channelId, seq, older, newer }: { channelId: ChannelId; seq: number; older: number; newer: number },
): Promise<FullMessage[]> {
  const inHistory = selectFull(db).where('channel_id', '=', channelId).where(isInHistory)
  const before = inHistory.where('seq', '<=', seq).orderBy('seq', 'desc').limit(older)
  const after = inHistory.where('seq', '>', seq).orderBy('seq', 'asc').limit(newer)
  return db.selectFrom(before.as('before')).selectAll().unionAll(db.selectFrom(after.as('after')).selectAll()).execute()
}

export const listReplies = (db: Db, { rootId, newerThan, limit }: { rootId: MessageId; newerThan: number; limit: number }) =>
  selectFull(db).where('thread_id', '=', rootId).where('deleted_at', 'is', null).where('seq', '>', newerThan).orderBy('seq', 'asc').limit(limit).execute()

export interface ChangesRange {
  readonly channelId: ChannelId
  readonly since: number
  /** Only after this message among those of `since` itself. */
  readonly afterId: MessageId | undefined
  readonly limit: number
}

/** By `change_seq`: what changes while somebody pages moves to the end, where they have yet to come. */
export const listChanges = (db: Db, { channelId, since, afterId, limit }: ChangesRange) =>
  selectFull(db).where('channel_id', '=', channelId)
    .$if(afterId === undefined, (query) => query.where('change_seq', '>', since))
    .$if(afterId !== undefined, (query) => query.where(sql<boolean>`(change_seq, id) > (${since}, ${afterId})`))
    .orderBy('change_seq').orderBy('id').limit(limit).execute()

export interface NewContent {
  readonly content: string
  readonly mentionUserIds: UserId[]
  readonly mentionChannel: MessagesTable['mention_channel']
}

/** Replaces the text and keeps the old one as a revision. */
export async function replaceContent(tx: Tx, message: MessageRow, change: NewContent & { seq: number; editorId: UserId }): Promise<FullMessage> {
  await tx.insertInto('message_revisions')
    .values({ message_id: message.id, change_seq: change.seq, content: message.content, editor_id: change.editorId }).execute()
  return tx.updateTable('messages')
    .set({
      content: change.content,
      mention_user_ids: change.mentionUserIds,
      mention_channel: change.mentionChannel,
      edited_at: sql<Date>`now()`,
      change_seq: change.seq,
    })
    .where('id', '=', message.id).returning(columns).returning(reactions).executeTakeFirstOrThrow()
}

/** Leaves the tombstone: deleted means deleted, earlier texts and reactions included. */
export async function entomb(tx: Tx, id: MessageId, seq: number): Promise<MessageRow & { deleted_at: Date }> {
  await tx.deleteFrom('message_revisions').where('message_id', '=', id).execute()
  await tx.deleteFrom('reactions').where('message_id', '=', id).execute()
  return tx.updateTable('messages')
    .set({
      content: '', mention_user_ids: [], mention_channel: null, system: null, pinned_at: null, pinned_by: null, deleted_at: sql<Date>`now()`, change_seq: seq,
    })
    .where('id', '=', id).returning(columns).$narrowType<{ deleted_at: Date }>().executeTakeFirstOrThrow()
}

/** Notes that something about the message changed. */
export const touch = (tx: Tx, id: MessageId, seq: number): Promise<FullMessage> =>
  tx.updateTable('messages').set({ change_seq: seq }).where('id', '=', id).returning(columns).returning(reactions).executeTakeFirstOrThrow()

/** Writes into a root what its replies are now. The caller holds the channel's lock. */
export const recountReplies = (tx: Tx, rootId: MessageId, seq: number): Promise<MessageRow> =>
  tx.with((cte) => cte('live').materialized(), (db) =>
    db.selectFrom('messages').select(['user_id', 'seq', 'created_at']).where('thread_id', '=', rootId).where('deleted_at', 'is', null))
    .updateTable('messages')
    .set({
      reply_count: sql<number>`(select count(*) from live)`,
      reply_user_ids: sql<UserId[]>`(
        select coalesce(array_agg(user_id order by first), '{}')
        from (select user_id, min(seq) as first from live group by user_id order by first limit ${sql.lit(MAX_REPLY_USER_IDS)}) as repliers)`,
      last_reply_at: sql<Date | null>`(select created_at from live order by seq desc limit 1)`,
      change_seq: seq,
    })
    .where('id', '=', rootId).returning(columns).executeTakeFirstOrThrow()

/** Faces that a client shows beside a thread; the rest is `reply_count`. */
const MAX_REPLY_USER_IDS = 10

/** The workspace of a channel, for good. Says nothing of who may know it. */
export const findWorkspaceOfChannel = async (db: Db, channelId: ChannelId): Promise<WorkspaceId | undefined> =>
  (await db.selectFrom('channels').select('workspace_id').where('id', '=', channelId).executeTakeFirst())?.workspace_id
