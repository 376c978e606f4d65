import { closeCodes } from '@afrochat/contracts'
import type { ChannelId, UserId } from '@afrochat/kernel'
import type { TextFrame } from '@afrochat/websocket'
import type { Delivery } from '../broker/dispatcher.ts'
import type { LogEntry } from '../broker/log-entry.ts'
import type { MembershipChange } from '../broker/membership-change.ts'
import { Member } from './member.ts'
import { Rooms } from './rooms.ts'
import type { Subscriber } from './subscriber.ts'

/** Pausing between fewer sockets than this costs more than it gives. */
const PAUSE_AFTER = 64

/**
 * The connections of this node. Who receives what changes by events alone: a channel's `member_joined` is the first of it
 * that the one who joined gets, their `member_left` the last, whatever any cache or query says meanwhile.
 */
export class Hub {
  readonly #members = new Map<UserId, Member>()
  readonly #rooms = new Rooms()
  readonly #pauseAfter: number

  /** Deliveries may pause after each so many connections. */
  constructor({ pauseAfter = PAUSE_AFTER } = {}) {
    this.#pauseAfter = pauseAfter
  }

  /** The user's entry, made for the first of their connections. */
  memberOf(userId: UserId): Member {
    const member = this.#members.get(userId) ?? new Member(userId)
    this.#members.set(userId, member)
    return member
  }

  get members(): Iterable<Member> {
    return this.#members.values()
  }

  /** Whether nobody is here: for tests, which look for what was left behind. */
  get isEmpty(): boolean {
    return this.#members.size === 0 && this.#rooms.isEmpty
  }

  add(subscriber: Subscriber): void {
    subscriber.member.subscribers.add(subscriber)
  }

  /** From here on it gets what is delivered. Called between two events, when it has all that came before. */
  goLive(subscriber: Subscriber): void {
    subscriber.state = 'live'
    this.#rooms.enterAll(subscriber)
  }

  /** From here on it gets nothing, until it goes live again. */
  hold(subscriber: Subscriber): void {
    if (subscriber.state === 'live') this.#rooms.leaveAll(subscriber)
    if (subscriber.state !== 'gone') subscriber.state = 'catching-up'
  }

  /** It has been closed. May be called in the middle of a delivery. */
  remove(subscriber: Subscriber): void {
    const { member } = subscriber
    if (subscriber.state === 'live') this.#rooms.leaveAll(subscriber)
    subscriber.state = 'gone'
    member.subscribers.delete(subscriber)
    this.release(member)
  }

  /** Forgets a user without connections. */
  release(member: Member): void {
    if (member.subscribers.size === 0 && this.#members.get(member.userId) === member) this.#members.delete(member.userId)
  }

  /** The memberships of this user are void until they are loaded again. */
  unload(member: Member): void {
    for (const subscriber of member.subscribers) {
      if (subscriber.state === 'new') continue
      this.hold(subscriber)
      subscriber.mustStartOver = true
    }
    member.unload()
  }

  /** Sends a passing frame to the connections in a channel, except one user's; those that are behind do without. */
  signal(channelId: ChannelId, frame: TextFrame, except: UserId): void {
    for (const { member, transport } of this.#rooms.ofChannel(channelId)) {
      if (member.userId !== except && !transport.isBehind()) transport.send(frame)
    }
  }

  *deliver(entry: LogEntry): Delivery {
    const { change } = entry
    if (entry.ends !== undefined && entry.owner.kind === 'channel') yield* this.#deliverEnd(entry, entry.ends)
    else if (change === undefined) yield* this.#send(entry)
    else if (change.kind === 'signed_out') this.#signOut(change)
    else yield* this.#deliverChange(entry, change)
  }

  *#deliverChange(entry: LogEntry, change: MembershipChange): Delivery {
    const member = this.#members.get(change.userId)
    if (member?.isLoaded !== true) return yield* this.#send(entry)
    // Another role counts from the event on, as joining does: of what comes with it, nobody gets more than their role allows.
    const isFromHere = change.kind === 'channel_joined' || change.kind === 'workspace_joined' || change.kind === 'role_changed'
    if (isFromHere) this.#change(member, change)
    yield* this.#send(entry, member)
    if (!isFromHere) this.#change(member, change)
  }

  /** The last that its members get of a channel: from here on nobody is in it. */
  *#deliverEnd(entry: LogEntry, channelId: ChannelId): Delivery {
    yield* this.#send(entry)
    for (const member of this.#members.values()) {
      if (!member.channels.delete(channelId)) continue
      for (const subscriber of this.#liveOf(member)) this.#rooms.leaveChannel(channelId, subscriber)
    }
  }

  #change(member: Member, change: MembershipChange): void {
    const live = this.#liveOf(member)
    for (const subscriber of live) this.#leaveRooms(subscriber, change)
    member.apply(change)
    for (const subscriber of live) this.#enterRooms(subscriber, change)
  }

  #leaveRooms(subscriber: Subscriber, change: MembershipChange): void {
    if (change.kind === 'channel_joined' || change.kind === 'signed_out') return
    if (change.kind === 'channel_left') return this.#rooms.leaveChannel(change.channelId, subscriber)
    // Also at joining: the role, and with it the rooms, may be others than before.
    this.#rooms.leaveWorkspace(change.workspaceId, subscriber)
    if (change.kind !== 'workspace_deleted') return
    for (const channelId of subscriber.member.channelsIn(change.workspaceId)) this.#rooms.leaveChannel(channelId, subscriber)
  }

  #enterRooms(subscriber: Subscriber, change: MembershipChange): void {
    if (change.kind === 'channel_joined') this.#rooms.enterChannel(change.channelId, subscriber)
    if (change.kind === 'workspace_joined' || change.kind === 'role_changed') this.#rooms.enterWorkspace(change.workspaceId, change.role, subscriber)
  }

  /** To everybody in its room, and to the user of whom it speaks, whatever their role. */
  *#send(entry: LogEntry, concerned?: Member): Delivery {
    if (!entry.isForClients) return
    const { frame, owner, aboutChannel } = entry
    const room = owner.kind === 'user' ? this.#liveOf(this.#members.get(owner.userId)) : this.#rooms.of(entry)
    const insiders = aboutChannel === undefined ? undefined : this.#rooms.ofChannel(aboutChannel)
    let count = 0
    for (const subscriber of room) {
      if (insiders?.has(subscriber) === true) continue
      subscriber.deliver(frame)
      count += 1
      if (count % this.#pauseAfter === 0) yield
    }
    if (owner.kind !== 'workspace') return
    for (const subscriber of this.#liveOf(concerned)) if (!room.has(subscriber)) subscriber.deliver(frame)
  }

  #liveOf(member: Member | undefined): Set<Subscriber> {
    return new Set([...(member?.subscribers ?? [])].filter(({ state }) => state === 'live'))
  }

  #signOut({ userId, sessionIds }: Extract<MembershipChange, { kind: 'signed_out' }>): void {
    const ended = new Set(sessionIds)
    for (const { sessionId, transport } of this.#members.get(userId)?.subscribers ?? []) {
      if (ended.has(sessionId)) transport.close(closeCodes.signedOut.code)
    }
  }
}
