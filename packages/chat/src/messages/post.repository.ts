import type { PlacedEvent } from '@afrochat/database'
import { channelStream } from '@afrochat/contracts'
import type { ChannelId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'

/** A message that was checked and rendered, and waits for its place. */
export interface PostDraft {
  readonly id: MessageId
  readonly workspaceId: WorkspaceId
  readonly channelId: ChannelId
  readonly userId: UserId
  readonly content: string
  readonly threadId: MessageId | null
  readonly clientMsgId: string | null
  /** SHA-256 of the body as it was sent, in hexadecimal. */
  readonly bodyHash: string
  readonly kind: 'user' | 'bot'
  readonly alsoInChannel: boolean
  readonly mentionUserIds: readonly UserId[]
  readonly mentionChannel: 'here' | 'channel' | 'everyone' | null
  readonly requestId: string | null
  /** The JSON of the shared message without its closing brace and without `thread_id`, `seq`, `change_seq` and `created_at`: those are known under the lock. */
  readonly payload: string
}

/** What the database says of a draft; `busy`: its channel is held by another transaction, try again. */
type RowVerdict = PostVerdict | 'busy'
export type PostVerdict =
  | 'posted' | 'duplicate' | 'channel_not_found' | 'not_in_channel' | 'channel_archived' | 'thread_not_found' | 'idempotency_conflict'

/** What became of a draft. */
export interface PostResult<V extends RowVerdict = PostVerdict> {
  readonly verdict: V
  /** Of a duplicate, the message that is there already. */
  readonly messageId: MessageId
  readonly threadId: MessageId | null
  readonly seq: number
  readonly createdAt: string
}

export interface PostedBatch {
  /** One for each draft, in order. */
  readonly results: readonly PostResult<RowVerdict>[]
  readonly events: readonly PlacedEvent[]
}

interface Row {
  readonly ord: number
  readonly verdict: RowVerdict
  readonly message_id: MessageId
  readonly thread_id: MessageId | null
  readonly seq: number
  readonly pos: number
  readonly created_at: string
  readonly reply_pos: number | null
  readonly reply_payload: string | null
}

/** The part of a pg pool that posting needs. */
export interface PostingConnection {
  query(query: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>
}

export interface PostCall {
  readonly shard: number
  /** Whether to wait for channels that another transaction holds. */
  readonly wait: boolean
}

/** One call, one commit: see the function post_messages in /migrations. */
export async function postMessages(connection: PostingConnection, { shard, wait }: PostCall, drafts: readonly PostDraft[]): Promise<PostedBatch> {
  const { rows } = await connection.query({
    name: 'post_messages',
    text: 'select * from post_messages($1::smallint, $2::boolean, $3::jsonb)',
    values: [shard, wait, JSON.stringify(drafts.map(toJson))],
  })
  // The columns that the function declares.
  const answers = rows as Row[]
  const events: PlacedEvent[] = []
  const results = drafts.map((draft, index): PostResult<RowVerdict> => {
    const row = answers[index]
    if (row?.ord !== index + 1) throw new Error(`post_messages answered ${answers.length} rows for ${drafts.length} drafts`)
    if (row.verdict === 'posted') events.push(...toEvents(shard, draft, row))
    return { verdict: row.verdict, messageId: row.message_id, threadId: row.thread_id, seq: row.seq, createdAt: row.created_at }
  })
  return { results, events }
}

function toJson(draft: PostDraft, index: number) {
  return {
    ord: index + 1, id: draft.id, channel_id: draft.channelId, user_id: draft.userId, content: draft.content, thread_id: draft.threadId,
    client_msg_id: draft.clientMsgId, body_hash: draft.bodyHash, kind: draft.kind, also_in_channel: draft.alsoInChannel,
    mention_user_ids: draft.mentionUserIds, mention_channel: draft.mentionChannel, request_id: draft.requestId, payload: draft.payload,
  }
}

/** The events that the function stored, made here again from the draft: sending the payload back would double the traffic. */
function toEvents(shard: number, draft: PostDraft, row: Row): PlacedEvent[] {
  const common = {
    shard, stream_key: channelStream(draft.channelId), workspace_id: draft.workspaceId, audience: 'all' as const,
    actor_id: draft.userId, request_id: draft.requestId, imported: false,
  }
  const tail = JSON.stringify({ thread_id: row.thread_id, seq: row.seq, change_seq: row.seq, created_at: row.created_at })
  const sent: PlacedEvent = {
    ...common, pos: row.pos, seq: row.seq, type: 'message_sent', message_id: row.message_id, payload: `${draft.payload},${tail.slice(1)}`,
  }
  if (row.reply_pos === null || row.reply_payload === null) return [sent]
  return [sent, { ...common, pos: row.reply_pos, seq: row.seq + 1, type: 'thread_updated', message_id: null, payload: row.reply_payload }]
}
