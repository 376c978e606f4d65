import type { StreamKey } from '@afrochat/contracts'
import type { ChannelId } from '@afrochat/kernel'
import type { ChannelPlace, Places } from '@afrochat/workspace'
import { blankReplaced, type LogEntry } from '../broker/log-entry.ts'
import type { LogFeed } from '../broker/log-feed.ts'
import type { Member } from './member.ts'
import { selectVisible, type Viewer } from './visible.ts'

/** What one connection has missed: gathered from PostgreSQL up to `upTo`, the rest being in the rings. */
export class Missed {
  readonly #member: Member
  readonly #feeds: readonly LogFeed[]
  readonly #past: LogEntry[][]
  /** By shard. */
  readonly upTo: number[]
  /** Channels that the user is or was in, once that had to be known; null: one of which nothing is left. */
  readonly #places = new Map<ChannelId, ChannelPlace | null>()

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
    for (const { shard } of this.#feeds) {
      this.#past[shard] = []
      this.upTo[shard] = positions[shard] ?? 0
    }
  }

  /** The feeds whose ring does not reach back to what has been gathered. */
  beyondMemory(): LogFeed[] {
    return this.#feeds.filter(({ shard, ring }) => !ring.covers(this.upTo[shard] ?? 0))
  }

  /** Channels that the user left meanwhile, of which it is not known whether they may read them all the same. */
  unknownChannels(): ChannelId[] {
    const { userId, channels } = this.#member
    const own = this.#feeds.flatMap(({ shard, ring }) => [
      ...(this.#past[shard] ?? []).filter(({ change }) => change?.userId === userId),
      ...ring.changesOf(userId, this.upTo[shard] ?? 0),
    ])
    return own.flatMap(({ change }) => (change?.kind === 'channel_left' ? [change.channelId] : []))
      .filter((id) => !channels.has(id) && !this.#places.has(id))
  }

  /** `asked`: what was unknown when the question was put; only of that does the answer tell for certain. */
  learn({ channels }: Places, asked: readonly ChannelId[]): void {
    for (const place of channels) this.#places.set(place.channelId, place)
    // A channel may be gone from the database with everything about it.
    for (const id of asked) if (!this.#places.has(id)) this.#places.set(id, null)
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
    const mayRead = (channelId: ChannelId) => {
      const place = this.#places.get(channelId)
      const role = place?.kind === 'public' ? workspaces.get(place.workspaceId) : undefined
      return channels.has(channelId) || (role !== undefined && role !== 'guest')
    }
    return { userId, channels, workspaces, mayRead }
  }

  #gather({ shard, ring }: LogFeed): LogEntry[] {
    const after = this.upTo[shard] ?? 0
    const past = this.#past[shard] ?? []
    const streams = new Set<StreamKey>(this.#member.streams())
    // Also of channels that they have left: for the news of it, and for edits of what they got before that.
    for (const { stream } of [...ring.changesOf(this.#member.userId, after), ...past]) streams.add(stream)
    const entries = [...past, ...ring.ofStreams(streams, after)]
    // Rows were read some time ago: what has been edited or deleted since loses its words here too.
    if (past.length > 0) for (const entry of entries) blankReplaced(entry, past)
    return entries
  }
}
