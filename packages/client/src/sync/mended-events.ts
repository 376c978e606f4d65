import type { Message, SharedMessage } from '@afrochat/contracts'
import type { ClientEvent, MessageId } from './sync-event.ts'

/**
 * Turns messages as `/changes` shows them into the events that would have led to them. `since`: up to this `seq` the
 * application knows every message; `seen`: those beyond it that were turned into events before.
 */
export function toMendedEvents(messages: readonly Message[], { since, seen }: { since: number; seen: Set<MessageId> }): ClientEvent[] {
  return messages.flatMap((message) => {
    const isNew = message.seq > since && !seen.has(message.id)
    seen.add(message.id)
    return eventsOf(message, isNew ? 'message_sent' : 'message_updated')
  })
}

function eventsOf(message: Message, type: 'message_sent' | 'message_updated'): ClientEvent[] {
  const { workspace_id, channel_id, change_seq, deleted_at, id, thread_id } = message
  const common = { workspace_id, channel_id, seq: change_seq, source: 'mended' } as const
  const present: ClientEvent = { type, data: toShared(message), ...common }
  if (deleted_at === null) return [present]
  // The tombstone first, since a deletion alone does not say how many replies hang on it.
  return [present, { type: 'message_deleted', data: { id, channel_id, thread_id, change_seq, deleted_at }, ...common }]
}

/** The message without what is particular to the caller, as events carry it. */
export function toShared({ saved: _saved, quotes: _quotes, thread: _thread, ...message }: Message): SharedMessage {
  return { ...message, reactions: message.reactions.map(({ emoji, count, user_ids }) => ({ emoji, count, user_ids })) }
}
