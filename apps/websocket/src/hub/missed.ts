import { channelStream, type StreamKey } from '@afrochat/contracts'
import type { ChannelId } from '@afrochat/kernel'
import type { ChannelPlace, Places } from '@afrochat/workspace'
import { blankReplaced, type LogEntry } from '../broker/log-entry.ts'
import type { LogFeed } from '../broker/log-feed.ts'
import type { Member } from './member.ts'
import { selectVisible, type Viewer } from './visible.ts'

/** Channels of which it has to be known what they are to the user, and how far the log was when that was asked. */
export interface Question {
  readonly channels: readonly ChannelId[]
  /** By shard. */
  readonly asOf: readonly number[]
}

/** What one connection has missed: gathered from PostgreSQL up to `upTo`, the rest being in the rings. */
export class Missed {
  readonly #member: Member
  readonly #feeds: readonly LogFeed[]
  readonly #past: LogEntry[][]
  /** By shard. */
  readonly upTo: number[]
  /** Channels that the user is or was in, once that had to be known; null: one that they never were in, or of which nothing is left. */
  readonly #places = new Map<ChannelId, { readonly place: ChannelPlace | null; readonly asOf: readonly number[] }>()
  /** Those of them that it had to be known of. */
  readonly #asked = new Set<ChannelId>()
  /** What closed channels to others, of what is being sent: the user, who is in them, may leave them while it is. */
  #closedBefore: ReadonlyMap<ChannelId, LogEntry> = new Map()

  constructor(member: Member, feeds: readonly LogFeed[], from: readonly number[]) {
    this.#member = member
    this.#feeds = feeds
    this.#past = feeds.map(() => [])
    this.upTo = [...from]
  }

  addPast({ shard }: LogFeed, entries: readonly LogEntry[], upTo: number): void {
    this.#past[shard]?.push(...entries)
    this.upTo[shard] = upTo
  }

  /** Begins anew behind what has been sent. */
  continueFrom(positions: readonly number[]): void {
    this.#closedBefore = this.#closed()
    for (const { shard } of this.#feeds) {
      this.#past[shard] = []
      this.upTo[shard] = positions[shard] ?? 0
    }
  }

  /** The feeds whose ring does not reach back to what has been gathered. */
  beyondMemory(): LogFeed[] {
    return this.#feeds.filter(({ shard, ring }) => !ring.covers(this.upTo[shard] ?? 0))
  }

  /** Channels that the user left meanwhile, or that ended, of which it is not known what they are to them now. */
  question(): Question {
    const channels = new Set([...this.#left(), ...this.#ended(), ...this.#asked])
    return {
      channels: [...channels].filter((id) => !this.#member.channels.has(id) && !this.#isKnown(id)),
      asOf: this.#feeds.map(({ ring }) => ring.last),
    }
  }

  /** Only of what was asked does the answer tell for certain, and as of when it was. */
  learn({ channels }: Places, { channels: asked, asOf }: Question): void {
    for (const place of channels) this.#places.set(place.channelId, { place, asOf })
    const found = new Set(channels.map(({ channelId }) => channelId))
    for (const id of asked) {
      this.#asked.add(id)
      if (!found.has(id)) this.#places.set(id, { place: null, asOf })
    }
  }

  #left(): ChannelId[] {
    const { userId } = this.#member
    return this.#sinceThen((ring, after) => ring.changesOf(userId, after), ({ change }) => change?.userId === userId)
      .flatMap(({ change }) => (change?.kind === 'channel_left' ? [change.channelId] : []))
  }

  /** Of the workspaces that the user is in or has left meanwhile. */
  #ended(): ChannelId[] {
    const { userId, workspaces } = this.#member
    const endings = this.#endings()
    if (endings.length === 0) return []
    const left = this.#sinceThen((ring, after) => ring.changesOf(userId, after), ({ change }) => change?.userId === userId)
      .flatMap(({ change }) => (change?.kind === 'workspace_left' || change?.kind === 'workspace_deleted' ? [change.workspaceId] : []))
    return endings.flatMap(({ ends, owner, workspaceId }) =>
      (ends !== undefined && owner.kind === 'channel' && workspaceId !== null && (workspaces.has(workspaceId) || left.includes(workspaceId)) ? [ends] : []))
  }

  #endings(): LogEntry[] {
    return this.#sinceThen((ring, after) => ring.endings(after), ({ ends }) => ends !== undefined)
  }

  /** What was gathered, as far as it is looked for, and what memory holds behind it. */
  #sinceThen(read: (ring: LogFeed['ring'], after: number) => LogEntry[], isWanted: (entry: LogEntry) => boolean): LogEntry[] {
    return this.#feeds.flatMap(({ shard, ring }) => [...(this.#past[shard] ?? []).filter(isWanted), ...read(ring, this.upTo[shard] ?? 0)])
  }

  /** Not when the channel has changed since it was asked about: it may have become private, or ended. */
  #isKnown(id: ChannelId): boolean {
    const known = this.#places.get(id)
    if (known === undefined) return false
    return !this.#feeds.some(({ shard, ring }) =>
      ring.ofStreams([channelStream(id)], known.asOf[shard] ?? 0).some(({ type }) => type === 'channel_updated' || type === 'channel_deleted'))
  }

  /** Everything up to now that the user may see, in order. */
  visible(): LogEntry[] {
    const viewer = this.viewer()
    return this.#feeds.flatMap((feed) => selectVisible(viewer, this.#gather(feed)))
  }

  /**
   * Takes the words out of entries that wait to be sent, where they have been edited or deleted since everything up to
   * `upTo` was gathered. False when memory no longer knows.
   */
  blankReplacedIn(waiting: readonly LogEntry[]): boolean {
    if (this.beyondMemory().length > 0) return false
    const streams = new Set(waiting.map(({ stream }) => stream))
    for (const { shard, ring } of this.#feeds) {
      for (const entry of ring.ofStreams(streams, this.upTo[shard] ?? 0)) blankReplaced(entry, waiting)
    }
    return true
  }

  /** The user as they are at this moment: asked again each time, because they may be removed while others wait. */
  viewer(): Viewer {
    const { userId, channels, workspaces } = this.#member
    const closed = this.#closed()
    return {
      userId, channels, workspaces,
      mayRead: (channelId) => {
        const place = this.#places.get(channelId)?.place
        const role = place?.kind === 'public' && !place.isDeleted ? workspaces.get(place.workspaceId) : undefined
        return channels.has(channelId) || (role !== undefined && role !== 'guest')
      },
      isOpen: (channelId) => !closed.has(channelId),
      wasInUntil: (channelId, seq) => this.#wasInUntil(channelId, seq),
    }
  }

  #wasInUntil(channelId: ChannelId, seq: number | null): boolean {
    return seq !== null && this.#places.get(channelId)?.place?.leftSeq === seq
  }

  /** Channels that full members could see and can no longer, unless they are in them, and the word of it. */
  #closed(): Map<ChannelId, LogEntry> {
    const ended = new Map(this.#closedBefore)
    for (const entry of this.#endings()) if (entry.ends !== undefined && entry.owner.kind === 'workspace') ended.set(entry.ends, entry)
    return new Map([...ended].filter(([id, ending]) => !this.#isOpenedAfter(ending, id)))
  }

  #isOpenedAfter({ stream, pos }: LogEntry, id: ChannelId): boolean {
    return this.#sinceThen((ring) => ring.ofStreams([stream], pos), (entry) => entry.stream === stream && entry.pos > pos)
      .some(({ aboutChannel, type }) => aboutChannel === id && type === 'channel_created')
  }

  #gather({ shard, ring }: LogFeed): LogEntry[] {
    const after = this.upTo[shard] ?? 0
    const past = this.#past[shard] ?? []
    const streams = new Set<StreamKey>(this.#member.streams())
    // Also of channels that they have left: for the news of it, and for edits of what they got before that.
    for (const { stream } of [...ring.changesOf(this.#member.userId, after), ...past]) streams.add(stream)
    for (const { ends, stream, seq } of ring.endings(after)) if (ends !== undefined && this.#wasInUntil(ends, seq)) streams.add(stream)
    const entries = [...past, ...ring.ofStreams(streams, after)]
    // Rows were read some time ago: what has been edited or deleted since loses its words here too.
    if (past.length > 0) for (const entry of entries) blankReplaced(entry, past)
    return entries
  }
}
