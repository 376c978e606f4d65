import { sql } from 'kysely'
import type { ChannelKind } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'

/** A channel that somebody is in or once was. */
export interface ChannelPlace {
  channelId: ChannelId
  workspaceId: WorkspaceId
  kind: ChannelKind
  isDeleted: boolean
  /** Where their latest membership that has ended did; null: none has. */
  leftSeq: number | null
}

export const listChannelsEver = (db: Db, userId: UserId): Promise<ChannelPlace[]> => {
  // Two halves, because each has its index: present memberships are looked up all the time, past ones only here.
  const half = (toSeq: 'is' | 'is not') =>
    db.selectFrom('channel_members').select(['channel_id', 'to_seq']).where('user_id', '=', userId).where('to_seq', toSeq, null)
  const places = db.selectFrom(half('is').unionAll(half('is not')).as('halves'))
    .select(({ fn }) => ['halves.channel_id', fn.max('halves.to_seq').as('left_seq')]).groupBy('halves.channel_id')
  return db.selectFrom(places.as('m'))
    // `limit`: one look-up a place. Joined as such, the planner may read all channels when it thinks that the places are many.
    .innerJoinLateral(
      (own) => own.selectFrom('channels').select(['id', 'workspace_id', 'kind', 'deleted_at']).whereRef('channels.id', '=', 'm.channel_id').limit(1).as('c'),
      (join) => join.onTrue(),
    )
    .select(['c.id as channelId', 'c.workspace_id as workspaceId', 'c.kind', sql<boolean>`c.deleted_at is not null`.as('isDeleted'), 'm.left_seq as leftSeq'])
    .execute()
}

/** Memberships are never deleted: one that ended is marked so. */
export async function listWorkspacesEver(db: Db, userId: UserId): Promise<WorkspaceId[]> {
  const rows = await db.selectFrom('workspace_members').select('workspace_id').where('user_id', '=', userId).execute()
  return rows.map(({ workspace_id }) => workspace_id)
}
