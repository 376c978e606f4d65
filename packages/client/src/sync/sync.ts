import type { Boot, Workspace } from '@afrochat/contracts'
import type { ApiCalls } from '../http/calls.ts'
import { ApiError } from '../http/errors.ts'
import { allOf, eachPage } from '../http/pages.ts'
import { earliest, Positions } from '../socket/positions.ts'
import { ChannelTracker, type Gap, type Step } from './channel-tracker.ts'
import { createLimit } from './limit.ts'
import { toMendedEvents } from './mended-events.ts'
import { Reflected } from './reflected.ts'
import { toClientEvent, type MessageId, type SyncEvent, type UserId, type WireEvent } from './sync-event.ts'
import { bootsOf, seqsOf, toPosition, type StartingPoint, type SyncPosition } from './sync-position.ts'
import { untilDone } from './until-done.ts'

export interface SyncOptions {
  readonly calls: Pick<ApiCalls, 'listChannelChanges' | 'getChannel' | 'listWorkspaces' | 'boot'>
  readonly from: StartingPoint | undefined
  readonly onEvent: (event: SyncEvent) => void
  /** Something could not be mended. */
  readonly onProblem: (error: unknown) => void
}

/** Pages of changes: the largest, since all of them are wanted. */
const PAGE = 200
/** Channels mended at once: a client that comes back after a month must not spend its rate limit in a second. */
const MENDED_AT_ONCE = 4

/**
 * Between the socket and the application: passes events on, and what was missed instead of those that are missing. What
 * it emits, applied in order, leads to what the API answers.
 */
export class Sync {
  readonly #options: SyncOptions
  readonly #limit = createLimit(MENDED_AT_ONCE)
  #tracker: ChannelTracker
  /** Ends what is being read, when nobody wants it any more. */
  #reading = new AbortController()
  #me: UserId | undefined
  /** Of everything that came, the part that is still held back included. */
  readonly #received: Positions
  #handled: string | undefined
  readonly #reflected = new Reflected()
  /** What comes while the state of everything is read anew; null: it is known. */
  #waiting: WireEvent[] | null = null
  #isResyncing = false
  #again = false

  constructor(options: SyncOptions) {
    const from = options.from && toPosition(options.from)
    this.#options = options
    this.#tracker = new ChannelTracker(from && seqsOf(from))
    this.#received = new Positions(from?.cursor)
    this.#reflected.add(bootsOf(options.from))
    this.#handled = this.#received.cursor()
  }

  set me(userId: UserId) {
    this.#me = userId
    this.#tracker.me = userId
  }

  /** Up to where the application has been told everything; undefined before the first event. */
  get position(): SyncPosition | undefined {
    return this.#handled === undefined ? undefined : { cursor: this.#handled, seqs: Object.fromEntries(this.#tracker.seqs()) }
  }

  receive(event: WireEvent): void {
    if (this.#waiting !== null) {
      this.#waiting.push(event)
      return
    }
    if (!this.#reflected.has(event)) this.#follow(this.#tracker.receive(event))
    this.reached(event.cursor)
  }

  /** Everything that there is up to this cursor has been received. */
  reached(cursor: string): void {
    if (this.#waiting !== null) return
    this.#received.confirm(cursor)
    // While something is held back, what came after it counts as not handled: after a crash it comes again.
    if (!this.#tracker.isWaiting) this.#handled = this.#received.cursor()
  }

  /** The server cannot replay what was missed: reads the present state of everything instead. */
  async resync(): Promise<void> {
    this.#waiting ??= []
    this.#again = this.#isResyncing
    if (this.#isResyncing) return
    this.#isResyncing = true
    try {
      this.#startFrom(await this.#readBoots(this.#reading.signal))
    } catch (error) {
      // What waits goes on waiting: without the state before it, it would look like the whole story.
      this.#report(error)
    } finally {
      this.#isResyncing = false
    }
  }

  close(): void {
    this.#reading.abort()
  }

  async #readBoots(signal: AbortSignal): Promise<Boot[]> {
    const { calls } = this.#options
    const bootOf = ({ id }: Workspace): Promise<Boot | null> => this.#limit(() => calls.boot({ workspace_id: id }, { signal })).catch(nullIfGone)
    for (;;) {
      this.#again = false
      const boots = await untilDone(signal, async () => {
        const workspaces = await allOf(calls.listWorkspaces, {}, { signal })
        return Promise.all(workspaces.map(bootOf))
      })
      // Something was missed again while they were read: they may be from before it.
      if (!this.#again) return boots.filter((boot) => boot !== null)
    }
  }

  #startFrom(boots: readonly Boot[]): void {
    const cursor = earliest(boots.map((boot) => boot.cursor))
    const history = boots.length === 0 || this.#received.confirm(cursor) ? 'kept' : 'void'
    if (history === 'void') this.#forgetEverything(cursor)
    for (const workspace_id of this.#reflected.keepOnly(boots)) this.#options.onEvent({ type: 'workspace_gone', workspace_id })
    for (const boot of boots) this.#options.onEvent({ type: 'workspace_refreshed', data: boot, history })
    for (const gap of this.#compare(boots)) void this.#mend(gap)
    this.#reflected.add(boots)
    const waiting = this.#waiting ?? []
    this.#waiting = null
    for (const event of waiting) this.receive(event)
    this.reached(cursor)
  }

  #forgetEverything(cursor: string): void {
    this.#reading.abort()
    this.#reading = new AbortController()
    this.#received.startAt(cursor)
    this.#tracker = new ChannelTracker(new Map())
    if (this.#me !== undefined) this.#tracker.me = this.#me
  }

  /** What each channel is behind its present state. */
  #compare(boots: readonly Boot[]): Gap[] {
    const channels = boots.flatMap((boot) => boot.channels)
    const known = this.#tracker.seqs()
    const present = new Set(channels.map(({ id }) => id))
    for (const id of known.keys()) if (!present.has(id)) this.#tracker.forget(id)
    for (const { id, last_seq } of channels) if (!known.has(id)) this.#tracker.begin(id, last_seq)
    return channels.map(({ id, last_seq }) => this.#tracker.suspect(id, last_seq)).filter((gap) => gap !== null)
  }

  #follow({ deliver, mend }: Step): void {
    for (const event of deliver) {
      const known = toClientEvent(event)
      if (known !== undefined) this.#options.onEvent(known)
    }
    if (mend !== null) void this.#mend(mend)
  }

  async #mend(gap: Gap): Promise<void> {
    const { signal } = this.#reading
    const seen = new Set<MessageId>()
    try {
      await this.#limit(() => untilDone(signal, () => this.#readChanges(gap, seen, signal)))
      this.#follow(this.#tracker.mended(gap.channelId))
    } catch (error) {
      if (signal.aborted) return
      this.#report(error)
      this.#follow(this.#tracker.giveUp(gap.channelId))
    }
    this.#settle()
  }

  /** Begins where an earlier try ended. */
  async #readChanges({ channelId, since }: Gap, seen: Set<MessageId>, signal: AbortSignal): Promise<void> {
    const { calls, onEvent } = this.#options
    const from = this.#tracker.seqs().get(channelId) ?? since
    let last = 0
    for await (const page of eachPage(calls.listChannelChanges, { channel_id: channelId, since: from, limit: PAGE }, { signal })) {
      for (const event of toMendedEvents(page, { since, seen })) onEvent(event)
      last = page.at(-1)?.change_seq ?? last
      // The next page may go on with the same change: several messages are deleted at once.
      this.#tracker.advance(channelId, last - 1)
    }
    this.#tracker.advance(channelId, last)
    onEvent({ type: 'channel_refreshed', data: await calls.getChannel({ channel_id: channelId }, { signal }) })
  }

  #report(error: unknown): void {
    // That a channel is gone, or not for this person any more, is how things go.
    if (!this.#reading.signal.aborted && !isGone(error)) this.#options.onProblem(error)
  }

  #settle(): void {
    if (this.#waiting === null && !this.#tracker.isWaiting) this.#handled = this.#received.cursor()
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 403 || error.status === 404)
}

function nullIfGone(error: unknown): null {
  if (isGone(error)) return null
  throw error
}
