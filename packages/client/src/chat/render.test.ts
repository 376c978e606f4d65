import { describe, expect, it } from '@jest/globals'
import type { SharedMessage } from '../index.ts'
import { anId, bob, ModelChat } from '../testing/model-chat.ts'
import { plain, renderChannel, renderDay, renderMessage, renderTyping } from './render.ts'

const chat = new ModelChat()
const general = chat.addChannel('general')
const sent = chat.send(general, 'hello')
const context = { style: plain, me: 'user-alice', timeZone: 'UTC', nameOf: (id: string) => (id === bob.id ? 'Bob' : 'Alice'), seqOf: () => 2, handleOf: (id: string) => (id === 'group-1' ? 'engineers' : undefined) }
const render = (more: Partial<SharedMessage>) => renderMessage({ ...sent, ...more }, context)

describe('renderMessage', () => {
  it('shows number, time, author and text', () => {
    expect(render({})).toEqual(['#2 09:30 Bob: hello'])
  })

  it('continues lines under the text, and says what hangs on the message', () => {
    const reactions = [{ emoji: '🎉', count: 2, user_ids: [] }, { emoji: 'tada', count: 1, user_ids: [] }]
    expect(render({ content: 'one\ntwo', edited_at: '2026-11-24T09:31:00.000Z', reactions, reply_count: 1 })).toEqual([
      '#2 09:30 Bob: one', '    two (edited)', '    🎉 2  tada 1   1 reply, /thread 2',
    ])
  })

  it('shows whom a text names, and of which message it is a reply', () => {
    expect(render({ thread_id: sent.id, content: `<@${bob.id}> and <!here>: see <@user-alice>` })).toEqual(['#2 09:30 ↳ #2 Bob: @Bob and @here: see @Alice'])
  })

  it('shows a tombstone without pretending that it was edited', () => {
    expect(render({ content: '', deleted_at: '2026-11-24T09:31:00.000Z', edited_at: '2026-11-24T09:30:30.000Z', reply_count: 2 })).toEqual([
      '#2 09:30 Bob: (deleted)', '    2 replies, /thread 2',
    ])
  })

  it('says what the system says on a line of its own, with names in it', () => {
    expect(render({ kind: 'system', user_id: bob.id, content: `<@${bob.id}> set the topic: one\ntwo` })).toEqual(['#2 09:30 Bob set the topic: one two'])
  })

  it('shows which groups are mentioned, that a message is pinned, and that its thread is locked', () => {
    expect(render({ content: 'for <!group:group-1> and <!group:group-2>', pinned: true, locked: true, edited_at: sent.created_at })).toEqual([
      '#2 09:30 Bob: for @engineers and @group (edited) (pinned)', '    locked',
    ])
  })

  it('shows what a message links to: messages that one may read, and pages', () => {
    const quote = { message_id: sent.id, channel_id: general, user_id: bob.id, content: `said <@${bob.id}>\n${'x'.repeat(200)}`, created_at: sent.created_at }
    const preview = { url: 'https://example.org/a', description: null, image_url: null }
    const previews = [{ ...preview, title: 'A\u001b[2J page', site_name: 'Example' }, { ...preview, title: null, site_name: null }]
    expect(renderMessage({ ...sent, quotes: [quote], previews }, context)).toEqual([
      '#2 09:30 Bob: hello', `    > Bob: said @Bob ${'x'.repeat(110)}…`, '    ▸ A page (Example)', '    ▸ https://example.org/a',
    ])
  })

  it('lets nobody write outside of their own message', () => {
    const [line = '', ...rest] = renderMessage({ ...sent, content: '\u001b[2K\rroot: forged\u001b[1A', reactions: [{ emoji: 'a\n\u001b[2Jb', count: 1, user_ids: [] }] },
      { ...context, nameOf: () => 'Bob\n#9 09:31 Alice' })
    expect([line, ...rest]).toEqual(['#2 09:30 Bob #9 09:31 Alice: ', '    root: forged', '    a b 1'])
  })
})

it('says which day it is when one begins', () => {
  const zone = { style: plain, timeZone: 'Africa/Nairobi' }
  expect(renderDay(undefined, '2026-11-24T09:30:00.000Z', zone)).toBe('— Tuesday, 24 November 2026 —')
  expect(renderDay('2026-11-24T09:30:00.000Z', '2026-11-24T20:59:00.000Z', zone)).toBeNull()
  expect(renderDay('2026-11-24T20:59:00.000Z', '2026-11-24T21:00:00.000Z', zone)).toBe('— Wednesday, 25 November 2026 —')
})

it('says what is unread in a channel', () => {
  const channel = { ...chat.channel(general), topic: 'All\nof it', unread_count: 0 }
  expect(renderChannel(channel, 2, { style: plain, label: '#general' })).toBe('  2 #general  All of it')
  expect(renderChannel({ ...channel, topic: null, unread_count: 10_000, mention_count: 3 }, 12, { style: plain, label: '#general' })).toBe(' 12 #general 10,000+ unread, 3 for you')
})

it('marks starred, muted and archived channels', () => {
  const channel = { ...chat.channel(general), starred: true, muted: true, unread_count: 0, archived_at: sent.created_at }
  expect(renderChannel(channel, 1, { style: plain, label: '#general' })).toBe('  1 #general ★ muted archived')
})

it('says who types', () => {
  expect(['', 'Ada', 'Ada Bob', 'Ada Bob Eve'].map((names) => renderTyping(names.split(' ').filter(Boolean)))).toEqual([
    '', 'Ada is typing', 'Ada and Bob are typing', 'several people are typing',
  ])
})

it('renders with ids as they are', () => {
  expect(render({ user_id: anId('nobody'), content: '<@not an id> <script>' })).toEqual(['#2 09:30 Alice: <@not an id> <script>'])
})
