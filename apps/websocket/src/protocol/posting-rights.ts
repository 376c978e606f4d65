import type { ClientFrameData } from '@afrochat/contracts'
import type { PlacedEvent } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'

export interface PostingRightsDeps {
  /** Throws what posting there would answer. */
  readonly checkMayPost: (actor: Actor, place: ClientFrameData<'typing'>) => Promise<void>
  readonly nowMs?: () => number
}

/** Somebody who types says so every three seconds: one look at the database in so long is enough. */
const REMEMBERED_MS = 30_000
/** More than type at one time; above it, all is forgotten. */
const MAX_REMEMBERED = 20_000

/** What changes who may post in a channel. Which one stands in the event's stream. */
const TAKES_AWAY: ReadonlySet<string> = new Set([
  'channel_updated', 'channel_archived', 'channel_deleted', 'member_left', 'member_updated', 'thread_updated', 'message_deleted', 'messages_bulk_deleted',
])
/** And in many. */
const TAKES_AWAY_IN_ALL: ReadonlySet<string> = new Set(['workspace_member_updated', 'workspace_member_left', 'workspace_deleted'])

/** Whether people may post where they say that they type: remembered for a while, and forgotten when the log says that it may be otherwise. */
export class PostingRights {
  readonly #deps: PostingRightsDeps
  readonly #nowMs: () => number
  readonly #until = new Map<ChannelId, Map<string, number>>()
  #size = 0
  /** What is read while something is heard may be from before it. */
  #changes = 0

  constructor(deps: PostingRightsDeps) {
    this.#deps = deps
    this.#nowMs = deps.nowMs ?? (() => performance.now())
  }

  async check(actor: Actor, place: ClientFrameData<'typing'>): Promise<void> {
    const key = `${actor.userId} ${place.thread_id ?? ''}`
    if ((this.#until.get(place.channel_id)?.get(key) ?? 0) > this.#nowMs()) return
    const changes = this.#changes
    await this.#deps.checkMayPost(actor, place)
    if (this.#changes === changes) this.#remember(place.channel_id, key)
  }

  hear({ type, stream_key: stream }: PlacedEvent): void {
    if (TAKES_AWAY_IN_ALL.has(type)) this.forgetAll()
    else if (TAKES_AWAY.has(type) && stream.startsWith('c:')) this.#forget(stream.slice(2) as ChannelId) // `c:` and the channel's id.
  }

  forgetAll(): void {
    this.#changes += 1
    this.#size = 0
    this.#until.clear()
  }

  #forget(channelId: ChannelId): void {
    this.#changes += 1
    this.#size -= this.#until.get(channelId)?.size ?? 0
    this.#until.delete(channelId)
  }

  #remember(channelId: ChannelId, key: string): void {
    if (this.#size >= MAX_REMEMBERED) this.forgetAll()
    const keys = this.#until.get(channelId) ?? new Map<string, number>()
    this.#until.set(channelId, keys)
    if (!keys.has(key)) this.#size += 1
    keys.set(key, this.#nowMs() + REMEMBERED_MS)
  }
}
