import type { ParamsOf, plannedRoutes, QueryOf, Reminder } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, encodeCursor, toPage, type Actor, type Page, type ReminderId } from '@afrochat/kernel'
import { getWorkspaceFor } from '@afrochat/workspace'
import { decodeIdPlace } from '../paging/id-cursor.ts'
import { reminderNotFound } from './reminder.errors.ts'
import { toReminder } from './reminder.view.ts'
import * as reminders from './reminders.repository.ts'

export type ListReminders = ParamsOf<typeof plannedRoutes.listReminders> & QueryOf<typeof plannedRoutes.listReminders>
export type GetReminder = ParamsOf<typeof plannedRoutes.getReminder>

const LISTING = 'reminders'

/** One's own, the latest made first. */
export async function listReminders({ db }: { db: Db }, actor: Actor, input: ListReminders): Promise<Page<Reminder>> {
  const { workspace_id: workspaceId, status, limit = DEFAULT_PAGE_SIZE, cursor } = input
  await getWorkspaceFor(db, actor, { id: workspaceId, action: 'workspace.read' })
  const before = decodeIdPlace<ReminderId>(LISTING, cursor)
  const rows = await reminders.list(db, { userId: actor.userId, workspaceId, status, before, limit: limit + 1 })
  return toPage(rows.map(toReminder), limit, ({ id }) => encodeCursor(LISTING, id))
}

export async function getReminder({ db }: { db: Db }, actor: Actor, input: GetReminder): Promise<Reminder> {
  await getWorkspaceFor(db, actor, { id: input.workspace_id, action: 'workspace.read' })
  const row = await reminders.findOwn(db, { id: input.reminder_id, userId: actor.userId, workspaceId: input.workspace_id })
  if (row === undefined) throw reminderNotFound()
  return toReminder(row)
}
