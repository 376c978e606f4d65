import { channelStream } from '@afrochat/contracts'
import { nextSeqs, type UnitOfWork } from '@afrochat/database'
import type { ChannelId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'
import { toSharedMessage, type MessageRow, type ReactionGroup } from '../messages/message.view.ts'
import * as imports from './imports.repository.ts'

/** A message of another system in its final state: edited, with its reactions, and a root with what its replies make of it. */
export interface ImportedMessage {
  readonly id: MessageId
  readonly userId: UserId
  readonly content: string
  /** The root, which is in the channel already or comes in the same call. */
  readonly threadId: MessageId | null
  readonly kind: MessageRow['kind']
  readonly alsoInChannel: boolean
  readonly mentionUserIds: readonly UserId[]
  /** All replies to it that the import brings, also those that come later. */
  readonly replies: Replies
  readonly pinned: boolean
  readonly editedAt: Date | null
  readonly deletedAt: Date | null
  readonly createdAt: Date
  readonly reactions: readonly ReactionGroup[]
}

export interface Replies {
  readonly count: number
  /** The first ten who replied, in that order. */
  readonly userIds: readonly UserId[]
  readonly lastAt: Date | null
}

/** Their order as the other system had it, before all reactions that are added here. */
const BEFORE_OTHERS = -1_000_000

/**
 * Stores the next messages of a channel, whose head is locked, in the order given: each takes one seq and one event
 * `message_sent`, marked as imported. At most 100: their events are one chunk of the log.
 * Nobody is called by name in them now (`<!here>` stays text), and nobody is told.
 */
export async function insertImportedMessages(
  { tx, emit }: UnitOfWork,
  channel: { readonly id: ChannelId; readonly workspaceId: WorkspaceId },
  messages: readonly ImportedMessage[],
): Promise<void> {
  const last = messages.at(-1)
  if (last === undefined) return
  const first = (await nextSeqs(tx, new Map([[channel.id, messages.length]]))).get(channel.id)
  if (first === undefined) throw new Error(`The channel ${channel.id} has no stream head`)
  const placed = messages.map((message, index) => ({ message, row: toRow(channel, message, first + index) }))

  await imports.insertMessages(tx, placed.map(({ row }) => row))
  await imports.insertReactions(tx, messages.flatMap(reactionRows))
  await imports.noteLastMessage(tx, channel.id, last.createdAt)
  for (const { message, row } of placed) {
    emit({
      type: 'message_sent', stream: channelStream(channel.id), workspaceId: channel.workspaceId, seq: row.seq,
      payload: toSharedMessage(row, message.reactions), messageId: row.id, imported: true,
    })
  }
}

function toRow(channel: { id: ChannelId; workspaceId: WorkspaceId }, message: ImportedMessage, seq: number): MessageRow {
  return {
    id: message.id,
    workspace_id: channel.workspaceId,
    channel_id: channel.id,
    user_id: message.userId,
    content: message.content,
    thread_id: message.threadId,
    seq,
    change_seq: seq,
    client_msg_id: null,
    kind: message.kind,
    also_in_channel: message.alsoInChannel,
    mention_user_ids: [...message.mentionUserIds],
    mention_channel: null,
    reply_count: message.replies.count,
    reply_user_ids: [...message.replies.userIds],
    last_reply_at: message.replies.lastAt,
    mention_group_ids: [],
    quoted_message_ids: [],
    previews: [],
    system: null,
    locked_at: null,
    pinned_at: message.pinned ? message.createdAt : null,
    pinned_by: message.pinned ? message.userId : null,
    edited_at: message.editedAt,
    deleted_at: message.deletedAt,
    created_at: message.createdAt,
  }
}

function reactionRows({ id, createdAt, reactions }: ImportedMessage) {
  return reactions.flatMap(({ emoji, user_ids }, group) => user_ids.map((userId, place) => ({
    message_id: id, emoji, user_id: userId, created_at: createdAt, emoji_seq: BEFORE_OTHERS + group, seq: BEFORE_OTHERS + place,
  })))
}
