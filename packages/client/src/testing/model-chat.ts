import {
  encodeLogCursor, type Boot, type Channel, type ClientEventName, type EventPayload, type Message, type OwnUser, type SharedMessage, type User,
  defaultUserPreferences, defaultWorkspaceSettings, type Workspace,
} from '@afrochat/contracts'
import { applyEvent, messageIdOf } from '../sync/apply-event.ts'
import { isMessageEvent, toClientEvent, type ChannelId, type UserId, type WireEvent, type WorkspaceId } from '../sync/sync-event.ts'

const TIME = '2026-11-24T09:30:00.000Z'

/** Any text as an id: tests only need them to differ. */
export const anId = <T extends string>(text: string): T => text as T

const publicUser = (name: string): User => ({
  id: anId<UserId>(`user-${name}`), username: name, display_name: name, avatar_url: null, status: 'active', status_text: null, status_emoji: null, status_expires_at: null,
  timezone: 'UTC', locale: 'en', is_bot: false, created_at: TIME, updated_at: TIME,
})

export const alice: OwnUser = { ...publicUser('alice'), email: 'alice@example.org' }
export const bob = publicUser('bob')

export const workspace: Workspace = {
  id: anId<WorkspaceId>('workspace'), name: 'Example', slug: 'example', description: null, icon_url: null, owner_id: bob.id,
  settings: defaultWorkspaceSettings,
  created_at: TIME, updated_at: TIME,
}

interface State {
  readonly channel: Channel
  readonly messages: Map<string, SharedMessage>
}

/**
 * A chat in memory that keeps the promises of the real one: a gapless log, a seq a channel, and reads that show what
 * the log says. alice is in every channel.
 */
export class ModelChat {
  epoch = 'e1'
  readonly log: WireEvent[] = []
  readonly #channels = new Map<ChannelId, State>()

  addChannel(name: string): ChannelId {
    const id = anId<ChannelId>(`channel-${name}`)
    const channel: Channel = {
      id, workspace_id: workspace.id, kind: 'public', user_ids: null, name, topic: null, description: null, is_private: false, is_default: false, posting: 'everyone', created_by: bob.id,
      archived_at: null, member_count: 1, last_seq: 0, last_message_at: null, created_at: TIME, updated_at: TIME,
      is_member: true, role: 'member', muted: false, notify: 'default', starred: false, last_read_seq: 0, unread_count: 0, mention_count: 0, unread_capped: false,
    }
    this.#channels.set(id, { channel, messages: new Map() })
    this.join(id, alice)
    return id
  }

  get position(): string {
    return encodeLogCursor({ epoch: this.epoch, shard: 0, pos: this.log.length })
  }

  /** The last event of the log. */
  get last(): WireEvent {
    const event = this.log.at(-1)
    if (event === undefined) throw new Error('Nothing has happened yet')
    return event
  }

  join(channelId: ChannelId, user: User): void {
    const { is_member, role, muted, notify, starred, last_read_seq, unread_count, mention_count, unread_capped, ...channel } = this.channel(channelId)
    this.#emit('member_joined', channelId, () => ({ channel, user, role: 'member', joined_at: TIME, added_by: null, kept: null }))
  }

  send(channelId: ChannelId, content: string, more: Partial<SharedMessage> = {}): SharedMessage {
    const sent = this.#emit('message_sent', channelId, (seq) => ({
      id: anId<SharedMessage['id']>(`${channelId}-${seq}`), workspace_id: workspace.id, channel_id: channelId, user_id: bob.id, content, thread_id: null,
      seq, change_seq: seq, client_msg_id: null, kind: 'user', reply_count: 0, reply_user_ids: [], last_reply_at: null, also_in_channel: false,
      mentions: { user_ids: [], group_ids: [], channel: null }, files: [], previews: [], quoted_message_ids: [], system: null, locked: false, pinned: false, edited_at: null, deleted_at: null,
      created_at: TIME, reactions: [], ...more,
    }))
    if (sent.thread_id !== null) this.#countReplies(channelId, sent.thread_id)
    return sent
  }

  edit(message: SharedMessage, content: string): void {
    const present = this.#present(message)
    this.#emit('message_updated', message.channel_id, (seq) => ({ ...present, content, edited_at: TIME, change_seq: seq }))
  }

  delete({ id, channel_id, thread_id }: SharedMessage): void {
    this.#emit('message_deleted', channel_id, (seq) => ({ id, channel_id, thread_id, change_seq: seq, deleted_at: TIME }))
    if (thread_id !== null) this.#countReplies(channel_id, thread_id)
  }

  react(type: 'reaction_added' | 'reaction_removed', { id, channel_id }: SharedMessage, emoji: string): void {
    this.#emit(type, channel_id, (seq) => ({ message_id: id, channel_id, user_id: bob.id, emoji, change_seq: seq }))
  }

  channel(id: ChannelId): Channel {
    const state = this.#channels.get(id)
    if (state === undefined) throw new Error(`No such channel: ${id}`)
    const lastSeq = this.log.findLast(({ channel_id }) => channel_id === id)?.seq ?? 0
    return { ...state.channel, last_seq: lastSeq }
  }

  /** All messages of a channel in the order of the channel, as everybody sees them. */
  messages(id: ChannelId): SharedMessage[] {
    return [...(this.#channels.get(id)?.messages.values() ?? [])].toSorted((a, b) => a.seq - b.seq)
  }

  changes(id: ChannelId, since: number): Message[] {
    const changed = this.messages(id).filter(({ change_seq }) => change_seq > since).toSorted((a, b) => a.change_seq - b.change_seq)
    const isMine = ({ user_ids }: { user_ids: UserId[] }) => user_ids.includes(alice.id)
    return changed.map((message) => ({ ...message, saved: false, quotes: [], thread: null, reactions: message.reactions.map((reaction) => ({ ...reaction, me: isMine(reaction) })) }))
  }

  boot(): Boot {
    const channels = [...this.#channels.keys()].map((id) => this.channel(id))
    return { cursor: this.position, me: alice, workspace, role: 'member', channels, users: [alice, bob],
      preferences: defaultUserPreferences, groups: [], emoji: [], drafts: [], threads: { unread_count: 0, mention_count: 0 },
    }
  }

  /** As after a restore of the database: the last changes never were, and the log lives anew. */
  restore(epoch: string, lost: number): void {
    this.epoch = epoch
    const kept = this.log.splice(0).slice(0, -lost)
    for (const { messages } of this.#channels.values()) messages.clear()
    for (const event of kept) this.#place({ ...event, cursor: encodeLogCursor({ epoch, shard: 0, pos: this.log.length + 1 }) })
  }

  #countReplies(channelId: ChannelId, rootId: SharedMessage['id']): void {
    const replies = this.messages(channelId).filter(({ thread_id, deleted_at }) => thread_id === rootId && deleted_at === null)
    const fields = { reply_count: replies.length, reply_user_ids: replies.length > 0 ? [bob.id] : [], last_reply_at: replies.length > 0 ? TIME : null, locked: false }
    this.#emit('thread_updated', channelId, (seq) => ({ id: rootId, channel_id: channelId, ...fields, change_seq: seq }))
  }

  #present(message: SharedMessage): SharedMessage {
    return this.#channels.get(message.channel_id)?.messages.get(message.id) ?? message
  }

  #emit<N extends ClientEventName>(type: N, channelId: ChannelId, toData: (seq: number) => EventPayload<N>): EventPayload<N> {
    const seq = this.channel(channelId).last_seq + 1
    const data = toData(seq)
    const cursor = encodeLogCursor({ epoch: this.epoch, shard: 0, pos: this.log.length + 1 })
    this.#place({ type, workspace_id: workspace.id, channel_id: channelId, cursor, seq, data })
    return data
  }

  #place(wire: WireEvent): void {
    this.log.push(wire)
    const event = toClientEvent(wire)
    if (event === undefined || !isMessageEvent(event)) return
    const messages = this.#channels.get(event.data.channel_id)?.messages
    const after = applyEvent(messages?.get(messageIdOf(event)), event)
    if (after !== undefined) messages?.set(after.id, after)
  }
}
