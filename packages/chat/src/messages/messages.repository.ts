import { sql } from 'kysely'
import type { LinkPreview } from '@afrochat/contracts'
import type { Db, MessagesTable, Tx } from '@afrochat/database'
import type { ChannelId, GroupId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'
import { columns, forReader } from './message-rows.repository.ts'
import type { MessageRow, ReaderRow } from './message.view.ts'

/** The channel that a message is in, for good. Says nothing of who may know it. */
export const findChannelId = async (db: Db, id: MessageId): Promise<ChannelId | undefined> =>
  (await db.selectFrom('messages').select('channel_id').where('id', '=', id).executeTakeFirst())?.channel_id

export const findSeq = async (db: Db, channelId: ChannelId, id: MessageId): Promise<number | undefined> =>
  (await db.selectFrom('messages').select('seq').where('id', '=', id).where('channel_id', '=', channelId).executeTakeFirst())?.seq

/** Those of them that are in the channel. */
export const listByIds = (db: Db, channelId: ChannelId, ids: readonly MessageId[]): Promise<MessageRow[]> =>
  db.selectFrom('messages').select(columns).where(sql<boolean>`id = any(${ids}::uuid[])`).where('channel_id', '=', channelId).orderBy('seq').execute()

/** The root of the thread that a message of the channel is in, or would begin. */
export const findRoot = (db: Db, channelId: ChannelId, id: MessageId): Promise<Pick<MessageRow, 'id' | 'deleted_at' | 'locked_at'> | undefined> =>
  db.selectFrom('messages as named').innerJoin('messages as root', (join) => join.on(sql<boolean>`root.id = coalesce(named.thread_id, named.id)`))
    .select(['root.id', 'root.deleted_at', 'root.locked_at']).where('named.id', '=', id).where('named.channel_id', '=', channelId).executeTakeFirst()

export interface NewContent {
  readonly content: string
  readonly mentionUserIds: readonly UserId[]
  readonly mentionGroupIds: readonly GroupId[]
  readonly mentionChannel: MessagesTable['mention_channel']
  readonly quotedMessageIds: readonly MessageId[]
  readonly previews: readonly LinkPreview[]
}

/** Replaces the text and keeps the old one as a revision. The editor gets the message back. */
export async function replaceContent(tx: Tx, message: MessageRow, change: NewContent & { seq: number; editorId: UserId }): Promise<ReaderRow> {
  await tx.insertInto('message_revisions')
    .values({ message_id: message.id, change_seq: change.seq, content: message.content, editor_id: change.editorId }).execute()
  return tx.updateTable('messages')
    .set({
      content: change.content,
      mention_user_ids: [...change.mentionUserIds],
      mention_group_ids: [...change.mentionGroupIds],
      mention_channel: change.mentionChannel,
      quoted_message_ids: [...change.quotedMessageIds],
      previews: JSON.stringify(change.previews),
      edited_at: sql<Date>`now()`,
      change_seq: change.seq,
    })
    .where('id', '=', message.id).returning(columns).returning(forReader(change.editorId)).executeTakeFirstOrThrow()
}

/** Leaves tombstones: deleted means deleted, earlier texts and reactions included, and nobody follows a thread that takes no replies. */
export async function entomb(tx: Tx, ids: readonly MessageId[], seq: number): Promise<Date> {
  const { rows } = await sql<{ deleted_at: Date }>`
    update messages
    set content = '', mention_user_ids = '{}', mention_group_ids = '{}', mention_channel = null, quoted_message_ids = '{}', previews = '[]',
        system = null, pinned_at = null, pinned_by = null, deleted_at = now(), change_seq = ${seq}
    where id = any(${ids}::uuid[]) returning deleted_at`.execute(tx)
  await sql`delete from message_revisions where message_id = any(${ids}::uuid[])`.execute(tx)
  await sql`delete from reactions where message_id = any(${ids}::uuid[])`.execute(tx)
  await sql`delete from thread_subscriptions where root_id = any(${ids}::uuid[])`.execute(tx)
  const [first] = rows
  if (first === undefined) throw new Error('No message was given')
  return first.deleted_at
}

/** Notes that something about the message changed. Whose change it is gets it back. */
export const touch = (tx: Tx, id: MessageId, { seq, userId }: { readonly seq: number; readonly userId: UserId }): Promise<ReaderRow> =>
  tx.updateTable('messages').set({ change_seq: seq }).where('id', '=', id).returning(columns).returning(forReader(userId)).executeTakeFirstOrThrow()

/** Of a root. */
export const setLock = (tx: Tx, id: MessageId, { locked, seq, userId }: { locked: boolean; seq: number; userId: UserId }): Promise<ReaderRow> =>
  tx.updateTable('messages').set({ locked_at: locked ? sql<Date>`now()` : null, change_seq: seq })
    .where('id', '=', id).returning(columns).returning(forReader(userId)).executeTakeFirstOrThrow()

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

/** The name of a workspace in addresses. */
export const getSlug = async (db: Db, workspaceId: WorkspaceId): Promise<string> =>
  (await db.selectFrom('workspaces').select('slug').where('id', '=', workspaceId).executeTakeFirstOrThrow()).slug
