import {
  isMessageEvent, type Boot, type Channel, type ChannelId, type ClientEvent, type Group, type MessageEvent, type SharedChannel, type SharedMessage,
  type SyncEvent, type User, type UserId, type WorkspaceRole,
} from '../index.ts'

/** Fields of a channel that nobody has set yet. */
const UNTOUCHED = { is_member: true, muted: false, notify: 'default', starred: false, unread_count: 0, mention_count: 0, unread_capped: false } as const
/** Where counts stop. */
const CAP = 10_000

type Event<T extends ClientEvent['type']> = Extract<ClientEvent, { type: T }>
type ChannelEvent = ClientEvent & { readonly channel_id: ChannelId; readonly seq: number }

/** What a person sees of their workspace besides the messages: channels with their counts, people and groups. */
export class ChatState {
  readonly me: UserId
  readonly #users = new Map<UserId, User>()
  readonly #groups = new Map<string, Group>()
  #channels = new Map<ChannelId, Channel>()
  /** Where a read mark has come before the events of its channel: up to which `seq` its counts go. */
  readonly #countedTo = new Map<ChannelId, number>()
  #workspace: Boot['workspace']
  #role: WorkspaceRole
  #isGone = false

  constructor(boot: Boot) {
    this.me = boot.me.id
    this.#workspace = boot.workspace
    this.#role = boot.role
    this.#refresh(boot)
  }

  get workspace(): Boot['workspace'] {
    return this.#workspace
  }

  get role(): WorkspaceRole {
    return this.#role
  }

  /** The workspace is not there any more, or not for this person. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** Those of the person, in the order in which they are numbered: starred ones, named ones by name, then conversations. */
  channels(): Channel[] {
    const rank = ({ starred }: Channel): number => (starred ? 0 : 1)
    return [...this.#channels.values()].toSorted((a, b) => rank(a) - rank(b) || this.labelOf(a).localeCompare(this.labelOf(b)))
  }

  channel(id: ChannelId): Channel | undefined {
    return this.#channels.get(id)
  }

  user(id: UserId): User | undefined {
    return this.#users.get(id)
  }

  /** What somebody is called. */
  nameOf(id: string): string {
    return this.#users.get(id as UserId)?.display_name ?? 'somebody' // Only looked up.
  }

  people(): User[] {
    return [...this.#users.values()]
  }

  group(id: string): Group | undefined {
    return this.#groups.get(id)
  }

  /** Whether a mention of this group means this person, also by way of the groups in it. Not known to guests. */
  isInGroup(id: string): boolean {
    const seen = new Set<string>()
    const isIn = (groupId: string): boolean => {
      const group = seen.has(groupId) ? undefined : this.#groups.get(groupId)
      seen.add(groupId)
      return group !== undefined && (group.user_ids.includes(this.me) || group.group_ids.some(isIn))
    }
    return isIn(id)
  }

  learn(...users: readonly User[]): void {
    for (const user of users) this.#users.set(user.id, user)
  }

  /** Replaces what is known of a channel by what the API answered. */
  put(channel: Channel): void {
    this.#channels.set(channel.id, channel)
  }

  remove(id: ChannelId): void {
    this.#channels.delete(id)
  }

  /** Everything up to this `seq` has been read. */
  markRead(id: ChannelId, seq: number): void {
    const channel = this.#channels.get(id)
    if (channel !== undefined && seq >= channel.last_seq) this.put(allRead(channel, seq))
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
      case 'workspace_gone': this.#isGone ||= event.workspace_id === this.#workspace.id; return null
      default: return event.workspace_id === this.#workspace.id ? this.#applyOurs(event) : null
    }
  }

  #refresh(boot: Boot): void {
    this.#workspace = boot.workspace
    this.#role = boot.role
    this.#channels = new Map(boot.channels.map((channel) => [channel.id, channel]))
    this.#countedTo.clear()
    this.learn(boot.me, ...boot.users)
    this.#groups.clear()
    for (const group of boot.groups) this.#groups.set(group.id, group)
  }

  #applyOurs(event: ClientEvent): ChannelId | null {
    switch (event.type) {
      case 'workspace_updated': this.#workspace = event.data; return null
      case 'workspace_deleted': this.#isGone = true; return null
      case 'workspace_member_joined': this.learn(event.data.user); return null
      case 'workspace_member_updated': if (event.data.user_id === this.me) this.#role = event.data.role; return null
      case 'workspace_member_left': this.#isGone ||= event.data.user_id === this.me; return null
      case 'user_updated': this.learn(event.data.user); return null
      case 'group_updated': this.#groups.set(event.data.id, event.data); return null
      case 'group_deleted': this.#groups.delete(event.data.id); return null
      case 'channel_deleted': this.remove(event.data.id); return null
      case 'channel_read': return this.#read(event)
      case 'preferences_updated': return this.#prefer(event)
      default: return isOfChannel(event) ? this.#applyInChannel(event) : null
    }
  }

  #applyInChannel(event: ChannelEvent): ChannelId | null {
    if (event.type === 'member_joined') this.#joined(event)
    const channel = this.#channels.get(event.channel_id)
    // What is before `last_seq` was counted when that was read.
    if (channel === undefined || event.seq <= channel.last_seq) return null
    const moved = { ...channel, last_seq: event.seq }
    this.put(moved)
    if (isMessageEvent(event)) return this.#count(moved, event)
    switch (event.type) {
      case 'channel_updated': case 'channel_archived': case 'channel_unarchived': this.put({ ...moved, ...event.data, last_seq: event.seq }); return null
      case 'member_updated': if (event.data.user_id === this.me) this.put({ ...moved, role: event.data.role }); return null
      case 'member_left': this.#left(moved, event); return null
      default: return null
    }
  }

  #joined({ data: { channel, user, role } }: Event<'member_joined'>): void {
    this.learn(user)
    const known = this.#channels.get(channel.id)
    if (user.id === this.me && known === undefined) this.put(fresh(channel, role))
    else if (known !== undefined && channel.last_seq > known.last_seq) this.put({ ...known, member_count: channel.member_count })
  }

  #left(channel: Channel, { data: { user_id } }: Event<'member_left'>): void {
    if (user_id === this.me) this.remove(channel.id)
    else this.put({ ...channel, member_count: channel.member_count - 1 })
  }

  #read({ data: { channel_id, as_of_seq, ...mark } }: Event<'channel_read'>): ChannelId | null {
    const channel = this.#channels.get(channel_id)
    if (channel === undefined) return null
    // What has been said since it was counted is to be added, and which of it counts is not remembered here.
    if (as_of_seq < channel.last_seq && mark.last_read_seq < channel.last_seq) return channel.id
    this.#countedTo.set(channel.id, as_of_seq)
    this.put({ ...channel, ...mark })
    return null
  }

  #prefer({ data: { channel: preferences } }: Event<'preferences_updated'>): ChannelId | null {
    const channel = preferences && this.#channels.get(preferences.channel_id)
    if (!channel) return null
    const { muted, notify, starred } = preferences
    this.put({ ...channel, muted, notify, starred })
    // What counts as a mention depends on whether the channel is muted.
    return muted === channel.muted ? null : unlessRead(channel)
  }

  #count(channel: Channel, event: MessageEvent & ChannelEvent): ChannelId | null {
    if (event.type === 'message_sent' && event.data.kind !== 'system') this.put({ ...channel, last_message_at: event.data.created_at })
    if (event.seq <= (this.#countedTo.get(channel.id) ?? 0)) return null
    switch (event.type) {
      case 'message_sent': return this.#countSent(this.#channels.get(channel.id) ?? channel, event.data)
      // An edit may mention others than before; a preview that has come does not.
      case 'message_updated': return event.data.edited_at !== null && event.data.seq > channel.last_read_seq ? unlessRead(channel) : null
      // It may have been one of the unread ones, or not.
      case 'message_deleted': case 'messages_bulk_deleted': return unlessRead(channel)
      default: return null
    }
  }

  #countSent(channel: Channel, message: SharedMessage): ChannelId | null {
    if (message.deleted_at !== null || (message.thread_id !== null && !message.also_in_channel)) return null
    if (message.user_id === this.me && message.kind === 'user') this.put(allRead(channel, message.seq))
    if (message.user_id === this.me) return null
    const isForMe = this.#isForMe(channel, message)
    const unread_count = channel.unread_count + (message.kind === 'system' ? 0 : 1)
    const mention_count = channel.mention_count + (isForMe === true ? 1 : 0)
    this.put({ ...channel, unread_count: Math.min(CAP, unread_count), unread_capped: unread_count > CAP, mention_count: Math.min(CAP, mention_count) })
    return isForMe === 'perhaps' ? channel.id : null
  }

  /** `perhaps`: it depends on what the server alone knows. */
  #isForMe(channel: Channel, { mentions, kind }: SharedMessage): boolean | 'perhaps' {
    const { user_ids, group_ids, channel: everybody } = mentions
    if (user_ids.includes(this.me)) return true
    if (kind === 'system') return false
    if (channel.kind === 'dm' || channel.kind === 'group_dm') return !channel.muted || 'perhaps'
    if (group_ids.length > 0 || everybody === 'here') return 'perhaps'
    return everybody !== null && !channel.muted
  }
}

const isOfChannel = (event: ClientEvent): event is ChannelEvent => event.channel_id !== null && event.seq !== null

const allRead = (channel: Channel, seq: number): Channel =>
  ({ ...channel, last_read_seq: Math.max(seq, channel.last_read_seq), unread_count: 0, mention_count: 0, unread_capped: false })

const unlessRead = ({ id, unread_count, mention_count }: Channel): ChannelId | null => (unread_count > 0 || mention_count > 0 ? id : null)

/** What is kept about it from an earlier membership comes as preferences. */
const fresh = (channel: SharedChannel, role: Channel['role']): Channel => ({ ...channel, ...UNTOUCHED, role, last_read_seq: channel.last_seq })
