import type { NewJob } from '@afrochat/contracts'
import type { JobQueue } from '@afrochat/queue'
import type { InviteMails } from '@afrochat/workspace'
import type { Round } from './rounds.ts'

export interface InviteMailOfferDeps {
  readonly invites: Pick<InviteMails, 'listDue'>
  readonly queue: Pick<JobQueue, 'ensure'>
}

/** Whoever invites somebody is often on the phone with them. */
const EVERY_MS = 2_000
/** The rest is offered in the rounds to come. */
const AT_ONCE = 100

/** Asks for a job for every invite that is to be mailed now. Another try is at another time, and another job. */
export const offerInviteMails = ({ invites, queue }: InviteMailOfferDeps): Round => ({
  name: 'offering mails of invites',
  everyMs: EVERY_MS,
  async run() {
    const due = await invites.listDue(AT_ONCE)
    const jobs = due.map(({ id, at }): NewJob => ({ job: 'sendInviteMail', id: `invite-mail-${id}-${at.getTime()}`, payload: { invite_id: id } }))
    if (jobs.length > 0) await queue.ensure(jobs)
    return 'done'
  },
})
