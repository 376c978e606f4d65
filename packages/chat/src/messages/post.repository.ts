import type { PlacedEvent } from '@afrochat/database'
import { channelStream, type EventName, type Mentions, type StreamKey } from '@afrochat/contracts'
import type { ChannelId, DraftId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'
import type { Called } from '../mentions/resolve-mentions.ts'

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
  readonly mentions: Mentions
  readonly quotedMessageIds: readonly MessageId[]
  /** Who is mentioned if they are in the channel, which is decided under its lock. */
  readonly called: Called
  /** What it was written as until now, and is no more once it is posted. */
  readonly draftId: DraftId | null
  readonly requestId: string | null
  /** The JSON of the shared message without its closing brace and without `thread_id`, `seq`, `change_seq` and `created_at`: those are known under the lock. */
  readonly payload: string
}

/** What the database says of a draft; `busy`: its channel is held by another transaction, try again. */
type RowVerdict = PostVerdict | 'busy'
export type PostVerdict =
  | 'posted' | 'duplicate' | 'channel_not_found' | 'not_in_channel' | 'channel_read_only' | 'channel_archived' | 'recipient_deactivated'
  | 'draft_already_sent' | 'thread_not_found' | 'thread_locked' | 'idempotency_conflict'

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
  /** Events that follow the message's own, in order; null: none. */
  readonly more: readonly { readonly stream_key: StreamKey; readonly seq: number | null; readonly type: EventName; readonly payload: string }[] | null
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

/** What most drafts have nothing of is left out: it would be sent, read and passed on for each. */
function toJson(draft: PostDraft, index: number) {
  return {
    ord: index + 1, id: draft.id, channel_id: draft.channelId, user_id: draft.userId, content: draft.content, thread_id: draft.threadId,
    client_msg_id: draft.clientMsgId, body_hash: draft.bodyHash, kind: draft.kind, also_in_channel: draft.alsoInChannel,
    mention_user_ids: unlessEmpty(draft.mentions.user_ids), mention_group_ids: unlessEmpty(draft.mentions.group_ids),
    mention_channel: draft.mentions.channel ?? undefined, quoted_message_ids: unlessEmpty(draft.quotedMessageIds),
    called_ids: unlessEmpty(draft.called.direct), active_ids: unlessEmpty(draft.called.here), draft_id: draft.draftId ?? undefined,
    request_id: draft.requestId, payload: draft.payload,
  }
}

const unlessEmpty = <T>(items: readonly T[]) => (items.length > 0 ? items : undefined)

/** The events that the function stored, made here again from the draft: sending the payload back would double the traffic. */
function toEvents(shard: number, draft: PostDraft, row: Row): PlacedEvent[] {
  const common = { shard, workspace_id: draft.workspaceId, audience: 'all' as const, actor_id: draft.userId, request_id: draft.requestId, imported: false }
  const tail = JSON.stringify({ thread_id: row.thread_id, seq: row.seq, change_seq: row.seq, created_at: row.created_at })
  const sent: PlacedEvent = {
    ...common, stream_key: channelStream(draft.channelId), pos: row.pos, seq: row.seq, type: 'message_sent', message_id: row.message_id,
    payload: `${draft.payload},${tail.slice(1)}`,
  }
  return [sent, ...(row.more ?? []).map((event, index) => ({ ...common, ...event, pos: row.pos + 1 + index, message_id: null }))]
}
