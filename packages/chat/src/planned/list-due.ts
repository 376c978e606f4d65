import type { Db } from '@afrochat/database'
import type { ReminderId, ScheduledMessageId } from '@afrochat/kernel'
import * as reminders from '../reminders/reminders.repository.ts'
import * as scheduled from '../scheduled/scheduled-messages.repository.ts'

/** Something that was planned, and when it is due. */
export type Due =
  | { readonly kind: 'scheduled_message'; readonly id: ScheduledMessageId; readonly at: Date; readonly dueInMs: number }
  | { readonly kind: 'reminder'; readonly id: ReminderId; readonly at: Date; readonly dueInMs: number }

const PAGE = 1_000

/** All that is due within a time, in pages. What is overdue comes first, and until it is done it comes every time. */
export async function* listDue({ db }: { db: Db }, withinMs: number): AsyncGenerator<readonly Due[]> {
  for await (const rows of pages((after: scheduled.DueRow | undefined) => scheduled.listDue(db, { withinMs, after, limit: PAGE }))) {
    yield rows.map(({ id, send_at, due_in_ms }) => ({ kind: 'scheduled_message', id, at: send_at, dueInMs: due_in_ms }))
  }
  for await (const rows of pages((after: reminders.DueRow | undefined) => reminders.listDue(db, { withinMs, after, limit: PAGE }))) {
    yield rows.map(({ id, remind_at, due_in_ms }) => ({ kind: 'reminder', id, at: remind_at, dueInMs: due_in_ms }))
  }
}

async function* pages<T>(read: (after: T | undefined) => Promise<T[]>): AsyncGenerator<T[]> {
  let after: T | undefined
  do {
    const rows = await read(after)
    if (rows.length > 0) yield rows
    after = rows.length === PAGE ? rows.at(-1) : undefined
  } while (after !== undefined)
}
