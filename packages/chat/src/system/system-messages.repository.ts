import { sql } from 'kysely'
import type { SystemNote } from '@afrochat/contracts'
import type { Tx } from '@afrochat/database'
import type { ChannelId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface SystemMessage {
  readonly id: MessageId
  readonly workspace_id: WorkspaceId
  readonly channel_id: ChannelId
  readonly user_id: UserId
  readonly seq: number
  readonly content: string
  readonly system: SystemNote
  readonly mention_user_ids: readonly UserId[]
}

/** Gives the time of all of them. */
export async function insert(tx: Tx, messages: readonly SystemMessage[]): Promise<Date> {
  const { rows } = await sql<{ created_at: Date }>`
    insert into messages (id, workspace_id, channel_id, user_id, content, seq, change_seq, kind, system, mention_user_ids, created_at)
    select id, workspace_id, channel_id, user_id, content, seq, seq, 'system', system, mention_user_ids, date_trunc('milliseconds', statement_timestamp())
    from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as m(
      id uuid, workspace_id uuid, channel_id uuid, user_id uuid, content text, seq bigint, system jsonb, mention_user_ids uuid[])
    returning created_at`.execute(tx)
  const [first] = rows
  if (first === undefined) throw new Error('No message was given')
  return first.created_at
}

/** By name: they count in a muted channel too. */
export async function insertMentions(tx: Tx, messages: readonly SystemMessage[]): Promise<void> {
  const mentions = messages.flatMap(({ id, channel_id, seq, mention_user_ids }) =>
    mention_user_ids.map((user_id) => ({ channel_id, user_id, seq, message_id: id, thread_id: null, in_channel: true, direct: true })))
  if (mentions.length > 0) await tx.insertInto('message_mentions').values(mentions).execute()
}
