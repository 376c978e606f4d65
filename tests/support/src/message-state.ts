import type { EventPayload, SharedMessage } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'

/** The messages of a channel as a client keeps them, by id. Reactions in the order in which they came. */
export type MessageState = ReadonlyMap<string, SharedMessage>

/**
 * The state after an event, as any client would work it out by what the interface says of itself. A replay test takes a
 * state, acts, applies what was emitted, and must find what the server says now: an event that says too little fails there.
 */
export function applyEvent(state: MessageState, event: Pick<PlacedEvent, 'type' | 'payload'>): MessageState {
  const change = changes[event.type as MessageEventName] as ((payload: unknown, state: MessageState) => Changed) | undefined
  const changed = [change?.(JSON.parse(event.payload), state) ?? []].flat()
  return changed.length === 0 ? state : new Map([...state, ...changed.map((message) => [message.id, message] as const)])
}

export function applyEvents(state: MessageState, events: readonly Pick<PlacedEvent, 'type' | 'payload'>[]): MessageState {
  return events.reduce(applyEvent, state)
}

type MessageEventName =
  | 'message_sent' | 'message_updated' | 'message_deleted' | 'messages_bulk_deleted' | 'thread_updated' | 'reaction_added' | 'reaction_removed'
  | 'message_pinned' | 'message_unpinned'
/** One message, several, or none that is known. */
type Changed = SharedMessage | readonly SharedMessage[] | undefined
type Changes = { readonly [N in MessageEventName]: (payload: EventPayload<N>, state: MessageState) => Changed }

const changes: Changes = {
  message_sent: (message) => message,
  message_updated: (message) => message,
  message_deleted: ({ id, change_seq, deleted_at }, state) => change(state, id, () => tombstone(change_seq, deleted_at)),
  messages_bulk_deleted: ({ ids, change_seq, deleted_at }, state) => ids.flatMap((id) => change(state, id, () => tombstone(change_seq, deleted_at)) ?? []),
  message_pinned: ({ message_id, change_seq }, state) => change(state, message_id, () => ({ pinned: true, change_seq })),
  message_unpinned: ({ message_id, change_seq }, state) => change(state, message_id, () => ({ pinned: false, change_seq })),
  thread_updated: ({ id, channel_id: _, ...fields }, state) => change(state, id, () => fields),
  reaction_added: ({ message_id, emoji, user_id, change_seq }, state) => change(state, message_id, ({ reactions }) => ({
    change_seq,
    reactions: reactions.some((group) => group.emoji === emoji)
      ? reactions.map((group) => (group.emoji === emoji ? withUsers(emoji, [...group.user_ids, user_id]) : group))
      : [...reactions, withUsers(emoji, [user_id])],
  })),
  reaction_removed: ({ message_id, emoji, user_id, change_seq }, state) => change(state, message_id, ({ reactions }) => ({
    change_seq,
    reactions: reactions
      .map((group) => (group.emoji === emoji ? withUsers(emoji, group.user_ids.filter((id) => id !== user_id)) : group))
      .filter(({ count }) => count > 0),
  })),
}

const tombstone = (change_seq: number, deleted_at: string): Partial<SharedMessage> => ({
  content: '', mentions: { user_ids: [], group_ids: [], channel: null }, reactions: [], files: [], previews: [], quoted_message_ids: [], system: null,
  pinned: false, deleted_at, change_seq,
})

function change(state: MessageState, id: string, fields: (message: SharedMessage) => Partial<SharedMessage>): SharedMessage | undefined {
  const message = state.get(id)
  return message && { ...message, ...fields(message) }
}

const withUsers = (emoji: string, user_ids: SharedMessage['user_id'][]) => ({ emoji, user_ids, count: user_ids.length })
