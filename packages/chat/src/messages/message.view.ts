import type { Selectable } from 'kysely'
import type { Message, SharedMessage } from '@afrochat/contracts'
import type { MessagesTable } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'

/** A row of `messages` without the hash of its first body, which is nobody's business. */
export type MessageRow = Omit<Selectable<MessagesTable>, 'body_hash'>

/** Who reacted with one emoji, in the order in which they did. */
export interface ReactionGroup {
  readonly emoji: string
  readonly user_ids: readonly UserId[]
}

/** A message with its reactions: all that its view needs. */
export type FullMessage = MessageRow & { readonly reactions: readonly ReactionGroup[] }

/**
 * The message as everybody in its channel sees it: what events carry, and what every answer is made of.
 * Reactions are a list, never an object keyed by emoji: an emoji may be named `__proto__`.
 */
export function toSharedMessage(row: MessageRow, reactions: readonly ReactionGroup[] = []): SharedMessage {
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    channel_id: row.channel_id,
    user_id: row.user_id,
    content: row.content,
    thread_id: row.thread_id,
    seq: row.seq,
    change_seq: row.change_seq,
    client_msg_id: row.client_msg_id,
    kind: row.kind,
    reply_count: row.reply_count,
    reply_user_ids: row.reply_user_ids,
    last_reply_at: toTime(row.last_reply_at),
    locked: row.locked_at !== null,
    also_in_channel: row.also_in_channel,
    mentions: { user_ids: row.mention_user_ids, group_ids: row.mention_group_ids, channel: row.mention_channel },
    files: [],
    previews: row.previews,
    quoted_message_ids: row.quoted_message_ids,
    system: row.system,
    pinned: row.pinned_at !== null,
    edited_at: toTime(row.edited_at),
    deleted_at: toTime(row.deleted_at),
    created_at: row.created_at.toISOString(),
    reactions: reactions.map(({ emoji, user_ids }) => ({ emoji, count: user_ids.length, user_ids: [...user_ids] })),
  }
}

/** The same message with what is particular to the caller: which reactions are theirs. */
export function forCaller(message: SharedMessage, callerId: UserId): Message {
  const reactions = message.reactions.map((reaction) => ({ ...reaction, me: reaction.user_ids.includes(callerId) }))
  return { ...message, reactions, saved: false, quotes: [], thread: null }
}

/** What every read answers. */
export const toMessage = (message: FullMessage, callerId: UserId): Message => forCaller(toSharedMessage(message, message.reactions), callerId)

const toTime = (date: Date | null) => date?.toISOString() ?? null
