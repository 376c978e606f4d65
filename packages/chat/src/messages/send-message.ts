import { hash } from 'node:crypto'
import type { Mentions, Message, SendMessageBody, SharedMessage } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { newId, type Actor, type ChannelId, type DomainError, type MessageId, type WorkspaceId } from '@afrochat/kernel'
import { channelArchived, channelNotFound, notInChannel } from '@afrochat/workspace'
import { resolveMentions } from '../mentions/resolve-mentions.ts'
import { checkContent } from './content.ts'
import { getMessage } from './get-message.ts'
import { idempotencyConflict, threadNotFound } from './message.errors.ts'
import { forCaller, toSharedMessage } from './message.view.ts'
import * as messages from './messages.repository.ts'
import type { PostingQueue } from './post-batch.ts'
import type { PostDraft, PostVerdict } from './post.repository.ts'

export type SendMessage = SendMessageBody & { readonly channel_id: ChannelId }

export interface SentMessage {
  readonly message: Message
  /** False: the same `client_msg_id` was sent before, and this is that message as it is now. */
  readonly created: boolean
}

export interface SendMessageDeps {
  readonly db: Db
  readonly queue: PostingQueue
}

/**
 * Sends a message: checked and rendered here, judged and placed by the posting queue's next batch, answered after COMMIT.
 * Who may post is decided there, under the channel's lock, and nowhere else.
 */
export function createSendMessage({ db, queue }: SendMessageDeps): (actor: Actor, input: SendMessage) => Promise<SentMessage> {
  const workspaceOf = createWorkspaceLookup(db)

  return async (actor, input) => {
    const workspaceId = await workspaceOf(input.channel_id)
    const { content, mentions } = await resolveMentions(db, workspaceId, checkContent(input.content))
    const { draft, rest } = render(actor, { input, workspaceId, content, mentions })

    const { verdict, messageId, threadId, seq, createdAt } = await queue.post(draft)
    if (verdict === 'duplicate') return { message: await getMessage({ db }, actor, messageId), created: false }
    if (verdict !== 'posted') throw REFUSALS[verdict]()
    const message = { ...rest, thread_id: threadId, seq, change_seq: seq, created_at: createdAt }
    return { message: forCaller(message, actor.userId), created: true }
  }
}

const REFUSALS: Record<Exclude<PostVerdict, 'posted' | 'duplicate'>, () => DomainError> = {
  channel_not_found: channelNotFound,
  not_in_channel: notInChannel,
  channel_archived: channelArchived,
  thread_not_found: threadNotFound,
  idempotency_conflict: idempotencyConflict,
}

interface Rendering {
  readonly input: SendMessage
  readonly workspaceId: WorkspaceId
  readonly content: string
  readonly mentions: Mentions
}

/** The draft, and the message without the fields that are known only when it is placed. */
function render(actor: Actor, { input, workspaceId, content, mentions }: Rendering): { draft: PostDraft; rest: Unplaced } {
  const shared = toSharedMessage({
    id: newId<MessageId>(),
    workspace_id: workspaceId,
    channel_id: input.channel_id,
    user_id: actor.userId,
    content,
    thread_id: null,
    seq: 0,
    change_seq: 0,
    client_msg_id: input.client_msg_id ?? null,
    kind: 'user',
    reply_count: 0,
    reply_user_ids: [],
    last_reply_at: null,
    also_in_channel: input.also_in_channel ?? false,
    mention_user_ids: mentions.user_ids,
    mention_group_ids: mentions.group_ids,
    mention_channel: mentions.channel,
    quoted_message_ids: [],
    previews: [],
    system: null,
    locked_at: null,
    pinned_at: null,
    pinned_by: null,
    edited_at: null,
    deleted_at: null,
    created_at: new Date(0),
  })
  const { thread_id: _thread, seq: _seq, change_seq: _changeSeq, created_at: _createdAt, ...rest } = shared
  const draft: PostDraft = {
    id: rest.id,
    workspaceId,
    channelId: input.channel_id,
    userId: actor.userId,
    content,
    threadId: input.thread_id ?? null,
    clientMsgId: rest.client_msg_id,
    bodyHash: hashBody(input),
    kind: 'user',
    alsoInChannel: rest.also_in_channel,
    mentionUserIds: mentions.user_ids,
    mentionChannel: mentions.channel,
    requestId: actor.requestId,
    payload: JSON.stringify(rest).slice(0, -1),
  }
  return { draft, rest }
}

type Unplaced = Omit<SharedMessage, 'thread_id' | 'seq' | 'change_seq' | 'created_at'>

/** Of the body as it was sent: a retry is the same to the letter, whatever happened to names and messages since. */
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
