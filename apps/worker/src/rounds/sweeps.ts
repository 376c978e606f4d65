import { clearExpiredStatuses, removeEndedSessions } from '@afrochat/auth'
import { conversation, type ChatWork } from '@afrochat/chat'
import { removeOldIdempotencyKeys, type Db, type Transact } from '@afrochat/database'
import { finishDeletions, removeUnusedImages } from '@afrochat/workspace'
import type { Round } from './rounds.ts'

export interface SweepDeps {
  readonly db: Db
  readonly transact: Transact
  readonly work: Pick<ChatWork, 'removeDonePlans'>
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Somebody who is "in a meeting until three" is not in one at five past. */
const STATUSES_MS = 10_000

/** What time does, and what nobody needs any more. Each does a little at a time, and says whether there is more. */
export const sweeps = (deps: SweepDeps): Round[] => [
  // The second of two workers may get fewer than there are: as long as there is one, it is asked again.
  { name: 'taking back expired statuses', everyMs: STATUSES_MS, run: async () => ((await clearExpiredStatuses(deps)) > 0 ? 'more' : 'done') },
  {
    name: 'finishing deletions of workspaces', everyMs: MINUTE_MS,
    async run() {
      await finishDeletions({ ...deps, conversation })
      return 'done'
    },
  },
  removing('ended sessions', () => removeEndedSessions(deps)),
  removing('old idempotency keys', () => removeOldIdempotencyKeys(deps.db)),
  removing('plans that are done with', () => deps.work.removeDonePlans()),
  removing('pictures that nothing shows', () => removeUnusedImages(deps)),
]

const removing = (what: string, remove: () => Promise<number>): Round => ({
  name: `removing ${what}`, everyMs: HOUR_MS, run: async () => ((await remove()) > 0 ? 'more' : 'done'),
})
