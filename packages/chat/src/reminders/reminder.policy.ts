import { MAX_REMINDER_CODE_POINTS } from '@afrochat/contracts'
import { checkContent } from '../messages/content.ts'
import { reminderEmpty, reminderTooLong } from './reminder.errors.ts'
import type { ReminderRow } from './reminders.repository.ts'

/** A year and a day: the same day next year, leap or not. */
export const MAX_DAYS_AHEAD = 366

/** The text as it is kept. */
export function checkText(content: string): string {
  if ([...content].length > MAX_REMINDER_CODE_POINTS) throw reminderTooLong()
  return checkContent(content)
}

/** Of nothing nobody needs to be reminded. */
export function assertOfSomething({ message_id, content }: Pick<ReminderRow, 'message_id' | 'content'>): void {
  if (message_id === null && content === null) throw reminderEmpty()
}
