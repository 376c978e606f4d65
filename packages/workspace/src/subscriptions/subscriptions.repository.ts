import { sql } from 'kysely'
import type { ChannelKind, LogPosition, WorkspaceRole } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface SubscriptionRows {
  /** Null: the log has no epoch. */
  positions: LogPosition[] | null
  channels: { channelId: ChannelId; workspaceId: WorkspaceId }[]
  workspaces: { workspaceId: WorkspaceId; role: WorkspaceRole }[]
}

/** One statement, hence one snapshot: the memberships are those after exactly the events up to the positions. */
export async function readSubscriptions(db: Db, userId: UserId, shards: readonly number[]): Promise<SubscriptionRows & { positions: LogPosition[] }> {
  const { rows } = await sql<SubscriptionRows>`
    with mine as (select workspace_id, role from workspace_members where user_id = ${userId} and deactivated_at is null)
    select
      (select json_agg(json_build_object(
         'epoch', l.epoch, 'shard', s.shard, 'pos', (select coalesce(max(e.pos), 0) from events e where e.shard = s.shard)))
       from log_epoch l, unnest(${shards}::smallint[]) as s(shard)) as positions,
      (select coalesce(json_agg(json_build_object('channelId', m.channel_id, 'workspaceId', m.workspace_id)), '[]')
       from channel_members m where m.user_id = ${userId} and m.to_seq is null
         and m.workspace_id in (select workspace_id from mine)) as channels,
      (select coalesce(json_agg(json_build_object('workspaceId', workspace_id, 'role', role)), '[]') from mine) as workspaces`.execute(db)
  const [row] = rows
  if (!row?.positions) throw new Error('The table log_epoch is empty: run the migrations')
  return { ...row, positions: row.positions }
}

export interface MembershipInterval {
  channelId: ChannelId
  workspaceId: WorkspaceId
  kind: ChannelKind
  /** The first event of the channel that the user saw: their own member_joined. */
  fromSeq: number
  /** The last one: their own member_left. Null: a member now. */
  toSeq: number | null
}

/** All the intervals, past and present, of active memberships of these workspaces (undefined: of all). */
export const listIntervals = (db: Db, userId: UserId, workspaceIds?: readonly WorkspaceId[]): Promise<MembershipInterval[]> => {
  // Two halves, because each has its index: present memberships are looked up all the time, past ones only here.
  const half = (toSeq: 'is' | 'is not') =>
    db.selectFrom('channel_members as m')
      .innerJoin('workspace_members as w', (join) =>
        join.onRef('w.workspace_id', '=', 'm.workspace_id').onRef('w.user_id', '=', 'm.user_id').on('w.deactivated_at', 'is', null))
      .innerJoin('channels as c', 'c.id', 'm.channel_id')
      .select(['m.channel_id as channelId', 'm.workspace_id as workspaceId', 'c.kind', 'm.from_seq as fromSeq', 'm.to_seq as toSeq'])
      .where('m.user_id', '=', userId).where('m.to_seq', toSeq, null)
      .$if(workspaceIds !== undefined, (query) => query.where(sql<boolean>`m.workspace_id = any(${workspaceIds}::uuid[])`))
  return half('is').unionAll(half('is not')).orderBy('channelId').orderBy('fromSeq').execute()
}
