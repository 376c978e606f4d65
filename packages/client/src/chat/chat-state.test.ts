import { beforeEach, describe, expect, it } from '@jest/globals'
import type { ChannelId, ClientEvent, SharedMessage, SyncEvent, WorkspaceId } from '../index.ts'
import { toClientEvent, type WireEvent } from '../sync/sync-event.ts'
import { alice, anId, bob, ModelChat, workspace } from '../testing/model-chat.ts'
import { ChatState } from './chat-state.ts'

let chat: ModelChat
let general: ChannelId
let state: ChatState

beforeEach(() => {
  chat = new ModelChat()
  general = chat.addChannel('general')
  state = new ChatState(chat.boot())
})

const known = (wire: WireEvent): ClientEvent => toClientEvent(wire) as ClientEvent
const apply = (event: SyncEvent = known(chat.last)) => state.apply(event)
const counts = (id = general) => [state.channel(id)?.unread_count, state.channel(id)?.mention_count]

function hear(content: string, more: Partial<SharedMessage> = {}): void {
  chat.send(general, content, more)
  for (const wire of chat.log.slice(more.thread_id ? -2 : -1)) apply(known(wire))
}

describe('ChatState', () => {
  it('counts what others say as unread, and what names one as for oneself', () => {
    hear('hello')
    hear('hello alice', { mentions: { user_ids: [alice.id], group_ids: [], channel: null } })
    hear('hello all', { mentions: { user_ids: [], group_ids: [], channel: 'channel' } })
    expect(counts()).toEqual([3, 2])
  })

  it('does not count one’s own words, replies in threads, what joined people are told, or what is deleted already', () => {
    const root = chat.send(general, 'root', { user_id: alice.id })
    apply()
    hear('reply', { thread_id: root.id })
    hear('joined', { kind: 'system' })
    hear('', { deleted_at: '2026-11-24T09:30:00.000Z' })
    expect(counts()).toEqual([0, 0])
    hear('reply to all', { thread_id: root.id, also_in_channel: true })
    expect(counts()).toEqual([1, 0])
  })

  it('does not count again what was counted when the channel was read anew', () => {
    chat.send(general, 'counted by the server')
    const event = known(chat.last)
    apply({ type: 'channel_refreshed', data: { ...chat.channel(general), unread_count: 1 } })
    apply(event)
    expect(counts()).toEqual([1, 0])
  })

  it('counts nothing after all was read, and asks the server when only a part was, or when something unread was deleted', () => {
    hear('one')
    hear('two')
    const read = (last_read_seq: number) => apply({
      type: 'channel_read', data: { channel_id: general, last_read_seq, unread_count: 0, mention_count: 0 }, workspace_id: workspace.id, channel_id: general, seq: null, source: 'live',
    })
    expect(read(2)).toBe(general)
    expect(read(3)).toBeNull()
    expect(counts()).toEqual([0, 0])
    hear('three')
    chat.delete(chat.messages(general)[2] ?? chat.send(general, ''))
    expect(apply()).toBe(general)
  })

  it('gains a channel by joining and loses it by leaving', () => {
    const plans = chat.addChannel('plans')
    apply()
    expect(state.channels().map((channel) => state.labelOf(channel))).toEqual(['#general', '#plans'])
    expect(counts(plans)).toEqual([0, 0])
    apply({
      type: 'member_left', data: { channel_id: plans, user_id: alice.id, removed_by: bob.id }, workspace_id: workspace.id, channel_id: plans, seq: 2, source: 'live',
    })
    expect(state.channels()).toHaveLength(1)
  })

  it('takes over the whole state when it was away for too long, but of no other workspace', () => {
    chat.addChannel('plans')
    const elsewhere = { ...chat.boot(), workspace: { ...workspace, id: anId<WorkspaceId>('other') }, channels: [] }
    apply({ type: 'workspace_refreshed', data: elsewhere, history: 'kept' })
    expect(state.channels()).toHaveLength(1)
    apply({ type: 'workspace_refreshed', data: chat.boot(), history: 'kept' })
    expect(state.channels()).toHaveLength(2)
  })

  it('calls a conversation by its others', () => {
    expect(state.labelOf({ name: null, is_private: true, user_ids: [alice.id, bob.id] })).toBe('@bob')
    expect(state.labelOf({ name: null, is_private: true, user_ids: [alice.id] })).toBe('@yourself')
    expect(state.labelOf({ name: 'budget', is_private: true, user_ids: null })).toBe('🔒budget')
  })
})
