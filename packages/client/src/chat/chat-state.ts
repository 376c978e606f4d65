import type { Boot, Channel, ChannelId, ClientEvent, SharedChannel, SharedMessage, SyncEvent, User, UserId } from '../index.ts'

/** Fields of a channel that nobody has set yet. */
const UNTOUCHED = { is_member: true, role: 'member', muted: false, notify: 'default', starred: false, last_read_seq: 0, unread_count: 0, mention_count: 0, unread_capped: false } as const

type Event<T extends ClientEvent['type']> = Extract<ClientEvent, { type: T }>

/** What a person sees of their workspace besides the messages: channels with their counts, and people. */
export class ChatState {
  readonly me: UserId
  readonly #users = new Map<UserId, User>()
  #channels = new Map<ChannelId, Channel>()
  #workspace: Boot['workspace']

  constructor(boot: Boot) {
    this.me = boot.me.id
    this.#workspace = boot.workspace
    this.#refresh(boot)
  }

  get workspace(): Boot['workspace'] {
    return this.#workspace
  }

  /** Those of the person, in the order in which they are numbered: named ones by name, then conversations. */
  channels(): Channel[] {
    return [...this.#channels.values()].toSorted((a, b) => this.labelOf(a).localeCompare(this.labelOf(b)))
  }

  channel(id: ChannelId): Channel | undefined {
    return this.#channels.get(id)
  }

  user(id: UserId): User | undefined {
    return this.#users.get(id)
  }

  people(): User[] {
    return [...this.#users.values()]
  }

  learn(...users: readonly User[]): void {
    for (const user of users) this.#users.set(user.id, user)
  }

  /** Replaces what is known of a channel. */
  put(channel: Channel): void {
    this.#channels.set(channel.id, channel)
  }

  remove(id: ChannelId): void {
    this.#channels.delete(id)
  }

  /** Everything up to this `seq` has been read. */
  markRead(id: ChannelId, seq: number): void {
    const channel = this.#channels.get(id)
    if (channel !== undefined) this.#read(channel, seq)
  }

  /** `#general`, or the others of a conversation. */
  labelOf({ name, user_ids, is_private }: Pick<Channel, 'name' | 'user_ids' | 'is_private'>): string {
    if (name !== null) return `${is_private ? '🔒' : '#'}${name}`
    const others = (user_ids ?? []).filter((id) => id !== this.me)
    return `@${others.map((id) => this.#users.get(id)?.display_name ?? '?').join(', ') || 'yourself'}`
  }

  /** Brings the state up to date. Gives the channel whose counts cannot be told from the event: they are to be asked for. */
  apply(event: SyncEvent): ChannelId | null {
    switch (event.type) {
      case 'workspace_refreshed': if (event.data.workspace.id === this.#workspace.id) this.#refresh(event.data); return null
      case 'channel_refreshed': if (event.data.workspace_id === this.#workspace.id) this.put(event.data); return null
      default: return event.workspace_id === this.#workspace.id ? this.#applyOurs(event) : null
    }
  }

  #refresh(boot: Boot): void {
    this.#workspace = boot.workspace
    this.#channels = new Map(boot.channels.map((channel) => [channel.id, channel]))
    this.learn(boot.me, ...boot.users)
  }

  #applyOurs(event: ClientEvent): ChannelId | null {
    if (event.type === 'workspace_member_joined') this.learn(event.data.user)
    if (event.type === 'member_joined') this.#joined(event)
    const channel = event.channel_id === null ? undefined : this.#channels.get(event.channel_id)
    if (channel === undefined) return null
    if (event.type === 'channel_read') return this.#read(channel, event.data.last_read_seq)
    // What is before `last_seq` was counted when that was read.
    if (event.seq === null || event.seq <= channel.last_seq) return null
    const moved = { ...channel, last_seq: event.seq }
    this.put(event.type === 'message_sent' ? this.#counted(moved, event.data) : moved)
    if (event.type === 'member_left') this.#left(moved, event)
    // It may have been one of the unread ones, or not.
    return event.type === 'message_deleted' && channel.unread_count > 0 ? channel.id : null
  }

  #joined({ data: { channel, user } }: Event<'member_joined'>): void {
    this.learn(user)
    const known = this.#channels.get(channel.id)
    if (user.id === this.me && known === undefined) this.put(this.#fresh(channel))
    else if (known !== undefined && channel.last_seq > known.last_seq) this.put({ ...known, member_count: channel.member_count })
  }

  #left(channel: Channel, { data: { user_id } }: Event<'member_left'>): void {
    if (user_id === this.me) this.remove(channel.id)
    else this.put({ ...channel, member_count: channel.member_count - 1 })
  }

  #fresh(channel: SharedChannel): Channel {
    return { ...channel, ...UNTOUCHED, last_read_seq: channel.last_seq }
  }

  #read(channel: Channel, lastReadSeq: number): ChannelId | null {
    const isAll = lastReadSeq >= channel.last_seq
    this.put({ ...channel, last_read_seq: lastReadSeq, ...(isAll && { unread_count: 0, mention_count: 0 }) })
    return isAll ? null : channel.id
  }

  #counted(channel: Channel, message: SharedMessage): Channel {
    const isUnread = message.user_id !== this.me && message.kind !== 'system' && (message.thread_id === null || message.also_in_channel) && message.deleted_at === null
    if (!isUnread) return channel
    const { user_ids, channel: everybody } = message.mentions
    const isForMe = user_ids.includes(this.me) || everybody !== null || channel.kind === 'dm' || channel.kind === 'group_dm'
    return { ...channel, unread_count: channel.unread_count + 1, mention_count: channel.mention_count + (isForMe ? 1 : 0) }
  }
}
