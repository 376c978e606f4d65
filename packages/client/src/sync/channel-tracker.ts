import { isKnown, isMendable, toClientEvent, type ChannelId, type UserId, type WireEvent } from './sync-event.ts'

/** What to do next. */
export interface Step {
  readonly deliver: readonly WireEvent[]
  /** Ask `/changes` what happened in this channel since, then say `mended` or `giveUp`. Its events are held back until then. */
  readonly mend: Gap | null
}

export interface Gap {
  readonly channelId: ChannelId
  readonly since: number
}

interface Tracked {
  /** Everything up to here has been delivered. */
  seq: number
  mending: Mending | null
}

interface Mending {
  /** Nothing up to here is missing when it is done: what `/changes` does not show of it was not about messages. */
  readonly reach: number
  /** Further than what is being mended: to be mended afterwards. */
  next: number
  /** What came meanwhile. */
  readonly held: WireEvent[]
}

const NOTHING: Step = { deliver: [], mend: null }

/**
 * Watches that no event of a channel is missing. A channel counts its events 1, 2, 3 …, so a jump means that some were
 * not sent (an import) or were lost. No input or output: the property tests drive it through any order of things.
 */
export class ChannelTracker {
  readonly #channels = new Map<ChannelId, Tracked>()
  readonly #startedFromState: boolean
  #me: UserId | undefined

  /** `seqs`: the last known `seq` of each channel; undefined when nothing is known yet, so that nothing can be missing. */
  constructor(seqs?: ReadonlyMap<ChannelId, number>) {
    this.#startedFromState = seqs !== undefined
    for (const [channelId, seq] of seqs ?? []) this.begin(channelId, seq)
  }

  /** Whose connection it is. */
  set me(userId: UserId) {
    this.#me = userId
  }

  /** Whether events are held back until something is mended. */
  get isWaiting(): boolean {
    return this.#channels.values().some(({ mending }) => mending !== null)
  }

  /** Up to where the events of each channel have been delivered. */
  seqs(): Map<ChannelId, number> {
    return new Map([...this.#channels].map(([channelId, { seq }]) => [channelId, seq]))
  }

  /** A channel of which everything up to here is known. */
  begin(channelId: ChannelId, seq: number): void {
    this.#channels.set(channelId, { seq, mending: null })
  }

  /** This person is not in the channel any more. */
  forget(channelId: ChannelId): void {
    this.#channels.delete(channelId)
  }

  receive(event: WireEvent): Step {
    const { seq, channel_id } = event
    if (seq === undefined || channel_id === undefined) return this.#receiveOwn(event)
    const channelId = channel_id as ChannelId // The server puts no other ids there.
    const tracked = this.#channels.get(channelId)
    if (tracked === undefined) return this.#receiveFirst({ channelId, seq, event })
    if (tracked.mending === null) return this.#receiveNext(tracked, { channelId, seq, event })
    tracked.mending.held.push(event)
    return NOTHING
  }

  /** Holds a channel back although no gap shows in its events, because the API says that it has come as far as `seq`. */
  suspect(channelId: ChannelId, seq: number): Gap | null {
    const tracked = this.#channels.get(channelId)
    if (tracked === undefined || tracked.seq >= seq) return null
    if (tracked.mending !== null) {
      tracked.mending.next = Math.max(tracked.mending.next, seq)
      return null
    }
    tracked.mending = { reach: seq, next: 0, held: [] }
    return { channelId, since: tracked.seq }
  }

  /** Part of a gap is mended: everything up to here has been delivered. */
  advance(channelId: ChannelId, seq: number): void {
    const tracked = this.#channels.get(channelId)
    if (tracked !== undefined) tracked.seq = Math.max(tracked.seq, seq)
  }

  /** `/changes` has been read to its end. */
  mended(channelId: ChannelId): Step {
    const tracked = this.#channels.get(channelId)
    if (!tracked?.mending) return NOTHING
    const { reach, next, held } = tracked.mending
    tracked.seq = Math.max(tracked.seq, reach)
    tracked.mending = next > tracked.seq ? { reach: next, next: 0, held } : null
    if (tracked.mending !== null) return { deliver: [], mend: { channelId, since: tracked.seq } }
    const steps = held.map((event) => this.receive(event))
    // At the next gap the rest is held again, so there is at most one.
    return { deliver: steps.flatMap((step) => step.deliver), mend: steps.find((step) => step.mend !== null)?.mend ?? null }
  }

  /** It cannot be mended: the channel is not there any more, or not for this person. What came is all there is. */
  giveUp(channelId: ChannelId): Step {
    const held = this.#channels.get(channelId)?.mending?.held ?? []
    this.forget(channelId)
    return { deliver: held, mend: null }
  }

  /** What one does about a channel comes outside of its order, and yet after the state that mending ends with: that may be older. */
  #receiveOwn(event: WireEvent): Step {
    const channelId = channelOf(event)
    const mending = channelId === undefined ? null : this.#channels.get(channelId)?.mending
    if (!mending) return { deliver: [event], mend: null }
    mending.held.push(event)
    return NOTHING
  }

  #receiveFirst(place: Place): Step {
    const tracked: Tracked = { seq: place.seq - 1, mending: null }
    this.#channels.set(place.channelId, tracked)
    // A channel begins with one's own joining: of any other, the beginning was missed.
    const isMissed = this.#startedFromState && !this.#isOwn(place.event, 'member_joined')
    return isMissed ? hold(tracked, place) : this.#receiveNext(tracked, place)
  }

  #receiveNext(tracked: Tracked, place: Place): Step {
    const { seq, event, channelId } = place
    const isNews = seq > tracked.seq
    // What an event of an unknown type changed is not known either: to be mended like a gap.
    if (isNews && (seq > tracked.seq + 1 || !isKnown(event))) return hold(tracked, place)
    if (isNews) tracked.seq = seq
    if (isNews && (this.#isOwn(event, 'member_left') || event.type === 'channel_deleted')) this.forget(channelId)
    // What came by mending is there already, perhaps in a later form; what is not about messages did not come that way.
    return isNews || !isMendable(event) ? { deliver: [event], mend: null } : NOTHING
  }

  #isOwn(event: WireEvent, type: 'member_joined' | 'member_left'): boolean {
    const known = toClientEvent(event)
    if (known?.type !== type) return false
    return (known.type === 'member_joined' ? known.data.user.id : known.data.user_id) === this.#me
  }
}

/** The channel whose state for this person the event changes. */
function channelOf(event: WireEvent): ChannelId | undefined {
  const known = toClientEvent(event)
  if (known?.type === 'channel_read') return known.data.channel_id
  return known?.type === 'preferences_updated' ? known.data.channel?.channel_id : undefined
}

interface Place {
  readonly channelId: ChannelId
  readonly seq: number
  readonly event: WireEvent
}

function hold(tracked: Tracked, { channelId, seq, event }: Place): Step {
  tracked.mending = { reach: isKnown(event) ? seq - 1 : seq, next: 0, held: [event] }
  return { deliver: [], mend: { channelId, since: tracked.seq } }
}
