import { describe, expect, it } from '@jest/globals'
import { Message, SharedMessage, type Quote } from '@afrochat/contracts'
import { newId, type ChannelId, type MessageId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { Value } from 'typebox/value'
import { forCaller, sharedOf, toSharedMessage, type MessageRow, type ReaderPart, type ReaderRow } from './message.view.ts'

const alice = newId<UserId>()
const bob = newId<UserId>()
const row: MessageRow = {
  id: newId<MessageId>(), workspace_id: newId<WorkspaceId>(), channel_id: newId<ChannelId>(), user_id: alice,
  content: 'hello', thread_id: null, seq: 7, change_seq: 9, client_msg_id: 'c-1', kind: 'user', also_in_channel: false,
  mention_user_ids: [bob], mention_channel: 'here', reply_count: 0, reply_user_ids: [], last_reply_at: null, locked_at: null, pinned_at: null, pinned_by: null,
  mention_group_ids: [], quoted_message_ids: [], previews: [], system: null,
  edited_at: new Date('2026-11-24T09:30:00.120Z'), deleted_at: null, created_at: new Date('2026-11-24T09:29:00Z'),
}

const forReader = (reader: UserId, facts: Partial<Omit<ReaderPart, 'callerId'>> = {}): ReaderPart =>
  ({ callerId: reader, saved: false, thread: null, quotes: new Map(), ...facts })

describe('the view of a message', () => {
  it('has exactly the fields of its schema', () => {
    const shared = toSharedMessage(row, [{ emoji: '👍', user_ids: [alice, bob] }])
    expect([...Value.Errors(SharedMessage, shared)]).toEqual([])
    expect([...Value.Errors(Message, forCaller(shared, forReader(alice)))]).toEqual([])
  })

  it('writes times in UTC with milliseconds, and null for an absent value', () => {
    const view = toSharedMessage(row)
    expect(view).toMatchObject({ created_at: '2026-11-24T09:29:00.000Z', edited_at: '2026-11-24T09:30:00.120Z', deleted_at: null, last_reply_at: null })
    expect(view.mentions).toEqual({ user_ids: [bob], group_ids: [], channel: 'here' })
  })

  it('says which reactions are the caller’s, and says it to nobody else', () => {
    const shared = toSharedMessage(row, [{ emoji: '👍', user_ids: [bob] }, { emoji: '🎉', user_ids: [alice, bob] }])
    expect(forCaller(shared, forReader(alice)).reactions).toEqual([
      { emoji: '👍', count: 1, user_ids: [bob], me: false },
      { emoji: '🎉', count: 2, user_ids: [alice, bob], me: true },
    ])
    expect(shared.reactions[0]).toEqual({ emoji: '👍', count: 1, user_ids: [bob] })
  })

  it('shows of what a message quotes only what its reader may read, in the order of its text', () => {
    const [one, hidden, two] = [newId<MessageId>(), newId<MessageId>(), newId<MessageId>()]
    const quote = (id: MessageId, content: string): Quote => ({ message_id: id, channel_id: row.channel_id, user_id: bob, content, created_at: '2026-11-24T09:00:00.000Z' })
    const shared = toSharedMessage({ ...row, quoted_message_ids: [one, hidden, two] })
    const view = forCaller(shared, forReader(alice, { quotes: new Map([[two, quote(two, 'second')], [one, quote(one, 'first')]]) }))
    expect(view.quotes.map(({ content }) => content)).toEqual(['first', 'second'])
    expect(shared).not.toHaveProperty('quotes')
  })

  it.each(['__proto__', 'constructor', 'toString'])('carries an emoji named %s like any other', (emoji) => {
    const read: ReaderRow = { ...row, reactions: [[emoji, bob]], saved: false, thread: null }
    const parsed: unknown = JSON.parse(JSON.stringify(sharedOf(read)))
    expect(parsed).toMatchObject({ reactions: [{ emoji, count: 1, user_ids: [bob] }] })
    expect(Object.prototype).not.toHaveProperty('count')
  })
})
