import type { BodyOf, ParamsOf, plannedRoutes, Reminder } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { getWorkspaceFor } from '@afrochat/workspace'
import { plannedTime } from '../planned/planned-time.ts'
import { reminderNotFound } from './reminder.errors.ts'
import { assertOfSomething, checkText, MAX_DAYS_AHEAD } from './reminder.policy.ts'
import { announceReminder, toReminder } from './reminder.view.ts'
import * as reminders from './reminders.repository.ts'
import type { ReminderRow } from './reminders.repository.ts'

export type UpdateReminder = ParamsOf<typeof plannedRoutes.updateReminder> & BodyOf<typeof plannedRoutes.updateReminder>

/** Changes it, puts it off, or ends it. Another time makes it pending again, whatever it was. What changes nothing leaves no event. */
export async function updateReminder({ transact }: { transact: Transact }, actor: Actor, input: UpdateReminder): Promise<Reminder> {
  const content = input.content === undefined || input.content === null ? input.content : checkText(input.content)
  const remindAt = input.remind_at === undefined ? undefined : plannedTime(input.remind_at, { now: new Date(), maxDays: MAX_DAYS_AHEAD, path: '/remind_at' })
  return transact(actor, async ({ tx, emit }) => {
    await getWorkspaceFor(tx, actor, { id: input.workspace_id, action: 'workspace.read' })
    const row = await reminders.lockOwn(tx, { id: input.reminder_id, userId: actor.userId, workspaceId: input.workspace_id })
    if (row === undefined) throw reminderNotFound()
    const next = { ...row, ...(content !== undefined && { content }), ...(remindAt !== undefined && { remind_at: remindAt }), status: statusAfter(row, input) }
    assertOfSomething(next)
    if (isSame(row, next)) return toReminder(row)
    return announceReminder({ emit }, await reminders.update(tx, row.id, { content: next.content, remind_at: next.remind_at, status: next.status }))
  })
}

function statusAfter({ status }: ReminderRow, { completed, remind_at }: UpdateReminder): ReminderRow['status'] {
  if (completed && status !== 'cancelled') return 'completed'
  return remind_at === undefined ? status : 'pending'
}

const isSame = (one: ReminderRow, other: ReminderRow) =>
  one.content === other.content && one.remind_at.getTime() === other.remind_at.getTime() && one.status === other.status
