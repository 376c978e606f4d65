import type { ClientFrameData } from '@afrochat/contracts'
import { channelNotFound } from '@afrochat/workspace'
import type { Hub } from '../hub/hub.ts'
import type { Signals, TypingSignal } from '../broker/signals.ts'
import type { CommandContext } from './handlers.ts'
import type { PostingRights } from './posting-rights.ts'
import { serverFrame } from './server-frames.ts'

/** Clients show somebody as typing for a little longer than this: more often tells them nothing. */
const THROTTLE_MS = 3_000
/** Remembered for one person: nobody types in more places within the time for which that matters. */
const MAX_PLACES = 100

export interface TypingDeps {
  readonly hub: Hub
  readonly signals: Signals
  readonly postingRights: Pick<PostingRights, 'check'>
  /** Whether typing is shed: the first to go when the gateway is late. */
  readonly dropsTyping: () => boolean
}

/** Shows to the other members of a channel, here and on the other nodes, that somebody types who may post there. May be lost. */
export function createTyping({ hub, signals, postingRights, dropsTyping }: TypingDeps) {
  return async ({ actor, subscriber: { member } }: CommandContext, data: ClientFrameData<'typing'>): Promise<object> => {
    // The same for one that is private, deleted, public and not joined, or never was.
    if (!member.channels.has(data.channel_id)) throw channelNotFound()
    // Not the time of day, which may be set back.
    const now = performance.now()
    const place = `${data.channel_id} ${data.thread_id ?? ''}`
    if (now - (member.typedAt.get(place) ?? -Infinity) < THROTTLE_MS || dropsTyping()) return {}
    if (member.typedAt.size >= MAX_PLACES) member.typedAt.clear()
    member.typedAt.set(place, now)
    await postingRights.check(actor, data)
    // They may have left meanwhile, and nobody hears of who did.
    const workspaceId = member.channels.get(data.channel_id)
    if (workspaceId === undefined) throw channelNotFound()
    const signal: TypingSignal = {
      workspace_id: workspaceId,
      user_id: member.userId,
      channel_id: data.channel_id,
      thread_id: data.thread_id ?? null,
      timestamp: new Date().toISOString(),
    }
    showTyping(hub, signal)
    signals.publish('typing', signal)
    return {}
  }
}

/** To the connections of this node that are in the channel, except those of the one who types: they know. */
export function showTyping(hub: Hub, { workspace_id, ...data }: TypingSignal): void {
  hub.signal(data.channel_id, serverFrame({ type: 'user_typing', workspace_id, channel_id: data.channel_id, data }), data.user_id)
}
