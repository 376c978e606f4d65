import { sql, type Insertable } from 'kysely'
import { channelStream } from '@afrochat/contracts'
import type { ReactionsTable, Tx } from '@afrochat/database'
import type { ChannelId } from '@afrochat/kernel'
import type { MessageRow } from '../messages/message.view.ts'

/** One parameter instead of two thousand: PostgreSQL parses and plans the same short statement each time. */
export const insertMessages = (tx: Tx, rows: readonly MessageRow[]) =>
  sql`
    insert into messages (id, workspace_id, channel_id, user_id, content, thread_id, seq, change_seq, kind, also_in_channel, mention_user_ids,
                          reply_count, reply_user_ids, last_reply_at, pinned_at, pinned_by, edited_at, deleted_at, created_at)
    select id, workspace_id, channel_id, user_id, content, thread_id, seq, change_seq, kind, also_in_channel, mention_user_ids,
           reply_count, reply_user_ids, last_reply_at, pinned_at, pinned_by, edited_at, deleted_at, created_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(
      id uuid, workspace_id uuid, channel_id uuid, user_id uuid, content text, thread_id uuid, seq bigint, change_seq bigint, kind text,
      also_in_channel boolean, mention_user_ids uuid[], reply_count integer, reply_user_ids uuid[], last_reply_at timestamptz,
      pinned_at timestamptz, pinned_by uuid,
      edited_at timestamptz, deleted_at timestamptz, created_at timestamptz)`.execute(tx)

export async function insertReactions(tx: Tx, rows: readonly Insertable<ReactionsTable>[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into reactions (message_id, emoji, user_id, created_at, seq, emoji_seq)
    select message_id, emoji, user_id, created_at, seq, emoji_seq
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
      message_id uuid, emoji text, user_id uuid, created_at timestamptz, seq bigint, emoji_seq bigint)`.execute(tx)
}

/** The channel's latest message is at least as new as this one. The caller holds the channel's lock. */
export const noteLastMessage = (tx: Tx, channelId: ChannelId, at: Date) =>
  sql`update stream_heads set last_message_at = greatest(last_message_at, ${at}) where stream_key = ${channelStream(channelId)}`.execute(tx)
