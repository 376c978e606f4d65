import type { ParamsOf, plannedRoutes } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { getWorkspaceFor } from '@afrochat/workspace'
import { reminderNotFound } from './reminder.errors.ts'
import { announceReminder } from './reminder.view.ts'
import * as reminders from './reminders.repository.ts'

export type CancelReminder = ParamsOf<typeof plannedRoutes.cancelReminder>

/** Of what is cancelled nobody is reminded, nor sees that it was there. Cancelling twice changes nothing. */
export async function cancelReminder({ transact }: { transact: Transact }, actor: Actor, input: CancelReminder): Promise<void> {
  await transact(actor, async ({ tx, emit }) => {
    await getWorkspaceFor(tx, actor, { id: input.workspace_id, action: 'workspace.read' })
    const row = await reminders.lockOwn(tx, { id: input.reminder_id, userId: actor.userId, workspaceId: input.workspace_id })
    if (row === undefined) throw reminderNotFound()
    if (row.status === 'cancelled') return
    announceReminder({ emit }, await reminders.update(tx, row.id, { status: 'cancelled' }))
  })
}
