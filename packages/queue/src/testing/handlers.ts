import type { JobHandlers, NewJob } from '@afrochat/contracts'
import { newId, type MessageId, type ReminderId } from '@afrochat/kernel'

const unexpected = async () => {
  throw new Error('No such job was asked for')
}

/** These handlers, and for every other job one that fails. */
export const handlersWith = (some: Partial<JobHandlers>): JobHandlers => ({
  fetchPreviews: unexpected,
  sendScheduledMessage: unexpected,
  fireReminder: unexpected,
  sendInviteMail: unexpected,
  purgeChannel: unexpected,
  ...some,
})

/** A job of the queue `previews`, with three attempts. */
export const aPreviewJob = (facts: { id?: string; requestId?: string | null; delayMs?: number } = {}): NewJob =>
  ({ job: 'fetchPreviews', id: newId(), payload: { message_id: newId<MessageId>() }, ...facts })

/** A job of the queue `planned`. */
export const aReminderJob = (facts: { id?: string; delayMs?: number } = {}): NewJob =>
  ({ job: 'fireReminder', id: newId(), payload: { reminder_id: newId<ReminderId>() }, ...facts })
