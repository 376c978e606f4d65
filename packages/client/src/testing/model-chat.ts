import {
  defaultUserPreferences, defaultWorkspaceSettings, encodeLogCursor, type Boot, type Channel, type ClientEventName, type EventPayload, type Message,
  type OwnUser, type SharedChannel, type SharedMessage, type User, type Workspace,
} from '@afrochat/contracts'
import { applyEvent, messageIdsOf } from '../sync/apply-event.ts'
import { isMessageEvent, toClientEvent, type ChannelId, type ClientEvent, type MessageId, type UserId, type WireEvent, type WorkspaceId } from '../sync/sync-event.ts'

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
  /** As it was made, before the log. */
  readonly made: Channel
  channel: Channel
  readonly messages: Map<MessageId, SharedMessage>
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
    this.#channels.set(id, { made: channel, channel, messages: new Map() })
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
    const channel = this.#shared(channelId)
    this.#emit('member_joined', channelId, (seq) => ({ channel: { ...channel, last_seq: seq }, user, role: 'member', joined_at: TIME, added_by: null }))
  }

  send(channelId: ChannelId, content: string, more: Partial<SharedMessage> = {}): SharedMessage {
    const sent = this.#emit('message_sent', channelId, (seq) => ({
      id: anId<SharedMessage['id']>(`${channelId}-${seq}`), workspace_id: workspace.id, channel_id: channelId, user_id: bob.id, content, thread_id: null,
      seq, change_seq: seq, client_msg_id: null, kind: 'user', reply_count: 0, reply_user_ids: [], last_reply_at: null, also_in_channel: false,
      mentions: { user_ids: [], group_ids: [], channel: null }, files: [], previews: [], quoted_message_ids: [], system: null, locked: false,
      pinned: false, edited_at: null, deleted_at: null, created_at: TIME, reactions: [], ...more,
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

  deleteAtOnce(channel_id: ChannelId, messages: readonly SharedMessage[]): void {
    this.#emit('messages_bulk_deleted', channel_id, (seq) => ({ channel_id, ids: messages.map(({ id }) => id), change_seq: seq, deleted_at: TIME }))
    for (const rootId of new Set(messages.map(({ thread_id }) => thread_id))) if (rootId !== null) this.#countReplies(channel_id, rootId)
  }

  /** A preview of a link: the message in a new form, but not edited. */
  preview(message: SharedMessage, url: string): void {
    const present = this.#present(message)
    const preview = { url, title: 'A page', description: null, site_name: null, image_url: null }
    this.#emit('message_updated', message.channel_id, (seq) => ({ ...present, previews: [preview], change_seq: seq }))
  }

  pin({ id, channel_id }: SharedMessage, isPinned: boolean): void {
    if (isPinned) this.#emit('message_pinned', channel_id, (seq) => ({ message_id: id, channel_id, pinned_by: bob.id, pinned_at: TIME, change_seq: seq }))
    else this.#emit('message_unpinned', channel_id, (seq) => ({ message_id: id, channel_id, change_seq: seq }))
  }

  lock({ id, channel_id }: SharedMessage, locked: boolean): void {
    const { reply_count, reply_user_ids, last_reply_at } = this.#presentById(channel_id, id) ?? NO_REPLIES
    this.#emit('thread_updated', channel_id, (seq) => ({ id, channel_id, reply_count, reply_user_ids, last_reply_at, locked, change_seq: seq }))
  }

  /** Its name, its topic … */
  change(channelId: ChannelId, fields: Partial<SharedChannel>): void {
    const channel = this.#shared(channelId)
    this.#emit('channel_updated', channelId, (seq) => ({ ...channel, ...fields, last_seq: seq }))
  }

  /** alice read up to here, or marked the rest unread. */
  read(channelId: ChannelId, seq: number): void {
    const state = this.#state(channelId)
    state.channel = { ...state.channel, last_read_seq: seq }
    const { last_read_seq, unread_count, mention_count, unread_capped, last_seq } = this.channel(channelId)
    this.#emitOutside('channel_read', { channel_id: channelId, last_read_seq, unread_count, mention_count, unread_capped, as_of_seq: last_seq })
  }

  /** alice wants to hear nothing of it, or again. */
  mute(channelId: ChannelId, muted: boolean): void {
    const { notify, starred } = this.channel(channelId)
    this.#emitOutside('preferences_updated', { channel: { channel_id: channelId, muted, notify, starred }, user: null })
  }

  react(type: 'reaction_added' | 'reaction_removed', { id, channel_id }: SharedMessage, emoji: string): void {
    this.#emit(type, channel_id, (seq) => ({ message_id: id, channel_id, user_id: bob.id, emoji, change_seq: seq }))
  }

  channel(id: ChannelId): Channel {
    const { channel } = this.#state(id)
    const unread = this.messages(id).filter((message) => isUnread(message, channel))
    return {
      ...channel,
      last_seq: this.log.findLast(({ channel_id }) => channel_id === id)?.seq ?? 0,
      unread_count: unread.filter(({ kind }) => kind !== 'system').length,
      mention_count: unread.filter((message) => isForAlice(message, channel)).length,
    }
  }

  /** All messages of a channel in the order of the channel, as everybody sees them. */
  messages(id: ChannelId): SharedMessage[] {
    return [...(this.#channels.get(id)?.messages.values() ?? [])].toSorted((a, b) => a.seq - b.seq)
  }

  /** By change, and of several in one change by id. `after`: not up to this one of the first change. */
  changes(id: ChannelId, since: number, after?: MessageId): Message[] {
    const isLater = (message: SharedMessage) => message.change_seq > since || (after !== undefined && message.change_seq === since && message.id > after)
    const changed = this.messages(id).filter(isLater).toSorted((a, b) => a.change_seq - b.change_seq || (a.id < b.id ? -1 : 1))
    const isMine = ({ user_ids }: { user_ids: UserId[] }) => user_ids.includes(alice.id)
    const own = { saved: false, quotes: [], thread: null }
    return changed.map((message) => ({ ...message, ...own, reactions: message.reactions.map((reaction) => ({ ...reaction, me: isMine(reaction) })) }))
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
    for (const state of this.#channels.values()) {
      state.messages.clear()
      state.channel = state.made
    }
    for (const event of kept) this.#place({ ...event, cursor: encodeLogCursor({ epoch, shard: 0, pos: this.log.length + 1 }) })
  }

  #countReplies(channelId: ChannelId, rootId: SharedMessage['id']): void {
    const replies = this.messages(channelId).filter(({ thread_id, deleted_at }) => thread_id === rootId && deleted_at === null)
    const locked = this.#presentById(channelId, rootId)?.locked ?? false
    const reply_user_ids = replies.length > 0 ? [bob.id] : []
    const fields = { reply_count: replies.length, reply_user_ids, last_reply_at: replies.length > 0 ? TIME : null, locked }
    this.#emit('thread_updated', channelId, (seq) => ({ id: rootId, channel_id: channelId, ...fields, change_seq: seq }))
  }

  #present(message: SharedMessage): SharedMessage {
    return this.#presentById(message.channel_id, message.id) ?? message
  }

  #presentById(channelId: ChannelId, id: MessageId): SharedMessage | undefined {
    return this.#channels.get(channelId)?.messages.get(id)
  }

  #state(id: ChannelId): State {
    const state = this.#channels.get(id)
    if (state === undefined) throw new Error(`No such channel: ${id}`)
    return state
  }

  #shared(id: ChannelId): SharedChannel {
    const { is_member, role, muted, notify, starred, last_read_seq, unread_count, mention_count, unread_capped, ...channel } = this.channel(id)
    return channel
  }

  #emit<N extends ClientEventName>(type: N, channelId: ChannelId, toData: (seq: number) => EventPayload<N>): EventPayload<N> {
    const seq = this.channel(channelId).last_seq + 1
    const data = toData(seq)
    this.#place({ type, workspace_id: workspace.id, channel_id: channelId, cursor: this.#nextCursor(), seq, data })
    return data
  }

  /** To alice alone, outside of the channel's own order. */
  #emitOutside<N extends ClientEventName>(type: N, data: EventPayload<N>): void {
    this.#place({ type, workspace_id: workspace.id, cursor: this.#nextCursor(), data })
  }

  #nextCursor(): string {
    return encodeLogCursor({ epoch: this.epoch, shard: 0, pos: this.log.length + 1 })
  }

  #place(wire: WireEvent): void {
    this.log.push(wire)
    const event = toClientEvent(wire)
    if (event === undefined) return
    this.#placeInChannel(event)
    if (!isMessageEvent(event)) return
    const messages = this.#channels.get(event.data.channel_id)?.messages
    for (const id of messageIdsOf(event)) {
      const after = applyEvent(messages?.get(id), event)
      if (after !== undefined) messages?.set(after.id, after)
    }
  }

  #placeInChannel(event: ClientEvent): void {
    if (event.type === 'message_sent') this.#said(event.data)
    if (event.type === 'channel_updated') this.#assign(event.data.id, event.data)
    if (event.type === 'channel_read') this.#assign(event.data.channel_id, { last_read_seq: event.data.last_read_seq })
    if (event.type === 'preferences_updated' && event.data.channel !== null) {
      const { channel_id, ...preferences } = event.data.channel
      this.#assign(channel_id, preferences)
    }
  }

  /** Whoever says something has read what was said before. */
  #said(message: SharedMessage): void {
    if (message.kind === 'system') return
    const isRead = message.user_id === alice.id && isInChannel(message)
    this.#assign(message.channel_id, { last_message_at: TIME, ...(isRead && { last_read_seq: message.seq }) })
  }

  #assign(id: ChannelId, fields: Partial<Channel>): void {
    const state = this.#state(id)
    state.channel = { ...state.channel, ...fields }
  }
}

const NO_REPLIES = { reply_count: 0, reply_user_ids: [], last_reply_at: null }

const isInChannel = ({ thread_id, also_in_channel }: SharedMessage): boolean => thread_id === null || also_in_channel

const isUnread = (message: SharedMessage, { last_read_seq }: Channel): boolean =>
  message.user_id !== alice.id && isInChannel(message) && message.deleted_at === null && message.seq > last_read_seq

const isForAlice = ({ mentions, kind }: SharedMessage, { muted }: Channel): boolean =>
  mentions.user_ids.includes(alice.id) || (kind !== 'system' && mentions.channel !== null && !muted)
