import type { Transact, Tx } from '@afrochat/database'
import { DomainError, type Actor, type MessageId, type ReminderId } from '@afrochat/kernel'
import { getReadableMessage } from '../messages/load-message.ts'
import { ofItself, onBehalfOf } from '../planned/on-behalf-of.ts'
import { announceReminder } from './reminder.view.ts'
import * as reminders from './reminders.repository.ts'

export interface FireReminder {
  readonly id: ReminderId
  readonly requestId: string
}

/**
 * Reminds, if it is due. However late, for a reminder that comes late is better than none. A message that may not be read
 * any more is left out: what was said about it stays, if anything was. Who is no longer in the workspace, or whose
 * workspace is gone, is not reminded.
 */
export async function fireReminder({ transact }: { transact: Transact }, { id, requestId }: FireReminder): Promise<void> {
  await transact(ofItself(requestId), async ({ tx, emit }) => {
    const row = await reminders.lockForFiring(tx, id)
    // Fired, ended, or put off in the meantime: then another job comes for it.
    if (row?.status !== 'pending' || row.is_early) return
    if (!row.has_place) return void (await reminders.update(tx, id, { status: 'cancelled' }))
    const isReadable = row.message_id === null || (await mayRead(tx, onBehalfOf(row.user_id, requestId), row.message_id))
    announceReminder({ emit }, await reminders.update(tx, id, { status: 'fired', ...(!isReadable && { message_id: null }) }))
  })
}

async function mayRead(tx: Tx, actor: Actor, messageId: MessageId): Promise<boolean> {
  try {
    return (await getReadableMessage(tx, actor, messageId)).message.deleted_at === null
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'not_found') return false
    throw error
  }
}
