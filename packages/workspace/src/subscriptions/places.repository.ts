import type { ChannelKind } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'

/** A channel that somebody is in or once was. */
export interface ChannelPlace {
  channelId: ChannelId
  workspaceId: WorkspaceId
  kind: ChannelKind
}

export const listChannelsEver = (db: Db, userId: UserId): Promise<ChannelPlace[]> => {
  // Two halves, because each has its index: present memberships are looked up all the time, past ones only here.
  const half = (toSeq: 'is' | 'is not') =>
    db.selectFrom('channel_members as m')
      .innerJoin('channels as c', 'c.id', 'm.channel_id')
      .select(['m.channel_id as channelId', 'm.workspace_id as workspaceId', 'c.kind'])
      .where('m.user_id', '=', userId).where('m.to_seq', toSeq, null)
  return half('is').union(half('is not')).execute()
}

/** Memberships are never deleted: one that ended is marked so. */
export async function listWorkspacesEver(db: Db, userId: UserId): Promise<WorkspaceId[]> {
  const rows = await db.selectFrom('workspace_members').select('workspace_id').where('user_id', '=', userId).execute()
  return rows.map(({ workspace_id }) => workspace_id)
}
