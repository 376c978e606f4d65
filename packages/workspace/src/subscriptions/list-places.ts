import type { Db } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import * as places from './places.repository.ts'
import type { ChannelPlace } from './places.repository.ts'

/** Where a user is or ever was. */
export interface Places {
  readonly workspaceIds: readonly WorkspaceId[]
  readonly channels: readonly ChannelPlace[]
}

/**
 * Everything whose events may have reached the user, for replay: also channels and workspaces that they have left, of
 * which they still get the news that they left. Who saw what of it follows from the events themselves.
 */
export async function listPlaces(db: Db, userId: UserId): Promise<Places> {
  const [workspaceIds, channels] = await Promise.all([places.listWorkspacesEver(db, userId), places.listChannelsEver(db, userId)])
  return { workspaceIds, channels }
}
