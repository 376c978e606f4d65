import { MAX_REMINDER_CODE_POINTS } from '@afrochat/contracts'
import { DomainError } from '@afrochat/kernel'

/** Missing, of another workspace, or somebody else's: one answer. */
export const reminderNotFound = () => new DomainError('not_found', 'reminder_not_found', 'There is no such reminder of yours')

export const reminderEmpty = () =>
  new DomainError('unprocessable', 'reminder_empty', 'A reminder is of a message or has a text of its own: give one of them')

export const reminderTooLong = () =>
  new DomainError('invalid', 'msg_too_long', `A reminder has at most ${MAX_REMINDER_CODE_POINTS} characters`, {
    details: [{ path: '/content', message: `must have at most ${MAX_REMINDER_CODE_POINTS} code points` }],
  })
