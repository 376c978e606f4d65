import { sql, type Insertable } from 'kysely'
import type { ChannelsTable, Db, Tx, WorkspaceMembersTable } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface WorkspaceRef {
  readonly id: WorkspaceId
  readonly name: string
  readonly slug: string
  readonly owner_id: UserId
}

/** By slug or by name, without regard to case: of one slug there is one workspace, of one name there may be several. */
export const findByNameOrSlug = (db: Db, text: string): Promise<WorkspaceRef[]> =>
  db.selectFrom('workspaces').select(['id', 'name', 'slug', 'owner_id'])
    .where('deleted_at', 'is', null)
    .where((where) => where.or([where('slug', '=', text.toLowerCase()), where(sql`lower(name)`, '=', text.toLowerCase())]))
    .orderBy('slug').execute()

/** Whether somebody is an active member. */
export async function isActiveMember(db: Db, workspaceId: WorkspaceId, userId: UserId): Promise<boolean> {
  const row = await db.selectFrom('workspace_members').select('user_id')
    .where('workspace_id', '=', workspaceId).where('user_id', '=', userId).where('deactivated_at', 'is', null).executeTakeFirst()
  return row !== undefined
}

export const insertMembers = (tx: Tx, rows: readonly Insertable<WorkspaceMembersTable>[]): Promise<{ user_id: UserId; joined_at: Date }[]> =>
  tx.insertInto('workspace_members').values(rows).returning(['user_id', 'joined_at']).execute()

/** False when the name is taken: the unique index decides. */
export async function insertChannel(tx: Tx, row: Insertable<ChannelsTable>): Promise<boolean> {
  const inserted = await tx.insertInto('channels').values(row)
    .onConflict((conflict) => conflict.expression(sql`workspace_id, lower(name)`).where('name', 'is not', null).where('deleted_at', 'is', null).doNothing())
    .returning('id').executeTakeFirst()
  return inserted !== undefined
}

/** Memberships from the first event on, for which there is none of their own. One statement, however many they are. */
export async function insertChannelMembers(
  tx: Tx,
  { channelId, workspaceId, managerId, userIds }: { channelId: ChannelId; workspaceId: WorkspaceId; managerId: UserId; userIds: readonly UserId[] },
): Promise<void> {
  await sql`
    insert into channel_members (channel_id, user_id, workspace_id, role, from_seq)
    select ${channelId}, member.id, ${workspaceId}, case when member.id = ${managerId} then 'manager' else 'member' end, 1
    from unnest(${userIds}::uuid[]) as member(id)`.execute(tx)
}

/** For a channel whose head is locked. */
export const endImport = (tx: Tx, { id, archivedAt }: { id: ChannelId; archivedAt: Date | null }) =>
  tx.updateTable('channels').set({ archived_at: archivedAt, updated_at: sql<Date>`now()` }).where('id', '=', id).execute()

/** All that is in the channel now has been read by its members: nobody finds years of unread messages. */
export async function markAllRead(tx: Tx, channelId: ChannelId): Promise<void> {
  await sql`
    insert into channel_user_states as state (channel_id, user_id, last_read_seq)
    select m.channel_id, m.user_id, h.seq
    from channel_members m join stream_heads h on h.stream_key = 'c:' || m.channel_id
    where m.channel_id = ${channelId} and m.to_seq is null
    on conflict (channel_id, user_id) do update set last_read_seq = greatest(state.last_read_seq, excluded.last_read_seq)`.execute(tx)
}
