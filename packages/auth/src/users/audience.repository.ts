import { sql } from 'kysely'
import type { Db, Tx } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'

/** The workspaces that know the person: those that they are in, and those that they were in, where their messages are. */
export async function listWorkspaces(tx: Tx, userId: UserId): Promise<WorkspaceId[]> {
  // Two partial indexes, one a half: a condition on both at once would use neither.
  const { rows } = await sql<{ id: WorkspaceId }>`
    select w.id from workspaces w
    join (select workspace_id from workspace_members where user_id = ${userId} and deactivated_at is null
          union all
          select workspace_id from workspace_members where user_id = ${userId} and deactivated_at is not null) m on m.workspace_id = w.id
    where w.deleted_at is null order by w.id`.execute(tx)
  return rows.map(({ id }) => id)
}

export interface GuestRow {
  readonly workspace_id: WorkspaceId
  readonly user_id: UserId
}

/**
 * The guests who share a channel with the person, themselves included where they are one. From the guests on, who are few
 * and in few channels: the person's channels may have a hundred thousand members together.
 */
export async function listGuests(tx: Tx, userId: UserId): Promise<GuestRow[]> {
  const { rows } = await sql<GuestRow>`
    select guest.workspace_id, guest.user_id
    from workspace_members me join workspace_members guest using (workspace_id)
    where me.user_id = ${userId} and me.deactivated_at is null and guest.role = 'guest' and guest.deactivated_at is null
      and exists (
        select from channel_members theirs join channel_members mine using (channel_id)
        where theirs.user_id = guest.user_id and theirs.workspace_id = guest.workspace_id and theirs.to_seq is null
          and mine.user_id = ${userId} and mine.to_seq is null)
    order by guest.workspace_id, guest.user_id`.execute(tx)
  return rows
}

/** Somebody who would like to know whether somebody is here. */
export interface Sight {
  readonly viewer: UserId
  readonly id: UserId
}

/**
 * Of these, those that are rightful: both are members, as things are now, of one workspace, and of one of the viewer's
 * channels where the viewer is a guest. Everybody may know of themselves.
 */
export async function listRightfulSights(db: Db, sights: readonly Sight[]): Promise<Sight[]> {
  const { rows } = await sql<Sight>`
    select s.viewer, s.id from unnest(${sights.map(({ viewer }) => viewer)}::uuid[], ${sights.map(({ id }) => id)}::uuid[]) as s(viewer, id)
    join users u on u.id = s.id
    where s.viewer = s.id or exists (
      select from workspace_members me join workspace_members them using (workspace_id) join workspaces w on w.id = me.workspace_id
      where me.user_id = s.viewer and me.deactivated_at is null and them.user_id = s.id and them.deactivated_at is null and w.deleted_at is null
        and (me.role <> 'guest' or exists (
          select from channel_members mine join channel_members theirs using (channel_id) join channels c on c.id = mine.channel_id
          where mine.user_id = s.viewer and mine.workspace_id = me.workspace_id and mine.to_seq is null and c.deleted_at is null
            and theirs.user_id = s.id and theirs.to_seq is null)))`.execute(db)
  return rows
}
