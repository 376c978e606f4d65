import { sql, type Selectable, type SelectQueryBuilder } from 'kysely'
import type { StreamKey } from '@afrochat/contracts'
import { prepared, type ChannelsTable, type Db, type Tables, type Tx } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'

/** A channel with what its stream head knows of it, because posting never touches the row itself. */
export type ChannelRow = Selectable<ChannelsTable> & {
  last_seq: number
  last_message_at: Date | null
  /** The people that a direct message was opened with, whoever of them is there now; null for other channels. */
  user_ids: UserId[] | null
}

/** The channel and what the user is to it; undefined when they are no active member of its workspace. */
export const findWithStanding = (db: Db, userId: UserId, channelId: ChannelId) => withStanding(db, userId, [channelId]).executeTakeFirst()

export const listWithStanding = (db: Db, userId: UserId, channelIds: readonly ChannelId[]) => withStanding(db, userId, channelIds).execute()

/** The same, and the user's role in the workspace stays what it is until the transaction ends. Taken after the channel's head. */
export const lockStanding = (tx: Tx, userId: UserId, channelId: ChannelId) =>
  withStanding(tx, userId, [channelId]).forShare('w').executeTakeFirst()

/** Asked by whatever is done in a channel, before it is done. */
const withStanding = (db: Db, userId: UserId, channelIds: readonly ChannelId[]) =>
  selectChannels(db).modifyFront(prepared)
    .innerJoin('workspace_members as w', (join) =>
      join.onRef('w.workspace_id', '=', 'c.workspace_id').on('w.user_id', '=', userId).on('w.deactivated_at', 'is', null))
    .leftJoin('channel_members as m', (join) =>
      join.onRef('m.channel_id', '=', 'c.id').on('m.user_id', '=', userId).on('m.to_seq', 'is', null))
    .innerJoin('workspaces as p', (join) => join.onRef('p.id', '=', 'c.workspace_id').on('p.deleted_at', 'is', null))
    .select(['w.role as workspace_role', 'w.single_channel', 'p.settings', 'm.role as channel_role', 'm.from_seq'])
    .where('c.deleted_at', 'is', null)
    .where(sql<boolean>`c.id = any(${channelIds}::uuid[])`)

/** By name, because some of these queries are prepared. */
const columns = [
  'c.id', 'c.workspace_id', 'c.kind', 'c.name', 'c.topic', 'c.description', 'c.is_default', 'c.created_by', 'c.member_count', 'c.archived_at', 'c.posting',
  'c.dm_key', 'c.deleted_at', 'c.purged_at', 'c.created_at', 'c.updated_at',
] as const satisfies readonly `c.${keyof ChannelsTable}`[]

/** A query that chooses whole rows of `channels`. */
export type ChosenChannels = SelectQueryBuilder<Tables, never, Selectable<ChannelsTable>>

/** Every query that gives a `ChannelRow` starts with this one: of the chosen channels, by default of all. */
export const selectChannels = (db: Db, chosen: ChosenChannels = db.selectFrom('channels').selectAll()) =>
  db.selectFrom(chosen.as('c'))
    .innerJoin('stream_heads as h', (join) => join.on('h.stream_key', '=', sql<StreamKey>`'c:' || c.id`))
    .select(columns)
    .select([
      'h.seq as last_seq',
      'h.last_message_at',
      sql<UserId[] | null>`string_to_array(c.dm_key, ',')::uuid[]`.as('user_ids'),
    ])

interface NewChannel {
  readonly id: ChannelId
  readonly workspaceId: WorkspaceId
  readonly kind: 'public' | 'private'
  readonly name: string
  readonly description: string | null
  readonly isDefault: boolean
  readonly createdBy: UserId
}

export const insert = (tx: Tx, { id, workspaceId, kind, name, description, isDefault, createdBy }: NewChannel) =>
  tx.insertInto('channels')
    .values({ id, workspace_id: workspaceId, kind, name, topic: null, description, is_default: isDefault, created_by: createdBy, archived_at: null })
    .execute()

/** What can be changed of a channel. */
export type ChannelChanges = Partial<Pick<ChannelRow, 'name' | 'topic' | 'description' | 'kind' | 'posting' | 'is_default' | 'archived_at' | 'deleted_at'>>

/** The head is locked. Of names the unique index decides. */
export const update = (tx: Tx, channelId: ChannelId, changes: ChannelChanges) =>
  tx.updateTable('channels').set({ ...changes, updated_at: sql<Date>`now()` }).where('id', '=', channelId).execute()

/** Whether an import still fills the channel, which is archived until it is full. The head is locked. */
export async function isFilling(tx: Tx, channelId: ChannelId): Promise<boolean> {
  const row = await tx.selectFrom('import_channels').select('channel_id').where('channel_id', '=', channelId).where('finished_at', 'is', null).executeTakeFirst()
  return row !== undefined
}

/** The head is locked, or the channel is new. */
export const get = (tx: Tx, channelId: ChannelId): Promise<ChannelRow> => selectChannels(tx).where('c.id', '=', channelId).executeTakeFirstOrThrow()

/** The unique index on a workspace's channel names. */
export const NAME_KEY = 'channels_name_key'
