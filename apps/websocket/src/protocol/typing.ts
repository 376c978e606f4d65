import type { ClientFrameData } from '@afrochat/contracts'
import { channelNotFound } from '@afrochat/workspace'
import type { Hub } from '../hub/hub.ts'
import type { Signals, TypingSignal } from '../broker/signals.ts'
import type { CommandContext } from './handlers.ts'
import { serverFrame } from './server-frames.ts'

/** Clients show somebody as typing for a little longer than this: more often tells them nothing. */
const THROTTLE_MS = 3_000

export interface TypingDeps {
  readonly hub: Hub
  readonly signals: Signals
}

/** Shows to the other members of a channel, here and on the other nodes, that somebody types. May be lost. */
export function createTyping({ hub, signals }: TypingDeps) {
  return async ({ subscriber: { member } }: CommandContext, data: ClientFrameData<'typing'>): Promise<object> => {
    const workspaceId = member.channels.get(data.channel_id)
    // The same for one that is private, deleted, public and not joined, or never was.
    if (workspaceId === undefined) throw channelNotFound()
    const now = Date.now()
    if (now - (member.typedAt.get(data.channel_id) ?? 0) < THROTTLE_MS) return {}
    member.typedAt.set(data.channel_id, now)
    const signal: TypingSignal = {
      workspace_id: workspaceId,
      user_id: member.userId,
      channel_id: data.channel_id,
      thread_id: data.thread_id ?? null,
      timestamp: new Date(now).toISOString(),
    }
    showTyping(hub, signal)
    signals.publish(signal)
    return {}
  }
}

/** To the connections of this node that are in the channel, except those of the one who types. */
export function showTyping(hub: Hub, { workspace_id, ...data }: TypingSignal): void {
  hub.signal(data.channel_id, serverFrame({ type: 'user_typing', workspace_id, channel_id: data.channel_id, data }), data.user_id)
}
