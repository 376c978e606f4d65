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

  it('counts what the reading on another device left, also when that marked something unread again', () => {
    for (const text of ['one', 'two', 'three']) hear(text)
    const read = (last_read_seq: number) => {
      chat.read(general, last_read_seq)
      return apply()
    }
    expect([read(2), counts()]).toEqual([null, [2, 0]])
    expect([read(4), counts()]).toEqual([null, [0, 0]])
    expect([read(3), counts()]).toEqual([null, [1, 0]])
  })

  it('asks when more was said since a reading was counted, and counts nothing twice that it counted', () => {
    hear('one')
    chat.read(general, 1)
    const early = known(chat.last)
    hear('two')
    expect(apply(early)).toBe(general)
    // Its own stream may be ahead of the channel's, which waits to be mended.
    chat.send(general, 'three')
    const three = known(chat.last)
    chat.read(general, 1)
    expect([apply(), counts()]).toEqual([null, [3, 0]])
    expect([apply(three), counts(), state.channel(general)?.last_seq]).toEqual([null, [3, 0], 4])
  })

  it('counts nothing of a channel in which one has spoken oneself', () => {
    hear('hello')
    hear('hello too', { user_id: alice.id })
    expect(counts()).toEqual([0, 0])
    expect(state.channel(general)?.last_read_seq).toBe(3)
  })

  it('asks what is unread when something unread was deleted or edited, but not for a preview that came', () => {
    hear('one')
    hear('two')
    const [one, two] = chat.messages(general)
    if (one === undefined || two === undefined) throw new Error('said above')
    chat.preview(one, 'https://example.org')
    expect(apply()).toBeNull()
    chat.edit(one, 'one!')
    expect(apply()).toBe(general)
    chat.delete(one)
    expect(apply()).toBe(general)
    chat.deleteAtOnce(general, [two])
    expect(apply()).toBe(general)
  })

  it('asks whether a mention is for oneself when only the server knows', () => {
    const hearMention = (group_ids: never[], channel: 'here' | null) => {
      chat.send(general, 'hello', { mentions: { user_ids: [], group_ids, channel } })
      return apply()
    }
    expect(hearMention([], 'here')).toBe(general)
    expect(hearMention([anId<never>('group')], null)).toBe(general)
    expect(hearMention([], null)).toBeNull()
  })

  it('does not count mentions of everybody in a muted channel, and asks when that changes with something unread', () => {
    chat.mute(general, true)
    expect(apply()).toBeNull()
    hear('all', { mentions: { user_ids: [], group_ids: [], channel: 'everyone' } })
    hear('alice', { mentions: { user_ids: [alice.id], group_ids: [], channel: null } })
    expect(counts()).toEqual([2, 1])
    chat.mute(general, false)
    expect(apply()).toBe(general)
  })

  it('is told of being added as of a mention, which is nothing unread', () => {
    hear('added', { kind: 'system', mentions: { user_ids: [alice.id], group_ids: [], channel: null } })
    expect(counts()).toEqual([0, 1])
  })

  it('follows what channels, people, groups and the workspace are called', () => {
    chat.change(general, { name: 'lobby', topic: 'Hello' })
    apply()
    expect(state.channel(general)).toMatchObject({ name: 'lobby', topic: 'Hello', last_seq: 2 })
    const tell = (type: string, data: unknown) => apply(known({ type, data, workspace_id: workspace.id, cursor: 'e1.0.99' }))
    tell('user_updated', { user: { ...bob, display_name: 'Robert' } })
    expect(state.user(bob.id)?.display_name).toBe('Robert')
    const group = { id: 'group-1', workspace_id: workspace.id, handle: 'engineers', user_ids: [alice.id], group_ids: [] }
    tell('group_updated', { ...group, id: 'group-2', user_ids: [], group_ids: ['group-1', 'group-2'] })
    expect(state.isInGroup('group-2')).toBe(false)
    tell('group_updated', group)
    expect([state.group('group-1')?.handle, state.isInGroup('group-2')]).toEqual(['engineers', true])
    tell('group_deleted', { id: 'group-1', workspace_id: workspace.id })
    expect(state.isInGroup('group-2')).toBe(false)
    tell('workspace_updated', { ...workspace, name: 'Renamed' })
    tell('workspace_member_updated', { workspace_id: workspace.id, user_id: alice.id, role: 'admin', single_channel: false })
    expect([state.workspace.name, state.role]).toEqual(['Renamed', 'admin'])
  })

  it('knows when the workspace is not there any more for this person', () => {
    const tell = (type: string, data: object) => apply(known({ type, data, workspace_id: workspace.id, cursor: 'e1.0.99' }))
    tell('workspace_member_left', { workspace_id: workspace.id, user_id: bob.id, removed_by: null })
    expect(state.isGone).toBe(false)
    tell('workspace_member_left', { workspace_id: workspace.id, user_id: alice.id, removed_by: null })
    expect(state.isGone).toBe(true)
    for (const ending of [known({ type: 'workspace_deleted', data: { workspace_id: workspace.id }, workspace_id: workspace.id, cursor: 'e1.0.99' }), { type: 'workspace_gone', workspace_id: workspace.id } as const]) {
      state = new ChatState(chat.boot())
      apply(ending)
      expect(state.isGone).toBe(true)
    }
  })

  it('loses a channel that was deleted, or became private to others', () => {
    apply(known({ type: 'channel_deleted', data: { id: general, workspace_id: workspace.id }, workspace_id: workspace.id, cursor: 'e1.0.99' }))
    expect(state.channels()).toEqual([])
  })

  it('comes back to a channel with what was wanted of it before', () => {
    const plans = chat.addChannel('plans')
    const joined = known(chat.last)
    if (joined.type !== 'member_joined') throw new Error('joined above')
    apply({ ...joined, data: { ...joined.data, role: 'manager' } })
    // Theirs alone, and therefore not in what all members get.
    const kept = { channel_id: plans, muted: true, notify: 'mentions', starred: true } as const
    apply(known({ type: 'preferences_updated', data: { channel: kept, user: null }, workspace_id: workspace.id, cursor: 'e1.0.98' }))
    expect(state.channel(plans)).toMatchObject({ role: 'manager', muted: true, notify: 'mentions', starred: true, unread_count: 0 })
    expect(state.channels().map(({ name }) => name)).toEqual(['plans', 'general'])
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
