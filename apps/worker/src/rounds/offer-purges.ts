import type { ChatWork } from '@afrochat/chat'
import type { NewJob } from '@afrochat/contracts'
import type { JobQueue } from '@afrochat/queue'
import type { Round } from './rounds.ts'

export interface PurgeOfferDeps {
  readonly work: Pick<ChatWork, 'listUnpurged'>
  readonly queue: Pick<JobQueue, 'ensure'>
}

const EVERY_MS = 30_000
/** They are purged one after the other: the rest is offered in the rounds to come. */
const AT_ONCE = 100

/** Asks for a job for every channel that was deleted and holds something yet. */
export const offerPurges = ({ work, queue }: PurgeOfferDeps): Round => ({
  name: 'offering purges',
  everyMs: EVERY_MS,
  async run() {
    const channelIds = await work.listUnpurged(AT_ONCE)
    const jobs = channelIds.map((id): NewJob => ({ job: 'purgeChannel', id: `purge-${id}`, payload: { channel_id: id } }))
    if (jobs.length > 0) await queue.ensure(jobs)
    return 'done'
  },
})
