import { sql } from 'kysely'
import type { Db, Tx } from '@afrochat/database'
import type { ChannelId, MessageId, UserId } from '@afrochat/kernel'
import { columns, forReader, selectFor } from '../messages/message-rows.repository.ts'
import type { ReaderRow } from '../messages/message.view.ts'
import type { TimePlace } from '../paging/time-cursor.ts'

/** How many messages of the channel are pinned. The caller holds its lock. */
export async function count(tx: Tx, channelId: ChannelId): Promise<number> {
  const { pinned } = await tx.selectFrom('messages').select((eb) => eb.fn.countAll<number>().as('pinned'))
    .where('channel_id', '=', channelId).where('pinned_at', 'is not', null).executeTakeFirstOrThrow()
  return pinned
}

interface Change {
  readonly seq: number
  readonly userId: UserId
}

export type PinnedRow = ReaderRow & { readonly pinned_at: Date; readonly pinned_by: UserId }

/** In milliseconds, as clients and cursors have it. */
export const pin = (tx: Tx, id: MessageId, { seq, userId }: Change): Promise<PinnedRow> =>
  tx.updateTable('messages')
    .set({ pinned_at: sql<Date>`date_trunc('milliseconds', clock_timestamp())`, pinned_by: userId, change_seq: seq })
    .where('id', '=', id).returning(columns).returning(forReader(userId)).$narrowType<{ pinned_at: Date; pinned_by: UserId }>().executeTakeFirstOrThrow()

export const unpin = (tx: Tx, id: MessageId, { seq, userId }: Change): Promise<ReaderRow> =>
  tx.updateTable('messages').set({ pinned_at: null, pinned_by: null, change_seq: seq })
    .where('id', '=', id).returning(columns).returning(forReader(userId)).executeTakeFirstOrThrow()

interface PinListing {
  readonly readerId: UserId
  readonly channelId: ChannelId
  /** The last one shown. */
  readonly after: TimePlace | undefined
  readonly limit: number
}

/** The latest pinned first. */
export const list = (db: Db, { readerId, channelId, after, limit }: PinListing): Promise<PinnedRow[]> =>
  selectFor(db, readerId).where('channel_id', '=', channelId).where('pinned_at', 'is not', null)
    .$if(after !== undefined, (query) => query.where(sql<boolean>`pinned_at <= ${after?.at} and (pinned_at < ${after?.at} or id > ${after?.id})`))
    .orderBy('pinned_at', 'desc').orderBy('id').limit(limit).$narrowType<{ pinned_at: Date; pinned_by: UserId }>().execute()
