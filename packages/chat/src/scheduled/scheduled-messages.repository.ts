import { sql, type Selectable } from 'kysely'
import type { ScheduledStatus } from '@afrochat/contracts'
import type { Db, ScheduledMessagesTable, Tx } from '@afrochat/database'
import type { ChannelId, MessageId, ScheduledMessageId, UserId, WorkspaceId } from '@afrochat/kernel'

export type ScheduledRow = Selectable<ScheduledMessagesTable>

export interface NewScheduled {
  readonly id: ScheduledMessageId
  readonly workspaceId: WorkspaceId
  readonly channelId: ChannelId
  readonly userId: UserId
  readonly content: string
  readonly threadId: MessageId | null
  readonly alsoInChannel: boolean
  readonly sendAt: Date
}

export const insert = (tx: Tx, message: NewScheduled): Promise<ScheduledRow> =>
  tx.insertInto('scheduled_messages')
    .values({
      id: message.id, workspace_id: message.workspaceId, channel_id: message.channelId, user_id: message.userId, content: message.content,
      thread_id: message.threadId, also_in_channel: message.alsoInChannel, send_at: message.sendAt,
    })
    .returningAll().executeTakeFirstOrThrow()

/** Somebody's own, in the workspace that they name it in. */
export interface OwnScheduled {
  readonly id: ScheduledMessageId
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
}

const own = (db: Db, { id, userId, workspaceId }: OwnScheduled) =>
  db.selectFrom('scheduled_messages').selectAll().where('id', '=', id).where('user_id', '=', userId).where('workspace_id', '=', workspaceId)

export const findOwn = (db: Db, wanted: OwnScheduled): Promise<ScheduledRow | undefined> => own(db, wanted).executeTakeFirst()

/** Neither its author nor a worker changes it until the transaction ends. */
export const lockOwn = (tx: Tx, wanted: OwnScheduled): Promise<ScheduledRow | undefined> => own(tx, wanted).forNoKeyUpdate().executeTakeFirst()

/** A scheduled message as a worker finds it, by the clock of the database: those of the workers may differ. */
export type DueScheduled = ScheduledRow & {
  /** Whether they may still sign in. */
  readonly author: 'active' | 'deactivated'
  readonly is_early: boolean
  readonly is_late: boolean
}

/** The same for a worker. Early: by more than the clock that woke it may be ahead. Late: so that nobody wants it any more. */
export const lockForSending = (tx: Tx, id: ScheduledMessageId): Promise<DueScheduled | undefined> =>
  tx.selectFrom('scheduled_messages').innerJoin('users', 'users.id', 'scheduled_messages.user_id')
    .selectAll('scheduled_messages')
    .select([
      'users.status as author',
      sql<boolean>`send_at > now() + interval '1 second'`.as('is_early'),
      sql<boolean>`send_at < now() - interval '24 hours'`.as('is_late'),
    ])
    .where('scheduled_messages.id', '=', id).forNoKeyUpdate('scheduled_messages').executeTakeFirst()

/** The message that somebody has sent with this `client_msg_id`. */
export async function findSent(db: Db, { userId, clientMsgId }: { userId: UserId; clientMsgId: string }): Promise<MessageId | undefined> {
  return (await db.selectFrom('messages').select('id').where('user_id', '=', userId).where('client_msg_id', '=', clientMsgId).executeTakeFirst())?.id
}

interface Listing {
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
  readonly status: ScheduledStatus | undefined
  readonly before: ScheduledMessageId | undefined
  readonly limit: number
}

export const list = (db: Db, { userId, workspaceId, status, before, limit }: Listing): Promise<ScheduledRow[]> =>
  db.selectFrom('scheduled_messages').selectAll().where('user_id', '=', userId).where('workspace_id', '=', workspaceId)
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'pending'))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? null))
    .orderBy('id', 'desc').limit(limit).execute()

/** When the others of a channel are sent, near a time. The caller holds the channel's lock. */
export async function listTimesNear(
  tx: Tx,
  { channelId, sendAt, withinMs, except }: { channelId: ChannelId; sendAt: Date; withinMs: number; except: ScheduledMessageId | null },
): Promise<Date[]> {
  const rows = await tx.selectFrom('scheduled_messages').select('send_at').where('channel_id', '=', channelId).where('status', '=', 'pending')
    .where('send_at', '>', new Date(sendAt.getTime() - withinMs)).where('send_at', '<', new Date(sendAt.getTime() + withinMs))
    .where(sql<boolean>`id is distinct from ${except}`).execute()
  return rows.map(({ send_at }) => send_at)
}

type Change = Partial<Pick<ScheduledRow, 'content' | 'send_at' | 'status' | 'failure_code' | 'message_id' | 'claimed_at'>>

export const update = (tx: Tx, id: ScheduledMessageId, change: Change): Promise<ScheduledRow> =>
  tx.updateTable('scheduled_messages').set({ ...change, updated_at: sql<Date>`now()` }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

/** Notes that a worker begins to send it. What its author sees of it stays as it was. */
export const claim = (tx: Tx, id: ScheduledMessageId) =>
  tx.updateTable('scheduled_messages').set({ claimed_at: sql<Date>`coalesce(claimed_at, now())` }).where('id', '=', id).execute()

/** What somebody had planned in a workspace; what is being sent at this moment is judged like any message. */
export const cancelOf = (tx: Tx, { userId, workspaceId }: { userId: UserId; workspaceId: WorkspaceId }) =>
  tx.updateTable('scheduled_messages').set({ status: 'cancelled', updated_at: sql<Date>`now()` })
    .where('user_id', '=', userId).where('workspace_id', '=', workspaceId).where('status', '=', 'pending').where('claimed_at', 'is', null).execute()

/** Some of what is planned for a channel, locked. */
export const lockPendingOf = (tx: Tx, channelId: ChannelId, limit: number): Promise<ScheduledRow[]> =>
  tx.selectFrom('scheduled_messages').selectAll().where('channel_id', '=', channelId).where('status', '=', 'pending').where('claimed_at', 'is', null)
    .orderBy('send_at').limit(limit).forNoKeyUpdate().execute()

export interface DueRow {
  readonly id: ScheduledMessageId
  readonly send_at: Date
  /** Until then, by the clock of the database; 0: now. */
  readonly due_in_ms: number
}

/** What is due within a time, the first first. */
export const listDue = (db: Db, { withinMs, after, limit }: { withinMs: number; after: DueRow | undefined; limit: number }): Promise<DueRow[]> =>
  db.selectFrom('scheduled_messages')
    .select(['id', 'send_at', sql<number>`greatest(0, ceil(extract(epoch from send_at - now()) * 1000))::int`.as('due_in_ms')])
    .where('status', '=', 'pending').where('send_at', '<=', sql<Date>`now() + make_interval(secs => ${withinMs / 1000})`)
    .$if(after !== undefined, (query) => query.where(sql<boolean>`(send_at, id) > (${after?.send_at ?? null}, ${after?.id ?? null})`))
    .orderBy('send_at').orderBy('id').limit(limit).execute()

/** Removes some of what was done with long ago; returns how many. */
export async function removeDone(db: Db, { olderThanDays, limit }: { olderThanDays: number; limit: number }): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('scheduled_messages').where('id', 'in', (old) =>
    old.selectFrom('scheduled_messages').select('id').where('status', '<>', 'pending')
      .where('updated_at', '<', sql<Date>`now() - make_interval(days => ${olderThanDays})`).limit(limit)).executeTakeFirst()
  return Number(numDeletedRows)
}
