import { sql } from 'kysely'
import type { Db, Tx } from '@afrochat/database'
import type { ChannelId, MessageId } from '@afrochat/kernel'

/** Deleted channels whose content is still there, those deleted first first. */
export async function listUnpurged(db: Db, limit: number): Promise<ChannelId[]> {
  const rows = await db.selectFrom('channels').select('id').where('deleted_at', 'is not', null).where('purged_at', 'is', null)
    .orderBy('deleted_at').limit(limit).execute()
  return rows.map(({ id }) => id)
}

/** Whether the channel is deleted and not purged yet. Nothing of any other is ever removed. */
export async function isUnpurged(tx: Tx, id: ChannelId): Promise<boolean> {
  const row = await tx.selectFrom('channels').select('id').where('id', '=', id).where('deleted_at', 'is not', null).where('purged_at', 'is', null).executeTakeFirst()
  return row !== undefined
}

/**
 * Some messages of the channel, from the newest back: replies are younger than their roots, which may go only after them.
 */
export async function listNewest(tx: Tx, channelId: ChannelId, limit: number): Promise<MessageId[]> {
  const rows = await tx.selectFrom('messages').select('id').where('channel_id', '=', channelId).orderBy('seq', 'desc').limit(limit).execute()
  return rows.map(({ id }) => id)
}

/** Removes messages with all that hangs on them. */
export async function removeMessages(tx: Tx, ids: readonly MessageId[]): Promise<void> {
  await tx.deleteFrom('messages').where(sql<boolean>`id = any(${ids}::uuid[])`).execute()
}

/** Removes some of what people have kept about the channel; returns how much. */
export async function removeKept(tx: Tx, channelId: ChannelId, limit: number): Promise<number> {
  const drafts = await tx.deleteFrom('drafts').where('id', 'in', (some) =>
    some.selectFrom('drafts').select('id').where('channel_id', '=', channelId).limit(limit)).executeTakeFirst()
  const states = await tx.deleteFrom('channel_user_states').where('channel_id', '=', channelId).where('user_id', 'in', (some) =>
    some.selectFrom('channel_user_states').select('user_id').where('channel_id', '=', channelId).limit(limit)).executeTakeFirst()
  return Number(drafts.numDeletedRows + states.numDeletedRows)
}

/** What is left is the row: its name for the audit log, its memberships for the log. */
export const notePurged = (tx: Tx, id: ChannelId) =>
  tx.updateTable('channels').set({ topic: null, description: null, purged_at: sql<Date>`now()` }).where('id', '=', id).execute()
