import { describe, expect, it } from '@jest/globals'
import { Message, SharedMessage } from '@afrochat/contracts'
import { newId, type ChannelId, type MessageId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { Value } from 'typebox/value'
import { forCaller, toSharedMessage, type MessageRow } from './message.view.ts'

const alice = newId<UserId>()
const bob = newId<UserId>()
const row: MessageRow = {
  id: newId<MessageId>(), workspace_id: newId<WorkspaceId>(), channel_id: newId<ChannelId>(), user_id: alice,
  content: 'hello', thread_id: null, seq: 7, change_seq: 9, client_msg_id: 'c-1', kind: 'user', also_in_channel: false,
  mention_user_ids: [bob], mention_channel: 'here', reply_count: 0, reply_user_ids: [], last_reply_at: null, locked_at: null, pinned_at: null, pinned_by: null,
  mention_group_ids: [], quoted_message_ids: [], previews: [], system: null,
  edited_at: new Date('2026-11-24T09:30:00.120Z'), deleted_at: null, created_at: new Date('2026-11-24T09:29:00Z'),
}

describe('the view of a message', () => {
  it('has exactly the fields of its schema', () => {
    const shared = toSharedMessage(row, [{ emoji: '👍', user_ids: [alice, bob] }])
    expect([...Value.Errors(SharedMessage, shared)]).toEqual([])
    expect([...Value.Errors(Message, forCaller(shared, alice))]).toEqual([])
  })

  it('writes times in UTC with milliseconds, and null for an absent value', () => {
    const view = toSharedMessage(row)
    expect(view).toMatchObject({ created_at: '2026-11-24T09:29:00.000Z', edited_at: '2026-11-24T09:30:00.120Z', deleted_at: null, last_reply_at: null })
    expect(view.mentions).toEqual({ user_ids: [bob], group_ids: [], channel: 'here' })
  })

  it('says which reactions are the caller’s, and says it to nobody else', () => {
    const shared = toSharedMessage(row, [{ emoji: '👍', user_ids: [bob] }, { emoji: '🎉', user_ids: [alice, bob] }])
    expect(forCaller(shared, alice).reactions).toEqual([
      { emoji: '👍', count: 1, user_ids: [bob], me: false },
      { emoji: '🎉', count: 2, user_ids: [alice, bob], me: true },
    ])
    expect(shared.reactions[0]).toEqual({ emoji: '👍', count: 1, user_ids: [bob] })
  })

  it.each(['__proto__', 'constructor', 'toString'])('carries an emoji named %s like any other', (emoji) => {
    const parsed: unknown = JSON.parse(JSON.stringify(toSharedMessage(row, [{ emoji, user_ids: [bob] }])))
    expect(parsed).toMatchObject({ reactions: [{ emoji, count: 1, user_ids: [bob] }] })
    expect(Object.prototype).not.toHaveProperty('count')
  })
})
