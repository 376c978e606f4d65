import type { ParamsOf, plannedRoutes } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { getWorkspaceFor } from '@afrochat/workspace'
import { scheduledMessageNotFound } from './scheduled-message.errors.ts'
import { assertPending } from './scheduled-message.policy.ts'
import { announceScheduled } from './scheduled-message.view.ts'
import * as scheduled from './scheduled-messages.repository.ts'

export type CancelScheduledMessage = ParamsOf<typeof plannedRoutes.cancelScheduledMessage>

/** Once this has been answered it is not sent. Cancelling twice changes nothing. */
export async function cancelScheduledMessage({ transact }: { transact: Transact }, actor: Actor, input: CancelScheduledMessage): Promise<void> {
  await transact(actor, async ({ tx, emit }) => {
    await getWorkspaceFor(tx, actor, { id: input.workspace_id, action: 'workspace.read' })
    const row = await scheduled.lockOwn(tx, { id: input.scheduled_message_id, userId: actor.userId, workspaceId: input.workspace_id })
    if (row === undefined) throw scheduledMessageNotFound()
    if (row.status === 'cancelled') return
    assertPending(row)
    announceScheduled({ emit }, await scheduled.update(tx, row.id, { status: 'cancelled' }))
  })
}
