import type { ChatWork, Due } from '@afrochat/chat'
import type { NewJob } from '@afrochat/contracts'
import type { JobQueue } from '@afrochat/queue'
import type { Round } from './rounds.ts'

export interface OfferDeps {
  readonly work: Pick<ChatWork, 'listDue'>
  readonly queue: Pick<JobQueue, 'ensure'>
}

/** What is planned at short notice is late by this much at most. */
const EVERY_MS = 2_000
/** So far ahead: what Redis loses is not much, and what is put off has no job yet as a rule. */
const AHEAD_MS = 10_000
/** What was offered is offered again after this time while it is still to be done: jobs get lost with Redis, and fail. */
const OFFERED_FOR_MS = 15_000

/** Asks for a job for everything that is due soon. The rows are the truth: what has no job, whatever the reason, gets one. */
export function offerDue({ work, queue }: OfferDeps): Round {
  const offered = new Map<string, number>()

  return {
    name: 'offering what is due',
    everyMs: EVERY_MS,
    async run() {
      const now = performance.now()
      for (const [id, at] of offered) if (now - at > OFFERED_FOR_MS) offered.delete(id)
      for await (const page of work.listDue(AHEAD_MS)) {
        const jobs = page.map(toJob).filter(({ id }) => !offered.has(id))
        if (jobs.length > 0) await queue.ensure(jobs)
        for (const { id } of jobs) offered.set(id, now)
      }
      return 'done'
    },
  }
}

/** Another time is another job. The one for the time before finds that it has come early, and does nothing. */
function toJob({ kind, id, at, dueInMs }: Due): NewJob {
  const time = at.getTime()
  return kind === 'reminder'
    ? { job: 'fireReminder', id: `reminder-${id}-${time}`, payload: { reminder_id: id }, delayMs: dueInMs }
    : { job: 'sendScheduledMessage', id: `scheduled-${id}-${time}`, payload: { scheduled_message_id: id }, delayMs: dueInMs }
}
