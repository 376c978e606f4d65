import { sql } from 'kysely'
import type { LogPosition, WorkspaceRole } from '@afrochat/contracts'
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
