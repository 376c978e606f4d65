import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import type { WorkspaceRole } from '@afrochat/contracts'
import type { LogEntry } from '../broker/log-entry.ts'
import type { MembershipChange } from '../broker/membership-change.ts'
import { admits } from './rooms.ts'

/** Somebody who was away, as they are now. */
export interface Viewer {
  readonly userId: UserId
  readonly channels: ReadonlyMap<ChannelId, WorkspaceId>
  readonly workspaces: ReadonlyMap<WorkspaceId, WorkspaceRole>
  /** Whether they may read the channel: they are in it, or were, and it is a public one of a workspace in which they are full members. */
  readonly mayRead: (channelId: ChannelId) => boolean
}

/**
 * What of these events would have reached the viewer's connection as they happened, and they may still see now.
 * `entries` are all events of one shard since a position, in order, of at least the streams that concern the viewer, and
 * the viewer is as after the last of them: who was where at the beginning follows from undoing the changes.
 */
export function selectVisible(viewer: Viewer, entries: readonly LogEntry[]): LogEntry[] {
  const then = new Standing(viewer, entries)
  const visible: LogEntry[] = []
  for (const entry of entries) {
    const own = entry.change?.userId === viewer.userId ? entry.change : undefined
    if (own?.kind === 'channel_joined' || own?.kind === 'workspace_joined') then.apply(own)
    if (entry.isForClients && reached(entry, then) && maySee(entry, viewer, own)) visible.push(entry)
    if (own?.kind === 'channel_left' || own?.kind === 'workspace_left') then.apply(own)
  }
  return visible
}

/** Whether an event that reached the viewer once may be shown now. */
export function maySee(entry: LogEntry, viewer: Viewer, own: MembershipChange | undefined): boolean {
  // That they left is theirs to know, and nothing after it is.
  if (own?.kind === 'channel_left' || own?.kind === 'workspace_left') return true
  const { owner } = entry
  if (owner.kind === 'user') return true
  if (owner.kind === 'channel') return viewer.mayRead(owner.channelId)
  const role = viewer.workspaces.get(owner.workspaceId)
  return role !== undefined && (admits(entry.audience, role) || own !== undefined)
}

function reached({ owner, aboutChannel }: LogEntry, then: Standing): boolean {
  if (owner.kind === 'user') return true
  if (owner.kind === 'channel') return then.isIn(owner.channelId)
  return then.isIn(owner.workspaceId) && (aboutChannel === undefined || !then.isIn(aboutChannel))
}

/** Where the viewer was a member, at the place in the log that has been reached. */
class Standing {
  readonly #viewer: Viewer
  /** Only what the log changes on the way; for the rest, what is so now was so then. */
  readonly #known = new Map<ChannelId | WorkspaceId, boolean>()

  constructor(viewer: Viewer, entries: readonly LogEntry[]) {
    this.#viewer = viewer
    for (const { change } of entries) {
      if (change?.userId !== viewer.userId) continue
      const [id, isJoining] = placeOf(change) ?? []
      // Before their first change they were what it changed.
      if (id !== undefined && !this.#known.has(id)) this.#known.set(id, isJoining !== true)
    }
  }

  isIn(id: ChannelId | WorkspaceId): boolean {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    // Ids of both kinds are unique together: one that is no key of a map is simply not found there.
    return this.#viewer.channels.has(id as ChannelId) || this.#viewer.workspaces.has(id as WorkspaceId)
  }

  apply(change: MembershipChange): void {
    const [id, isJoining] = placeOf(change) ?? []
    if (id !== undefined) this.#known.set(id, isJoining === true)
  }
}

function placeOf(change: MembershipChange): [ChannelId | WorkspaceId, boolean] | undefined {
  switch (change.kind) {
    case 'channel_joined':
    case 'channel_left':
      return [change.channelId, change.kind === 'channel_joined']
    case 'workspace_joined':
    case 'workspace_left':
      return [change.workspaceId, change.kind === 'workspace_joined']
    case 'signed_out':
      return undefined
  }
}
