import { accountStream, channelStream, memberStream, workspaceStream, type StreamKey, type WorkspaceRole } from '@afrochat/contracts'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import type { MembershipChange } from '../broker/membership-change.ts'
import type { Subscriber } from './subscriber.ts'

/** A user with connections here: what they are a member of. Kept by the log alone once it has been loaded. */
export class Member {
  readonly userId: UserId
  /** In the order in which they came. */
  readonly subscribers = new Set<Subscriber>()
  readonly channels = new Map<ChannelId, WorkspaceId>()
  readonly workspaces = new Map<WorkspaceId, WorkspaceRole>()
  /** By shard: nothing up to here is sent live to this user's connections, because the memberships were read as of here. */
  readonly floors: number[] = []
  /** False before memberships are known, and again when they became void. */
  isLoaded = false
  /** The loading under way, if any. */
  loading: Promise<void> | undefined
  /** By place, a channel or a thread in it: when this user was last shown as typing there, in milliseconds. */
  readonly typedAt = new Map<string, number>()

  constructor(userId: UserId) {
    this.userId = userId
  }

  /** Nothing is known any more. */
  unload(): void {
    this.isLoaded = false
    this.channels.clear()
    this.workspaces.clear()
    this.floors.length = 0
  }

  apply(change: MembershipChange): void {
    switch (change.kind) {
      case 'channel_joined':
        this.channels.set(change.channelId, change.workspaceId)
        break
      case 'channel_left':
        this.channels.delete(change.channelId)
        break
      case 'workspace_joined':
      case 'role_changed':
        this.workspaces.set(change.workspaceId, change.role)
        break
      case 'workspace_left':
        this.workspaces.delete(change.workspaceId)
        break
      case 'workspace_deleted':
        this.workspaces.delete(change.workspaceId)
        for (const channelId of this.channelsIn(change.workspaceId)) this.channels.delete(channelId)
        break
      case 'signed_out':
        break
    }
  }

  /** The channels of a workspace that this user is in. */
  channelsIn(workspaceId: WorkspaceId): ChannelId[] {
    return [...this.channels].filter(([, place]) => place === workspaceId).map(([channelId]) => channelId)
  }

  /** The streams of which this user receives something now. */
  *streams(): Iterable<StreamKey> {
    yield accountStream(this.userId)
    for (const channelId of this.channels.keys()) yield channelStream(channelId)
    for (const workspaceId of this.workspaces.keys()) {
      yield workspaceStream(workspaceId)
      yield memberStream(workspaceId, this.userId)
    }
  }
}
