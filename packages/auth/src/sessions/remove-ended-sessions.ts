import type { Db } from '@afrochat/database'
import * as sessions from './sessions.repository.ts'

/** Sessions that ended are kept for a month, for whoever looks into what happened. */
const KEEP_DAYS = 30
const AT_ONCE = 1_000

/** Removes some of the sessions that ended long ago, with their tokens; returns how many, to be called again while there are 1,000. */
export const removeEndedSessions = ({ db }: { db: Db }): Promise<number> => sessions.removeEnded(db, { olderThanDays: KEEP_DAYS, limit: AT_ONCE })
