import { beforeEach, describe, expect, it } from '@jest/globals'
import type { ChannelId, SharedMessage } from '../index.ts'
import { anId, bob, ModelChat } from '../testing/model-chat.ts'
import { ChatState } from './chat-state.ts'
import { renderListed, renderPlanned, renderThread, renderUnread, timeOf, type ListContext } from './render-lists.ts'
import { plain } from './render.ts'

let context: ListContext
let general: ChannelId
let sent: SharedMessage
beforeEach(() => {
  const chat = new ModelChat()
  general = chat.addChannel('general')
  sent = chat.send(general, `see <@${bob.id}>,\nall of <!group:g>`)
  const screen = { style: plain, timeZone: 'UTC', isWatched: false, print: () => undefined, prompt: () => undefined }
  context = { state: new ChatState(chat.boot()), screen }
})

describe('lists', () => {
  it('show a message on one line, with its place', () => {
    expect(renderListed(context, { channel_id: general, message: sent })).toBe('#general #2 24 Nov, 09:30 bob: see @bob, all of @group')
    expect(renderListed(context, { channel_id: anId<ChannelId>('left'), message: { ...sent, content: '', deleted_at: sent.created_at } })).toBe('elsewhere #2 24 Nov, 09:30 bob: (deleted)')
  })

  it('show of a long message its beginning, and nothing that moves the cursor', () => {
    const line = renderListed(context, { channel_id: general, message: { ...sent, content: `\u001b[2J${'x'.repeat(500)}` } })
    expect(line).toBe(`#general #2 24 Nov, 09:30 bob: ${'x'.repeat(120)}…`)
  })

  it('show what is new in a thread', () => {
    const root = { ...sent, content: 'root', saved: false, quotes: [], thread: null, reactions: [] }
    expect(renderThread(context, { root, last_read_seq: 0, unread_count: 3, mention_count: 1 })).toBe('#general #2 bob: root 3 new, 1 for you')
    expect(renderThread(context, { root, last_read_seq: 0, unread_count: 0, mention_count: 0 })).toBe('#general #2 bob: root')
  })

  it('show what is unread in a channel, also when it is a mention alone', () => {
    const place = { channel_id: general, last_read_seq: 0, unread_capped: false }
    expect(renderUnread(context, { ...place, unread_count: 10_000, mention_count: 0 })).toBe('#general 10,000+ unread')
    expect(renderUnread(context, { ...place, unread_count: 0, mention_count: 1 })).toBe('#general 1 for you')
  })

  it('number what is planned', () => {
    expect(renderPlanned(context, { number: 2, at: sent.created_at, content: 'tea?\nnow', channel_id: general })).toBe('  2 Tue 24 Nov, 09:30 #general: tea? now')
    expect(renderPlanned(context, { number: 12, at: sent.created_at, content: 'tea' })).toBe(' 12 Tue 24 Nov, 09:30 tea')
    expect(timeOf(context, new Date('2026-11-24T21:05:00Z'))).toBe('Tue 24 Nov, 21:05')
  })
})
