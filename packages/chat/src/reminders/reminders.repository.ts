import { sql, type Selectable } from 'kysely'
import type { ReminderStatus } from '@afrochat/contracts'
import type { Db, RemindersTable, Tx } from '@afrochat/database'
import type { MessageId, ReminderId, UserId, WorkspaceId } from '@afrochat/kernel'

export type ReminderRow = Selectable<RemindersTable>

export interface NewReminder {
  readonly id: ReminderId
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
  readonly messageId: MessageId | null
  readonly content: string | null
  readonly remindAt: Date
}

export const insert = (tx: Tx, { id, workspaceId, userId, messageId, content, remindAt }: NewReminder): Promise<ReminderRow> =>
  tx.insertInto('reminders')
    .values({ id, workspace_id: workspaceId, user_id: userId, message_id: messageId, content, remind_at: remindAt })
    .returningAll().executeTakeFirstOrThrow()

/** Somebody's own, in the workspace that they name it in. */
export interface OwnReminder {
  readonly id: ReminderId
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
}

const own = (db: Db, { id, userId, workspaceId }: OwnReminder) =>
  db.selectFrom('reminders').selectAll().where('id', '=', id).where('user_id', '=', userId).where('workspace_id', '=', workspaceId)

export const findOwn = (db: Db, wanted: OwnReminder): Promise<ReminderRow | undefined> => own(db, wanted).executeTakeFirst()

/** Neither its owner nor a worker changes it until the transaction ends. */
export const lockOwn = (tx: Tx, wanted: OwnReminder): Promise<ReminderRow | undefined> => own(tx, wanted).forNoKeyUpdate().executeTakeFirst()

/** A reminder as a worker finds it, by the clock of the database: those of the workers may differ. */
export type DueReminder = ReminderRow & {
  /** By more than the clock that woke the worker may be ahead. */
  readonly is_early: boolean
  /** Whether whoever is to be reminded is still in the workspace, and it is still there. */
  readonly has_place: boolean
}

export const lockForFiring = (tx: Tx, id: ReminderId): Promise<DueReminder | undefined> =>
  tx.selectFrom('reminders').selectAll()
    .select([
      sql<boolean>`remind_at > now() + interval '1 second'`.as('is_early'),
      sql<boolean>`exists (
        select from workspace_members m join workspaces w on w.id = m.workspace_id
        where m.workspace_id = reminders.workspace_id and m.user_id = reminders.user_id and m.deactivated_at is null and w.deleted_at is null)`.as('has_place'),
    ])
    .where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

interface Listing {
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
  readonly status: ReminderStatus | undefined
  readonly before: ReminderId | undefined
  readonly limit: number
}

export const list = (db: Db, { userId, workspaceId, status, before, limit }: Listing): Promise<ReminderRow[]> =>
  db.selectFrom('reminders').selectAll().where('user_id', '=', userId).where('workspace_id', '=', workspaceId)
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'pending'))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? null))
    .orderBy('id', 'desc').limit(limit).execute()

type Change = Partial<Pick<ReminderRow, 'content' | 'remind_at' | 'status' | 'message_id'>>

export const update = (tx: Tx, id: ReminderId, change: Change): Promise<ReminderRow> =>
  tx.updateTable('reminders').set({ ...change, updated_at: sql<Date>`now()` }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

/** What somebody had planned in a workspace. */
export const cancelOf = (tx: Tx, { userId, workspaceId }: { userId: UserId; workspaceId: WorkspaceId }) =>
  tx.updateTable('reminders').set({ status: 'cancelled', updated_at: sql<Date>`now()` })
    .where('user_id', '=', userId).where('workspace_id', '=', workspaceId).where('status', '=', 'pending').execute()

export interface DueRow {
  readonly id: ReminderId
  readonly remind_at: Date
  /** Until then, by the clock of the database; 0: now. */
  readonly due_in_ms: number
}

/** What is due within a time, the first first. */
export const listDue = (db: Db, { withinMs, after, limit }: { withinMs: number; after: DueRow | undefined; limit: number }): Promise<DueRow[]> =>
  db.selectFrom('reminders')
    .select(['id', 'remind_at', sql<number>`greatest(0, ceil(extract(epoch from remind_at - now()) * 1000))::int`.as('due_in_ms')])
    .where('status', '=', 'pending').where('remind_at', '<=', sql<Date>`now() + make_interval(secs => ${withinMs / 1000})`)
    .$if(after !== undefined, (query) => query.where(sql<boolean>`(remind_at, id) > (${after?.remind_at ?? null}, ${after?.id ?? null})`))
    .orderBy('remind_at').orderBy('id').limit(limit).execute()

/** Removes some of what was done with long ago; returns how many. */
export async function removeDone(db: Db, { olderThanDays, limit }: { olderThanDays: number; limit: number }): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('reminders').where('id', 'in', (old) =>
    old.selectFrom('reminders').select('id').where('status', 'in', ['completed', 'cancelled'])
      .where('updated_at', '<', sql<Date>`now() - make_interval(days => ${olderThanDays})`).limit(limit)).executeTakeFirst()
  return Number(numDeletedRows)
}
