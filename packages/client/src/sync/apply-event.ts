import type { EventPayload, SharedMessage, SharedReaction } from '@afrochat/contracts'
import type { MessageEvent, MessageId } from './sync-event.ts'

/** The messages that the event changes. */
export function messageIdsOf({ data }: MessageEvent): readonly MessageId[] {
  if ('ids' in data) return data.ids
  return ['message_id' in data ? data.message_id : data.id]
}

/**
 * The message, one of those that the event changes, after it. Undefined: it was not known before and the event does not bring all of it. Applying an
 * event twice, or after a later one, changes nothing.
 */
export function applyEvent(message: SharedMessage | undefined, event: MessageEvent): SharedMessage | undefined {
  if (message !== undefined && message.change_seq >= event.data.change_seq) return message
  if (event.type === 'message_sent' || event.type === 'message_updated') return event.data
  if (message === undefined) return undefined
  switch (event.type) {
    case 'message_deleted': case 'messages_bulk_deleted': return toTombstone(message, event.data)
    case 'thread_updated': return { ...message, ...event.data }
    case 'message_pinned': return { ...message, pinned: true, change_seq: event.data.change_seq }
    case 'message_unpinned': return { ...message, pinned: false, change_seq: event.data.change_seq }
    case 'reaction_added': return withReactions(message, event.data, add)
    case 'reaction_removed': return withReactions(message, event.data, remove)
  }
}

function toTombstone(message: SharedMessage, { change_seq, deleted_at }: Pick<EventPayload<'message_deleted'>, 'change_seq' | 'deleted_at'>): SharedMessage {
  const mentions = { user_ids: [], group_ids: [], channel: null }
  return { ...message, content: '', mentions, files: [], previews: [], quoted_message_ids: [], reactions: [], system: null, pinned: false, change_seq, deleted_at }
}

type ReactionChange = EventPayload<'reaction_added'>
type Change = (reactions: readonly SharedReaction[], change: ReactionChange) => SharedReaction[]

function withReactions(message: SharedMessage, change: ReactionChange, how: Change): SharedMessage {
  return { ...message, reactions: how(message.reactions, change), change_seq: change.change_seq }
}

/** In the order in which the emoji came, and in each the people. */
function add(reactions: readonly SharedReaction[], { emoji, user_id }: ReactionChange): SharedReaction[] {
  if (!reactions.some((reaction) => reaction.emoji === emoji)) return [...reactions, { emoji, count: 1, user_ids: [user_id] }]
  return reactions.map((reaction) => {
    if (reaction.emoji !== emoji || reaction.user_ids.includes(user_id)) return reaction
    return { emoji, count: reaction.count + 1, user_ids: [...reaction.user_ids, user_id] }
  })
}

function remove(reactions: readonly SharedReaction[], { emoji, user_id }: ReactionChange): SharedReaction[] {
  return reactions.flatMap((reaction) => {
    if (reaction.emoji !== emoji || !reaction.user_ids.includes(user_id)) return [reaction]
    const user_ids = reaction.user_ids.filter((id) => id !== user_id)
    return user_ids.length === 0 ? [] : [{ emoji, count: user_ids.length, user_ids }]
  })
}
