import { hash } from 'node:crypto'
import type { Message, SendMessageBody, SendNotice, SharedMessage } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { newId, type Actor, type ChannelId, type DomainError, type MessageId, type WorkspaceId } from '@afrochat/kernel'
import { channelArchived, channelNotFound, channelReadOnly, notInChannel, recipientDeactivated } from '@afrochat/workspace'
import { resolveMentions, type ResolvedText } from '../mentions/resolve-mentions.ts'
import type { Presence } from '../ports.ts'
import { loadQuotes } from '../quotes/load-quotes.ts'
import type { Permalinks } from '../quotes/permalink.ts'
import { checkContent } from './content.ts'
import { getMessage } from './get-message.ts'
import { draftAlreadySent, idempotencyConflict, threadLocked, threadNotFound } from './message.errors.ts'
import { forCaller, toSharedMessage, type MessageRow } from './message.view.ts'
import * as messages from './messages.repository.ts'
import type { PostingQueue } from './post-batch.ts'
import type { PostDraft, PostVerdict } from './post.repository.ts'

export type SendMessage = SendMessageBody & { readonly channel_id: ChannelId }

export interface SentMessage {
  readonly message: Message
  /** What its author alone is told about it; nothing for a repeat, which was told. */
  readonly notices: SendNotice[]
  /** False: the same `client_msg_id` was sent before, and this is that message as it is now. */
  readonly created: boolean
}

export interface SendMessageDeps {
  readonly db: Db
  readonly queue: PostingQueue
  readonly presence: Presence
  readonly permalinks: Permalinks
}

/**
 * Sends a message: checked and rendered here, judged and placed by the posting queue's next batch, answered after COMMIT.
 * Who may post is decided there, under the channel's lock, and nowhere else. Whom it mentions is found here, and which of
 * them are in the channel there.
 */
export function createSendMessage({ db, queue, presence, permalinks }: SendMessageDeps): (actor: Actor, input: SendMessage) => Promise<SentMessage> {
  const workspaceOf = createWorkspaceLookup(db)

  return async (actor, input) => {
    const workspaceId = await workspaceOf(input.channel_id)
    const saying = { actor, workspaceId, channelId: input.channel_id, content: checkContent(input.content) }
    const text = await resolveMentions({ db, presence }, saying)
    const { draft, rest } = render(actor, { input, workspaceId, text, quotedMessageIds: permalinks.quotedIn(text.content) })

    const { verdict, messageId, threadId, seq, createdAt } = await queue.post(draft)
    if (verdict === 'duplicate') return { message: await getMessage({ db }, actor, messageId), notices: [], created: false }
    if (verdict !== 'posted') throw REFUSALS[verdict]()
    const message = { ...rest, thread_id: threadId, seq, change_seq: seq, created_at: createdAt }
    const quotes = await loadQuotes(db, actor, [message])
    return { message: forCaller(message, { callerId: actor.userId, saved: false, thread: null, quotes }), notices: text.notices, created: true }
  }
}

const REFUSALS: Record<Exclude<PostVerdict, 'posted' | 'duplicate'>, () => DomainError> = {
  channel_not_found: channelNotFound,
  not_in_channel: notInChannel,
  channel_read_only: channelReadOnly,
  channel_archived: channelArchived,
  recipient_deactivated: recipientDeactivated,
  draft_already_sent: draftAlreadySent,
  thread_not_found: threadNotFound,
  thread_locked: threadLocked,
  idempotency_conflict: idempotencyConflict,
}

interface Rendering {
  readonly input: SendMessage
  readonly workspaceId: WorkspaceId
  readonly text: ResolvedText
  readonly quotedMessageIds: MessageId[]
}

/** The draft, and the message without the fields that are known only when it is placed. */
function render(actor: Actor, { input, workspaceId, text, quotedMessageIds }: Rendering): { draft: PostDraft; rest: Unplaced } {
  const { thread_id: _thread, seq: _seq, change_seq: _changeSeq, created_at: _createdAt, ...rest } = toSharedMessage({
    ...UNCHANGED,
    id: newId<MessageId>(),
    workspace_id: workspaceId,
    channel_id: input.channel_id,
    user_id: actor.userId,
    content: text.content,
    client_msg_id: input.client_msg_id ?? null,
    also_in_channel: input.also_in_channel ?? false,
    mention_user_ids: text.mentions.user_ids,
    mention_group_ids: text.mentions.group_ids,
    mention_channel: text.mentions.channel,
    quoted_message_ids: quotedMessageIds,
  })
  const draft: PostDraft = {
    id: rest.id,
    workspaceId,
    channelId: input.channel_id,
    userId: actor.userId,
    content: text.content,
    threadId: input.thread_id ?? null,
    clientMsgId: rest.client_msg_id,
    bodyHash: hashBody(input),
    kind: 'user',
    alsoInChannel: rest.also_in_channel,
    mentions: text.mentions,
    quotedMessageIds,
    called: text.called,
    draftId: input.draft_id ?? null,
    requestId: actor.requestId,
    payload: JSON.stringify(rest).slice(0, -1),
  }
  return { draft, rest }
}

/** What a message is before anything happens to it; its place is known later. */
const UNCHANGED = {
  kind: 'user', thread_id: null, seq: 0, change_seq: 0, reply_count: 0, reply_user_ids: [], last_reply_at: null, previews: [], system: null,
  locked_at: null, pinned_at: null, pinned_by: null, edited_at: null, deleted_at: null, created_at: new Date(0),
} satisfies Partial<MessageRow>

type Unplaced = Omit<SharedMessage, 'thread_id' | 'seq' | 'change_seq' | 'created_at'>

/**
 * Of the body as it was sent: a retry is the same to the letter, whatever happened to names and messages since. What it
 * was written as is no part of what it says.
 */
function hashBody({ channel_id, content, thread_id = null, also_in_channel = false }: SendMessage): string {
  return hash('sha256', JSON.stringify([channel_id, content, thread_id, also_in_channel]), 'hex')
}

/** Enough for every channel that is written to in a while; a channel never changes its workspace, so nothing goes stale. */
const MAX_KNOWN_CHANNELS = 50_000

function createWorkspaceLookup(db: Db): (channelId: ChannelId) => Promise<WorkspaceId> {
  const known = new Map<ChannelId, WorkspaceId>()
  return async (channelId) => {
    const remembered = known.get(channelId)
    if (remembered !== undefined) return remembered
    const workspaceId = await messages.findWorkspaceOfChannel(db, channelId)
    if (workspaceId === undefined) throw channelNotFound()
    if (known.size >= MAX_KNOWN_CHANNELS) known.clear()
    known.set(channelId, workspaceId)
    return workspaceId
  }
}
