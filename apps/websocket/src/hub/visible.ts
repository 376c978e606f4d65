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
  /** Whether full members may know of the channel: it has neither become private nor gone since. */
  readonly isOpen: (channelId: ChannelId) => boolean
  /** Whether their membership of the channel ended with its end, which was at this `seq`. */
  readonly wasInUntil: (channelId: ChannelId, seq: number | null) => boolean
}

/** A coming or going of the viewer's own. */
export interface OwnMove {
  readonly id: ChannelId | WorkspaceId
  readonly isJoining: boolean
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
    const own = ownMove(entry, viewer)
    if (own?.isJoining === true) then.apply(own)
    if (entry.isForClients && reached(entry, then) && maySee(entry, viewer)) visible.push(entry)
    if (own?.isJoining === false) then.apply(own)
  }
  return visible
}

/** Whether an event that reached the viewer once may be shown now. */
export function maySee(entry: LogEntry, viewer: Viewer): boolean {
  const own = ownMove(entry, viewer)
  // That they left, or had to, is theirs to know, and nothing after it is.
  if (own?.isJoining === false) return true
  const { owner, aboutChannel, ends, change } = entry
  // What concerned them in a workspace that they have left went with it.
  if (owner.kind === 'user') return owner.workspaceId === null || viewer.workspaces.has(owner.workspaceId)
  if (owner.kind === 'channel') return viewer.mayRead(owner.channelId)
  // Of a channel that is closed to them by now they are told that, but no longer what it was.
  if (aboutChannel !== undefined && ends === undefined && !viewer.isOpen(aboutChannel) && !viewer.channels.has(aboutChannel)) return false
  const role = viewer.workspaces.get(owner.workspaceId)
  return role !== undefined && (admits(entry.audience, role) || change?.userId === viewer.userId)
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
    for (const entry of entries) {
      const own = ownMove(entry, viewer)
      // Before their first change they were what it changed.
      if (own !== undefined && !this.#known.has(own.id)) this.#known.set(own.id, !own.isJoining)
    }
  }

  isIn(id: ChannelId | WorkspaceId): boolean {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    // Ids of both kinds are unique together: one that is no key of a map is simply not found there.
    return this.#viewer.channels.has(id as ChannelId) || this.#viewer.workspaces.has(id as WorkspaceId)
  }

  apply({ id, isJoining }: OwnMove): void {
    this.#known.set(id, isJoining)
  }
}

function ownMove({ change, ends, owner, seq }: LogEntry, { userId, wasInUntil }: Viewer): OwnMove | undefined {
  if (ends !== undefined && owner.kind === 'channel') return wasInUntil(ends, seq) ? { id: ends, isJoining: false } : undefined
  return change?.userId === userId ? moveOf(change) : undefined
}

function moveOf(change: MembershipChange): OwnMove | undefined {
  switch (change.kind) {
    case 'channel_joined':
    case 'channel_left':
      return { id: change.channelId, isJoining: change.kind === 'channel_joined' }
    case 'workspace_joined':
    case 'workspace_left':
    case 'workspace_deleted':
      return { id: change.workspaceId, isJoining: change.kind === 'workspace_joined' }
    // They are where they were.
    case 'role_changed':
    case 'signed_out':
      return undefined
  }
}
