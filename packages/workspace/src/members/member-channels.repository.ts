import { sql } from 'kysely'
import type { ChannelRole } from '@afrochat/contracts'
import type { Tx } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import { selectChannels, type ChannelRow } from '../channels/channels.repository.ts'

interface Place {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
}

/** The channels of the workspace that somebody is in, direct messages included. */
export async function listOpenIds(tx: Tx, { workspaceId, userId }: Place): Promise<ChannelId[]> {
  const rows = await tx.selectFrom('channel_members').select('channel_id')
    .where('user_id', '=', userId).where('workspace_id', '=', workspaceId).where('to_seq', 'is', null).execute()
  return rows.map(({ channel_id }) => channel_id)
}

/** The same channels, in their order of age. The heads are locked. */
export const listOpen = async (tx: Tx, place: Place): Promise<ChannelRow[]> =>
  selectChannels(tx).where(sql<boolean>`c.id = any(${await listOpenIds(tx, place)}::uuid[])`).orderBy('c.id').execute()

/** The channels that every full member is in. */
export async function listDefaultIds(tx: Tx, workspaceId: WorkspaceId): Promise<ChannelId[]> {
  const rows = await tx.selectFrom('channels').select('id')
    .where('workspace_id', '=', workspaceId).where('is_default', '=', true).where('archived_at', 'is', null).where('deleted_at', 'is', null).execute()
  return rows.map(({ id }) => id)
}

/** A channel that somebody comes into, or back into. */
export type EnteredChannel = ChannelRow & {
  /** What they were in it the last time. */
  former_role: ChannelRole | null
}

/** Those of the channels that are still there and that the person is not in, in their order of age. The heads are locked. */
export const listEnterable = (tx: Tx, { ids, userId }: { ids: readonly ChannelId[]; userId: UserId }): Promise<EnteredChannel[]> =>
  selectChannels(tx)
    .select(sql<ChannelRole | null>`(
      select m.role from channel_members m where m.channel_id = c.id and m.user_id = ${userId} order by m.from_seq desc limit 1)`.as('former_role'))
    .where(sql<boolean>`c.id = any(${ids}::uuid[])`)
    .where('c.deleted_at', 'is', null)
    .where(sql<boolean>`not exists (select from channel_members m where m.channel_id = c.id and m.user_id = ${userId} and m.to_seq is null)`)
    .orderBy('c.id')
    .execute()

/** Of the channels that somebody who left was in, the direct messages: nobody else can let them in there again. */
export async function listKeptDirectIds(tx: Tx, { workspaceId, userId }: Place): Promise<ChannelId[]> {
  const rows = await tx.selectFrom('workspace_members as w')
    .innerJoin('channels as c', (join) => join.on(sql<boolean>`c.id = any(w.kept_channel_ids)`))
    .select('c.id')
    .where('w.workspace_id', '=', workspaceId).where('w.user_id', '=', userId)
    .where('c.kind', 'in', ['dm', 'group_dm']).where('c.deleted_at', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** A channel that is closed to the public takes nobody back who is away meanwhile. Its head is locked. */
export async function forgetKept(tx: Tx, { id, workspace_id }: Pick<ChannelRow, 'id' | 'workspace_id'>): Promise<void> {
  await sql`
    update workspace_members set kept_channel_ids = array_remove(kept_channel_ids, ${id}::uuid)
    where deactivated_at is not null and kept_channel_ids @> array[${id}::uuid] and workspace_id = ${workspace_id}`.execute(tx)
}
