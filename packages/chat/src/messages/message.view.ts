import type { Selectable } from 'kysely'
import type { Message, OwnThread, Quote, SharedMessage } from '@afrochat/contracts'
import type { MessagesTable } from '@afrochat/database'
import type { MessageId, UserId } from '@afrochat/kernel'

/** A row of `messages` without the hash of its first body, which is nobody's business. */
export type MessageRow = Omit<Selectable<MessagesTable>, 'body_hash'>

/** One reaction: an emoji, and who gave it. */
export type ReactionEntry = readonly [emoji: string, userId: UserId]

/** Who reacted with one emoji, in the order in which they did. */
export interface ReactionGroup {
  readonly emoji: string
  readonly user_ids: readonly UserId[]
}

/** A message with all that one reader's view of it needs but the quotes: see `show-messages.ts`. */
export type ReaderRow = MessageRow & {
  /** Group by group, in the order in which they came; null: none. */
  readonly reactions: readonly ReactionEntry[] | null
  readonly saved: boolean
  readonly thread: OwnThread | null
}

/** What is particular to one reader. */
export interface ReaderPart {
  readonly callerId: UserId
  readonly saved: boolean
  readonly thread: OwnThread | null
  /** Of the messages that this one quotes those that its reader may read. */
  readonly quotes: ReadonlyMap<MessageId, Quote>
}

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

/** The same of a row as a reader gets it. */
export const sharedOf = (row: ReaderRow): SharedMessage => toSharedMessage(row, groupReactions(row.reactions ?? []))

/** The message with what is particular to its reader. */
export function forCaller(message: SharedMessage, { callerId, saved, thread, quotes }: ReaderPart): Message {
  return {
    ...message,
    reactions: message.reactions.map((reaction) => ({ ...reaction, me: reaction.user_ids.includes(callerId) })),
    saved,
    thread,
    quotes: message.quoted_message_ids.flatMap((id) => quotes.get(id) ?? []),
  }
}

/** A map, not an object: an emoji may be named `__proto__`. */
function groupReactions(entries: readonly ReactionEntry[]): ReactionGroup[] {
  const groups = new Map<string, UserId[]>()
  for (const [emoji, userId] of entries) {
    const group = groups.get(emoji)
    if (group === undefined) groups.set(emoji, [userId])
    else group.push(userId)
  }
  return [...groups].map(([emoji, user_ids]) => ({ emoji, user_ids }))
}

const toTime = (date: Date | null) => date?.toISOString() ?? null
