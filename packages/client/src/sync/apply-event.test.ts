import { describe, expect, it } from '@jest/globals'
import type { ClientEventName, EventPayload } from '@afrochat/contracts'
import { alice, anId, bob, ModelChat } from '../testing/model-chat.ts'
import { applyEvent } from './apply-event.ts'
import { toMendedEvents } from './mended-events.ts'
import { isMessageEvent, toClientEvent, type ChannelId, type MessageEvent } from './sync-event.ts'

const general = anId<ChannelId>('channel-general')

function aMessage() {
  const chat = new ModelChat()
  chat.addChannel('general')
  return { chat, message: chat.send(general, 'hello') }
}

function anEvent<N extends ClientEventName>(type: N, data: EventPayload<N>): MessageEvent {
  const event = toClientEvent({ type, cursor: 'e.0.1', channel_id: general, data })
  if (event === undefined || !isMessageEvent(event)) throw new Error(`Not about a message: ${type}`)
  return event
}

const reaction = (change_seq: number, emoji: string, user_id = bob.id) => ({ message_id: anId<never>('m'), channel_id: general, user_id, emoji, change_seq })

describe('applyEvent', () => {
  it('changes nothing the second time, or when it comes after a later event', () => {
    const { message } = aMessage()
    const edited = anEvent('message_updated', { ...message, content: 'edited', change_seq: 5 })
    const after = applyEvent(message, edited)
    expect(after?.content).toBe('edited')
    expect(applyEvent(after, edited)).toBe(after)
    expect(applyEvent(after, anEvent('message_updated', { ...message, content: 'earlier', change_seq: 4 }))).toBe(after)
  })

  it('keeps reactions in the order in which the emoji and the people came', () => {
    const { message } = aMessage()
    const events = [
      anEvent('reaction_added', reaction(10, 'tada')), anEvent('reaction_added', reaction(11, 'eyes')),
      anEvent('reaction_added', reaction(12, 'tada', alice.id)),
    ]
    const after = events.reduce((state, event) => applyEvent(state, event) ?? state, message)
    expect(after.reactions).toEqual([
      { emoji: 'tada', count: 2, user_ids: [bob.id, alice.id] },
      { emoji: 'eyes', count: 1, user_ids: [bob.id] },
    ])
    expect(applyEvent(after, anEvent('reaction_removed', reaction(13, 'tada')))?.reactions[0]).toEqual({ emoji: 'tada', count: 1, user_ids: [alice.id] })
    expect(applyEvent(after, anEvent('reaction_removed', reaction(13, 'eyes')))?.reactions).toHaveLength(1)
  })

  it('leaves nothing but a tombstone of a deleted message', () => {
    const { message } = aMessage()
    const reacted = { ...message, pinned: true, reactions: [{ emoji: 'tada', count: 1, user_ids: [bob.id] }] }
    const deletion = { id: message.id, channel_id: general, thread_id: null, change_seq: 9, deleted_at: '2026-11-24T10:00:00.000Z' }
    expect(applyEvent(reacted, anEvent('message_deleted', deletion))).toEqual({ ...message, content: '', change_seq: 9, deleted_at: deletion.deleted_at })
  })

  it('leaves as little of messages that were deleted at once', () => {
    const { message } = aMessage()
    const one = { id: message.id, channel_id: general, thread_id: null, change_seq: 9, deleted_at: '2026-11-24T10:00:00.000Z' }
    const { id, thread_id: _, ...several } = { ...one, ids: [message.id, anId<typeof message.id>('another')] }
    expect(applyEvent(message, anEvent('messages_bulk_deleted', several))).toEqual(applyEvent(message, anEvent('message_deleted', one)))
    expect(id).toBe(message.id)
  })

  it('keeps the replies that a root has when it is locked, and what is pinned', () => {
    const { message } = aMessage()
    const thread = { reply_count: 3, reply_user_ids: [bob.id], last_reply_at: message.created_at, locked: true }
    const locked = applyEvent(message, anEvent('thread_updated', { id: message.id, channel_id: general, ...thread, change_seq: 5 }))
    expect(locked).toEqual({ ...message, ...thread, change_seq: 5 })
    const pinned = applyEvent(locked, anEvent('message_pinned', { message_id: message.id, channel_id: general, pinned_by: bob.id, pinned_at: message.created_at, change_seq: 6 }))
    expect(pinned).toEqual({ ...message, ...thread, pinned: true, change_seq: 6 })
    expect(applyEvent(pinned, anEvent('message_unpinned', { message_id: message.id, channel_id: general, change_seq: 7 }))?.pinned).toBe(false)
  })

  it('knows nothing of a message that it was never given', () => {
    expect(applyEvent(undefined, anEvent('reaction_added', reaction(10, 'tada')))).toBeUndefined()
  })
})

describe('toMendedEvents', () => {
  it('calls a message new once, and only if it is later than what was known', () => {
    const { chat, message } = aMessage()
    const later = chat.send(general, 'later')
    const seen = new Set<typeof message.id>()
    chat.edit(message, 'hello!')
    const types = () => toMendedEvents(chat.changes(general, 2), { since: 2, seen }).map(({ type, data }) => [type, 'content' in data && data.content])
    expect(types()).toEqual([['message_sent', 'later'], ['message_updated', 'hello!']])
    chat.edit(later, 'later!')
    expect(types()).toEqual([['message_updated', 'hello!'], ['message_updated', 'later!']])
  })

  it('tells of a deletion by the tombstone, which has the thread’s fields, and by the event itself', () => {
    const { chat, message } = aMessage()
    chat.send(general, 'reply', { thread_id: message.id })
    chat.delete(message)
    const events = toMendedEvents(chat.changes(general, 4), { since: 4, seen: new Set() })
    expect(events).toMatchObject([
      { type: 'message_updated', seq: 5, source: 'mended', data: { id: message.id, content: '', reply_count: 1 } },
      { type: 'message_deleted', seq: 5, source: 'mended', data: { id: message.id, change_seq: 5 } },
    ])
  })
})
