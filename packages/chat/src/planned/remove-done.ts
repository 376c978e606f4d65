import type { Db } from '@afrochat/database'
import * as reminders from '../reminders/reminders.repository.ts'
import * as scheduled from '../scheduled/scheduled-messages.repository.ts'

/** What was sent, failed, completed or cancelled is shown for so long. */
const KEEP_DAYS = 30
const AT_ONCE = 1_000

/** Removes some of what was planned and is done with; returns how many, to be called again while there are more. */
export async function removeDonePlans({ db }: { db: Db }): Promise<number> {
  const old = { olderThanDays: KEEP_DAYS, limit: AT_ONCE }
  return (await scheduled.removeDone(db, old)) + (await reminders.removeDone(db, old))
}
