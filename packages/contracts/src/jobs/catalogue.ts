import { ChannelIdSchema, Closed, InviteIdSchema, MessageIdSchema, ReminderIdSchema, ScheduledMessageIdSchema } from '../objects/scalars.ts'
import { defineJob, type PayloadOf } from './define-job.ts'

/** Five attempts, one second doubling: about 15 s. Whoever offers these jobs offers those that failed again, every minute. */
const fromRows = { attempts: 5, backoffMs: 1_000 } as const

/** Every job in the system. Adding one here is what makes it possible to ask for it, and needed to handle it. */
export const jobCatalogue = {
  /** Pages that do not answer are no failure: only our own services failing is tried again. Three attempts: about 6 s. */
  fetchPreviews: defineJob({ name: 'chat.fetch-previews', queue: 'previews', attempts: 3, backoffMs: 2_000, payload: Closed({ message_id: MessageIdSchema }) }),
  sendScheduledMessage: defineJob({
    ...fromRows, name: 'chat.send-scheduled-message', queue: 'planned', payload: Closed({ scheduled_message_id: ScheduledMessageIdSchema }),
  }),
  fireReminder: defineJob({ ...fromRows, name: 'chat.fire-reminder', queue: 'planned', payload: Closed({ reminder_id: ReminderIdSchema }) }),
  /** Mail servers that are away are no failure: the row says when it is tried again. */
  sendInviteMail: defineJob({ ...fromRows, name: 'workspace.send-invite-mail', queue: 'mail', payload: Closed({ invite_id: InviteIdSchema }) }),
  purgeChannel: defineJob({ ...fromRows, name: 'chat.purge-channel', queue: 'purge', payload: Closed({ channel_id: ChannelIdSchema }) }),
}
export type JobKey = keyof typeof jobCatalogue
export type JobPayload<K extends JobKey> = PayloadOf<(typeof jobCatalogue)[K]>

/** What a handler is told besides the payload. */
export interface JobContext {
  readonly id: string
  /** Of the request that the job comes from, or the job's own id: one search in the logs shows the whole story. */
  readonly requestId: string
  /** Aborted when the worker stops: a long job ends at the next good place, and is taken up again. */
  readonly signal: AbortSignal
}

/**
 * One handler for every job: forgetting one does not compile. A handler may run twice for one job (its worker died, or
 * was thought dead), also at the same time: the effect must be one.
 */
export type JobHandlers = { readonly [K in JobKey]: (payload: JobPayload<K>, context: JobContext) => Promise<void> }

/** A job to be done. */
export type NewJob = {
  [K in JobKey]: {
    readonly job: K
    /** The same for the same work, however often it is asked for: letters, digits, `-` and `_`. */
    readonly id: string
    readonly payload: JobPayload<K>
    readonly requestId?: string | null
    /** Not before so long from now. */
    readonly delayMs?: number
  }
}[JobKey]
