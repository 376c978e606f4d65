import type { LogPosition, WorkspaceRole } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import * as subscriptions from './subscriptions.repository.ts'

/** What a connection of a user receives, and the place in the log from which that is so. */
export interface Subscriptions {
  /** One for each shard that was asked for. Everything up to it is in the lists, nothing after it is. */
  readonly positions: readonly LogPosition[]
  readonly channels: readonly { readonly channelId: ChannelId; readonly workspaceId: WorkspaceId }[]
  readonly workspaces: readonly { readonly workspaceId: WorkspaceId; readonly role: WorkspaceRole }[]
}

/**
 * The user's channels and workspaces with the log's positions, in one snapshot: deliver what comes after the positions,
 * and change the lists only by the membership events among it. A user who is unknown or in no workspace has empty lists.
 */
export const readSubscriptions = (db: Db, userId: UserId, shards: readonly number[]): Promise<Subscriptions> =>
  subscriptions.readSubscriptions(db, userId, shards)
