import { DomainError } from '@afrochat/kernel'

/** Missing, of another workspace, or somebody else's: one answer. */
export const scheduledMessageNotFound = () => new DomainError('not_found', 'scheduled_message_not_found', 'There is no such scheduled message of yours')

export const scheduledMessageNotPending = () =>
  new DomainError('conflict', 'scheduled_message_not_pending', 'It is too late to change this message: it was sent, failed or cancelled, or is being sent now')

export const tooManyScheduledMessages = (max: number, minutes: number) =>
  new DomainError('unprocessable', 'too_many_scheduled_messages', `At most ${max} messages can be scheduled for a channel within ${minutes} minutes: take another time`)
