import {
  blankMessagePayload, channelStream, accountStream, memberStream, workspaceStream, type Audience, type EventPayload, type StreamKey, type WorkspaceRole,
} from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { ChannelId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'
import type { Places } from '@afrochat/workspace'
import type { Records } from '../hub/ports.ts'

type Type = PlacedEvent['type']

export const workspaceId = '00000000-0000-7000-8000-0000000000aa' as WorkspaceId
export const userIdOf = (index: number) => `00000000-0000-7000-8000-00000000010${index}` as UserId
export const channelIdOf = (index: number) => `00000000-0000-7000-8000-00000000020${index}` as ChannelId

type Kind = 'public' | 'private' | 'deleted'

/** Who is where, and what the channels are, after the events up to a position. */
interface State {
  readonly channels: ReadonlyMap<UserId, ReadonlySet<ChannelId>>
  readonly roles: ReadonlyMap<UserId, WorkspaceRole>
  readonly kinds: ReadonlyMap<ChannelId, Kind>
  /** The workspace is gone for good. Its people are told one by one. */
  readonly isDeleted: boolean
}

const CHANNELS = 5

/**
 * A log kept the plain way, with the whole state after each event: what the gateway must agree with. Channels 0 and 1
 * are public at first, the others private. Users 0 (owner), 1 (member) and 2 (guest) are in the workspace from the beginning, before the log.
 */
export class LogModel {
  readonly events: PlacedEvent[] = []
  readonly #states: State[] = []
  readonly #seqs = new Map<StreamKey, number>()
  readonly #messages: { id: MessageId; channelId: ChannelId }[] = []
  /** Positions of the events that took the words out of a message. */
  readonly #blankedAt = new Map<MessageId, number[]>()
  epoch = 'one'
  #firstKept = 1

  constructor() {
    const roles = new Map<UserId, WorkspaceRole>([[userIdOf(0), 'owner'], [userIdOf(1), 'member'], [userIdOf(2), 'guest']])
    const kinds = new Map(Array.from({ length: CHANNELS }, (_, index) => [channelIdOf(index), index < 2 ? 'public' : 'private'] as const))
    this.#states.push({ channels: new Map([0, 1, 2].map((user) => [userIdOf(user), new Set<ChannelId>()])), roles, kinds, isDeleted: false })
  }

  get head(): number {
    return this.events.length
  }

  stateAt(position: number): State {
    return this.#states[position] as State
  }

  get #now(): State {
    return this.stateAt(this.head)
  }

  isIn(user: UserId, channel: ChannelId, position = this.head): boolean {
    return this.stateAt(position).channels.get(user)?.has(channel) === true
  }

  kindOf(channel: ChannelId, position = this.head): Kind {
    return this.stateAt(position).kinds.get(channel) ?? 'deleted'
  }

  join(user: UserId, channel: ChannelId): void {
    if (this.isIn(user, channel) || !this.#now.roles.has(user) || this.kindOf(channel) === 'deleted') return
    this.#append('member_joined', channelStream(channel), { channel: { id: channel, workspace_id: workspaceId }, user: { id: user } })
  }

  leave(user: UserId, channel: ChannelId): void {
    if (!this.isIn(user, channel)) return
    this.#append('member_left', channelStream(channel), { channel_id: channel, user_id: user, removed_by: null })
  }

  leaveWorkspace(user: UserId): void {
    if (!this.#now.roles.has(user)) return
    for (const channel of this.#now.channels.get(user) ?? []) this.leave(user, channel)
    this.#append('workspace_member_left', workspaceStream(workspaceId), { workspace_id: workspaceId, user_id: user })
  }

  joinWorkspace(user: UserId, role: WorkspaceRole, audience: Audience): void {
    if (this.#now.roles.has(user) || this.#now.isDeleted) return
    this.#append('workspace_member_joined', workspaceStream(workspaceId), { workspace_id: workspaceId, user: { id: user }, role }, { audience })
  }

  setRole(user: UserId, role: WorkspaceRole): void {
    if (!this.#now.roles.has(user) || this.#now.roles.get(user) === role) return
    this.#append('workspace_member_updated', workspaceStream(workspaceId), { workspace_id: workspaceId, user_id: user, role }, { audience: 'members' })
  }

  /** Takes the workspace away from so many of its people; the others are told by the next call. */
  deleteWorkspace(count: number): void {
    for (const user of [...this.#now.roles.keys()].slice(0, count)) {
      this.#append('workspace_deleted', memberStream(workspaceId, user), { workspace_id: workspaceId })
    }
  }

  send(channel: ChannelId): void {
    // The epoch is in it: after a restore another message may stand at this place.
    const id = `message-${this.epoch}-${this.head}` as MessageId
    this.#messages.push({ id, channelId: channel })
    this.#append('message_sent', channelStream(channel), { id, content: `words ${this.head}` }, { messageId: id })
  }

  edit(index: number): void {
    const message = this.#messages[index % Math.max(1, this.#messages.length)]
    if (message === undefined) return
    this.#blank(message.id)
    this.#append('message_updated', channelStream(message.channelId), { id: message.id, content: `words ${this.head}` }, { messageId: message.id })
  }

  delete(index: number): void {
    const message = this.#messages[index % Math.max(1, this.#messages.length)]
    if (message === undefined) return
    this.#blank(message.id)
    this.#append('message_deleted', channelStream(message.channelId), { id: message.id, channel_id: message.channelId })
  }

  /** So many of the latest messages of a channel at once. */
  deleteSeveral(channel: ChannelId, count: number): void {
    const ids = this.#messages.filter(({ channelId }) => channelId === channel).slice(-count).map(({ id }) => id)
    if (ids.length === 0) return
    for (const id of ids) this.#blank(id)
    this.#append('messages_bulk_deleted', channelStream(channel), { ids, channel_id: channel })
  }

  channelCreated(channel: ChannelId): void {
    this.#append('channel_created', workspaceStream(workspaceId), { id: channel }, { audience: 'members' })
  }

  /** From public to private, or the other way. */
  convert(channel: ChannelId): void {
    const before = this.kindOf(channel)
    if (before === 'deleted') return
    this.#append('channel_updated', channelStream(channel), { id: channel, kind: before === 'public' ? 'private' : 'public' })
    this.#append(before === 'public' ? 'channel_deleted' : 'channel_created', workspaceStream(workspaceId), { id: channel }, { audience: 'members' })
  }

  deleteChannel(channel: ChannelId): void {
    const before = this.kindOf(channel)
    if (before === 'deleted') return
    if (before === 'public') this.#append('channel_deleted', workspaceStream(workspaceId), { id: channel }, { audience: 'members' })
    this.#append('channel_deleted', channelStream(channel), { id: channel })
  }

  /** Concerns the user in the workspace alone. */
  readMark(user: UserId): void {
    if (this.#now.roles.has(user)) this.#append('channel_read', memberStream(workspaceId, user), { channel_id: channelIdOf(0), last_read_seq: 1 })
  }

  /** Concerns the user everywhere. */
  prefer(user: UserId): void {
    this.#append('preferences_updated', accountStream(user), { channel: null })
  }

  imported(channel: ChannelId): void {
    this.#append('message_sent', channelStream(channel), { id: `imported-${this.head}`, content: 'old' }, { imported: true })
  }

  /** Removes what is older: it is kept no longer. */
  forget(upTo: number): void {
    this.#firstKept = Math.max(this.#firstKept, Math.min(upTo, this.head))
  }

  /** Sets the log back to an older state: what came after it never happened. */
  restore(position: number, epoch: string): void {
    this.events.length = position
    this.#states.length = position + 1
    this.#seqs.clear()
    for (const { stream_key: stream, seq } of this.events) if (seq !== null) this.#seqs.set(stream, seq)
    for (const [id, at] of this.#blankedAt) this.#blankedAt.set(id, at.filter((pos) => pos <= position))
    const stored = new Set(this.events.map(({ message_id: id }) => id))
    this.#messages.splice(0, Infinity, ...this.#messages.filter(({ id }) => stored.has(id)))
    this.epoch = epoch
  }

  /**
   * Whether the user's connection gets the event at the moment it happens. Later, what was not for their role then is not
   * told from what was: the role of today decides (`maySee`).
   */
  reaches(user: UserId, event: PlacedEvent, when: 'live' | 'later' = 'live'): boolean {
    if (event.imported) return false
    const about = JSON.parse(event.payload) as { user_id?: UserId; user?: { id: UserId }; id?: ChannelId }
    const isOwn = (about.user_id ?? about.user?.id) === user && event.type.includes('member_')
    // Joining counts from the event on, leaving from behind it: in both cases the event itself is theirs.
    if (isOwn) return true
    if (event.stream_key.startsWith('u:')) return event.stream_key.endsWith(user)
    // The end of a channel is theirs who were in it until then.
    if (event.stream_key.startsWith('c:')) return this.isIn(user, event.stream_key.slice(2) as ChannelId, event.type === 'channel_deleted' ? event.pos - 1 : event.pos)
    return this.#isFor(when === 'live' ? event.audience : 'all', user, event.pos) && !(event.type.startsWith('channel_') && this.isIn(user, about.id as ChannelId, event.pos))
  }

  /**
   * Whether the user may still see, as of a position, an event that reached them. `rowsAt`: as of where it was read what
   * a channel is that they are not in; rows may be ahead of what the gateway has delivered.
   */
  maySee(user: UserId, event: PlacedEvent, position: number, rowsAt = position): boolean {
    const about = JSON.parse(event.payload) as { user_id?: UserId; user?: { id: UserId }; id?: ChannelId }
    if (event.type === 'workspace_deleted' || (event.type.endsWith('member_left') && about.user_id === user)) return true
    const role = this.stateAt(position).roles.get(user)
    if (event.stream_key.startsWith('u:')) return event.workspace_id === null || role !== undefined
    if (event.stream_key.startsWith('c:')) {
      const channel = event.stream_key.slice(2) as ChannelId
      if (event.type === 'channel_deleted' && this.isIn(user, channel, event.pos - 1)) return true
      return this.isIn(user, channel, position) || (this.kindOf(channel, rowsAt) === 'public' && role !== undefined && role !== 'guest')
    }
    if (event.type === 'channel_created' && !this.isIn(user, about.id as ChannelId, position) && this.#isClosedAgain(event, about.id as ChannelId, position)) return false
    return role !== undefined && (this.#isFor(event.audience, user, position) || (about.user_id ?? about.user?.id) === user)
  }

  /** Whether a channel of which everybody was told has been taken from those who are not in it, as of a position. */
  #isClosedAgain({ pos }: PlacedEvent, channel: ChannelId, position: number): boolean {
    const later = this.events.slice(pos, position).filter(({ type, stream_key: stream, payload }) =>
      (type === 'channel_created' || type === 'channel_deleted') && stream.startsWith('w:') && payload.includes(channel))
    return later.at(-1)?.type === 'channel_deleted'
  }

  /** Whether the event's words had been taken out by a position. */
  isBlank(event: PlacedEvent, position: number): boolean {
    const at = event.message_id === null ? [] : (this.#blankedAt.get(event.message_id) ?? [])
    return at.some((pos) => pos > event.pos && pos <= position)
  }

  /** What PostgreSQL would answer now. */
  readonly records: Records = {
    readSubscriptions: async (userId) => ({
      positions: [{ epoch: this.epoch, shard: 0, pos: this.head }],
      channels: [...(this.#now.channels.get(userId) ?? [])].map((channelId) => ({ channelId, workspaceId })),
      workspaces: [this.#now.roles.get(userId)].filter((role) => role !== undefined).map((role) => ({ workspaceId, role })),
    }),
    listPlaces: async (userId) => ({
      workspaceIds: [workspaceId],
      channels: [...new Set(this.events.filter(({ type, payload }) => type === 'member_joined' && payload.includes(userId)).map(({ stream_key: stream }) => stream))]
        .map((stream) => this.#placeOf(userId, stream.slice(2) as ChannelId)),
    }),
    readEvents: async ({ after, upTo = Infinity, limit, streams }) => this.events
      .filter(({ pos, stream_key: stream }) => pos > after && pos <= upTo && pos >= this.#firstKept && (streams?.includes(stream) ?? true))
      .slice(0, limit)
      .map((event) => (this.isBlank(event, this.head) ? { ...event, payload: blankMessagePayload(event.payload) } : event)),
    readLogPosition: async (shard) => ({ epoch: this.epoch, shard, pos: this.head }),
  }

  #placeOf(userId: UserId, channelId: ChannelId): Places['channels'][number] {
    const kind = this.kindOf(channelId)
    const left = this.events.findLast(({ type, stream_key: stream, pos, payload }) => stream === channelStream(channelId)
      && (type === 'channel_deleted' ? this.isIn(userId, channelId, pos - 1) : type === 'member_left' && payload.includes(userId)))
    return { channelId, workspaceId, kind: kind === 'deleted' ? 'public' : kind, isDeleted: kind === 'deleted', leftSeq: left?.seq ?? null }
  }

  #isFor(audience: Audience, user: UserId, position: number): boolean {
    const role = this.stateAt(position).roles.get(user)
    return role !== undefined && (audience === 'all' || (audience === 'members' && role !== 'guest') || role === 'owner' || role === 'admin')
  }

  #blank(id: MessageId): void {
    this.#blankedAt.set(id, [...(this.#blankedAt.get(id) ?? []), this.head + 1])
  }

  #append(type: Type, stream: StreamKey, payload: object, rest: { audience?: Audience; messageId?: MessageId; imported?: boolean } = {}): void {
    const seq = stream.startsWith('c:') ? (this.#seqs.get(stream) ?? 0) + 1 : null
    if (seq !== null) this.#seqs.set(stream, seq)
    const next = this.#next(type, stream, payload)
    this.events.push({
      shard: 0, pos: this.head + 1, stream_key: stream, seq, workspace_id: /^u:[^:]*$/.test(stream) ? null : workspaceId,
      audience: rest.audience ?? 'all', type, message_id: rest.messageId ?? null, payload: JSON.stringify(payload),
      actor_id: null, request_id: null, imported: rest.imported ?? false,
    })
    this.#states.push(next)
  }

  #next(type: Type, stream: StreamKey, payload: { user?: { id: UserId }; user_id?: UserId; role?: WorkspaceRole; kind?: EventPayload<'channel_updated'>['kind'] }): State {
    const { user, user_id: userId, role, kind } = payload
    const kinds = new Map(this.#now.kinds)
    const isDeleted = this.#now.isDeleted || type === 'workspace_deleted'
    const channels = new Map([...this.#now.channels].map(([id, set]) => [id, new Set(set)]))
    const roles = new Map(this.#now.roles)
    if (type === 'member_joined' && user) channels.get(user.id)?.add(stream.slice(2) as ChannelId)
    if (type === 'member_left' && userId) channels.get(userId)?.delete(stream.slice(2) as ChannelId)
    if (type === 'workspace_member_joined' && user && role) roles.set(user.id, role)
    if (type === 'workspace_member_updated' && userId && role) roles.set(userId, role)
    if (type === 'workspace_member_left' && userId) roles.delete(userId)
    if (type === 'workspace_deleted') {
      const told = stream.slice(stream.lastIndexOf(':') + 1) as UserId
      roles.delete(told)
      channels.get(told)?.clear()
    }
    if (!stream.startsWith('c:')) return { channels, roles, kinds, isDeleted }
    const channel = stream.slice(2) as ChannelId
    if (type === 'channel_updated') kinds.set(channel, kind === 'public' ? 'public' : 'private')
    if (type === 'channel_deleted') {
      kinds.set(channel, 'deleted')
      for (const set of channels.values()) set.delete(channel)
    }
    return { channels, roles, kinds, isDeleted }
  }
}
