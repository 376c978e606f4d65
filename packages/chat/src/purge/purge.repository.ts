import { sql } from 'kysely'
import { blankMessagePayload, channelStream } from '@afrochat/contracts'
import type { Db, Tx } from '@afrochat/database'
import type { ChannelId } from '@afrochat/kernel'

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
 * Takes the words of messages out of some events of the channel, behind a position; gives that of the last one looked at,
 * undefined when there was none. The events stay, with their positions and seqs.
 */
export async function blankEvents(tx: Tx, { channelId, after, limit }: { channelId: ChannelId; after: number; limit: number }): Promise<number | undefined> {
  const events = await tx.selectFrom('events').select(['shard', 'pos', 'type', 'payload'])
    .where('stream_key', '=', channelStream(channelId)).where('pos', '>', after).orderBy('pos').limit(limit).execute()
  const blanked = events.filter(({ type }) => type === 'message_sent' || type === 'message_updated')
    .map(({ shard, pos, payload }) => ({ shard, pos, payload, blank: blankMessagePayload(payload) }))
    .filter(({ payload, blank }) => payload !== blank)
  await sql`
    update events set payload = blanked.blank
    from jsonb_to_recordset(${JSON.stringify(blanked)}::jsonb) as blanked(shard smallint, pos bigint, blank text)
    where events.shard = blanked.shard and events.pos = blanked.pos`.execute(tx)
  return events.at(-1)?.pos
}

/**
 * Removes some messages with all that hangs on them; returns how many. From the newest back: replies are younger than
 * their roots, which may go only after them.
 */
export async function removeMessages(tx: Tx, channelId: ChannelId, limit: number): Promise<number> {
  const { numDeletedRows } = await tx.deleteFrom('messages').where('id', 'in', (newest) =>
    newest.selectFrom('messages').select('id').where('channel_id', '=', channelId).orderBy('seq', 'desc').limit(limit)).executeTakeFirst()
  return Number(numDeletedRows)
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
