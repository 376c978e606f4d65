import { sql, type Selectable } from 'kysely'
import type { Db, ImportChannelsTable, Tx } from '@afrochat/database'
import type { ChannelId } from '@afrochat/kernel'

export type ChannelProgress = Selectable<ImportChannelsTable>

export const insert = (tx: Tx, channelId: ChannelId, fingerprint: Buffer) =>
  tx.insertInto('import_channels').values({ channel_id: channelId, fingerprint, finished_at: null }).execute()

/** To decide on it, in a later statement than the one that locks the channel's head. Undefined: somebody has deleted the channel. */
export const find = (db: Db, channelId: ChannelId): Promise<ChannelProgress | undefined> =>
  db.selectFrom('import_channels as i').innerJoin('channels as c', 'c.id', 'i.channel_id')
    .selectAll('i').where('i.channel_id', '=', channelId).where('c.deleted_at', 'is', null).executeTakeFirst()

export const advance = (tx: Tx, channelId: ChannelId, { lastUs, count }: { lastUs: number; count: number }) =>
  tx.updateTable('import_channels').set({ last_us: lastUs, message_count: sql<number>`message_count + ${count}` })
    .where('channel_id', '=', channelId).execute()

export const finish = (tx: Tx, channelId: ChannelId) =>
  tx.updateTable('import_channels').set({ finished_at: sql<Date>`now()` }).where('channel_id', '=', channelId).execute()
