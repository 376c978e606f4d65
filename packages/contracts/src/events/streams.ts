import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'

/** An ordered list of events. Only channels' streams count their events with a `seq`. */
export type StreamKey = `c:${string}` | `w:${string}` | `u:${string}`

/** What happens in a channel: to its members. */
export const channelStream = (id: ChannelId): StreamKey => `c:${id}`
/** What happens in a workspace outside its channels: by audience. */
export const workspaceStream = (id: WorkspaceId): StreamKey => `w:${id}`
/** What concerns one member of a workspace alone: read marks, preferences, drafts. */
export const memberStream = (workspaceId: WorkspaceId, userId: UserId): StreamKey => `u:${workspaceId}:${userId}`
/** What concerns an account in all workspaces: profile, sessions. Always in shard 0. */
export const accountStream = (id: UserId): StreamKey => `u:${id}`

/** Who of a workspace receives an event of its stream: guests get those for `all` only. */
export type Audience = 'all' | 'members' | 'admins'

/**
 * The shard that holds all streams of a workspace; account streams (no workspace) are in shard 0.
 * FNV-1a over the id, so that every process finds the same one without asking.
 */
export function shardOf(workspaceId: WorkspaceId | null, shards: number): number {
  if (workspaceId === null || shards === 1) return 0
  let hash = 0x811c9dc5
  for (let index = 0; index < workspaceId.length; index += 1) {
    hash = Math.imul(hash ^ workspaceId.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % shards
}
