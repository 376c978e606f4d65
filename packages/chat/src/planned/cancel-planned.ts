import type { Conversation } from '@afrochat/workspace'
import * as reminders from '../reminders/reminders.repository.ts'
import * as scheduled from '../scheduled/scheduled-messages.repository.ts'

/** Without a word: who has left hears nothing more of the workspace. When they come back, they find it cancelled. */
export const cancelPlanned: Conversation['cancelPlanned'] = async (tx, who) => {
  await scheduled.cancelOf(tx, who)
  await reminders.cancelOf(tx, who)
}
