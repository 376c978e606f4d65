import type { BodyOf, ParamsOf, plannedRoutes, Reminder } from '@afrochat/contracts'
import type { Transact, Tx } from '@afrochat/database'
import { newId, type Actor, type MessageId, type ReminderId, type WorkspaceId } from '@afrochat/kernel'
import { getWorkspaceFor } from '@afrochat/workspace'
import { getReadableMessage } from '../messages/load-message.ts'
import { messageNotFound } from '../messages/message.errors.ts'
import { plannedTime } from '../planned/planned-time.ts'
import { assertOfSomething, checkText, MAX_DAYS_AHEAD } from './reminder.policy.ts'
import { announceReminder } from './reminder.view.ts'
import * as reminders from './reminders.repository.ts'

export type CreateReminder = ParamsOf<typeof plannedRoutes.createReminder> & BodyOf<typeof plannedRoutes.createReminder>

/** Of a message that one may read now, or of anything else. */
export async function createReminder({ transact }: { transact: Transact }, actor: Actor, input: CreateReminder): Promise<Reminder> {
  const { workspace_id: workspaceId, message_id: messageId = null } = input
  const content = input.content === undefined || input.content === null ? null : checkText(input.content)
  assertOfSomething({ message_id: messageId, content })
  const remindAt = plannedTime(input.remind_at, { now: new Date(), maxDays: MAX_DAYS_AHEAD, path: '/remind_at' })
  return transact(actor, async ({ tx, emit }) => {
    await getWorkspaceFor(tx, actor, { id: workspaceId, action: 'workspace.read' })
    if (messageId !== null) await assertReadable(tx, actor, { messageId, workspaceId })
    return announceReminder({ emit }, await reminders.insert(tx, { id: newId<ReminderId>(), workspaceId, userId: actor.userId, messageId, content, remindAt }))
  })
}

async function assertReadable(tx: Tx, actor: Actor, { messageId, workspaceId }: { messageId: MessageId; workspaceId: WorkspaceId }): Promise<void> {
  const { message } = await getReadableMessage(tx, actor, messageId)
  if (message.workspace_id !== workspaceId || message.deleted_at !== null) throw messageNotFound()
}
