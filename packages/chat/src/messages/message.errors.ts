import { MAX_MESSAGE_CODE_POINTS } from '@afrochat/contracts'
import { DomainError } from '@afrochat/kernel'

/** Missing, deleted, or in a channel that the caller may not see: one answer, so that nothing is learnt from it. */
export const messageNotFound = () => new DomainError('not_found', 'message_not_found', 'Message not found')

/** Nobody else edits a person's words, not even an admin: admins delete. */
export const notAuthor = () => new DomainError('forbidden', 'not_author', 'Only its author can edit a message')

export const noText = () =>
  new DomainError('invalid', 'no_text', 'A message needs some text', { details: [{ path: '/content', message: 'must hold something visible' }] })

export const messageTooLong = () =>
  new DomainError('invalid', 'msg_too_long', `A message has at most ${MAX_MESSAGE_CODE_POINTS} characters`, {
    details: [{ path: '/content', message: `must have at most ${MAX_MESSAGE_CODE_POINTS} code points` }],
  })

/** The same code as the api has for any text of any operation: not everything comes over HTTP. */
export const unstorableText = () =>
  new DomainError('invalid', 'invalid_text', 'A text holds a NUL character or half of a surrogate pair', {
    details: [{ path: '/content', message: 'must not hold NUL characters or unpaired surrogates' }],
  })

/** The root is missing, deleted or in another channel. */
export const threadNotFound = () => new DomainError('not_found', 'thread_not_found', 'The message to reply to was not found')

/** Sending it made an end of the draft, on this device or another. */
export const draftAlreadySent = () => new DomainError('conflict', 'draft_already_sent', 'This draft was sent or thrown away already')

export const idempotencyConflict = () =>
  new DomainError('conflict', 'idempotency_conflict', 'This client_msg_id was used for another message: take a new one for each message')

/** Of replies, reactions and edits in it; managers of the channel and admins can unlock it. */
export const threadLocked = () => new DomainError('conflict', 'thread_locked', 'This thread is locked: it takes no more replies, edits or reactions')

export const editWindowClosed = (minutes: number) =>
  new DomainError('forbidden', 'edit_window_closed', `A message can be edited for ${durationOf(minutes)} after it was sent`)

/** In the largest unit that says it exactly. */
function durationOf(minutes: number): string {
  const [unit, size] = UNITS.find(([, length]) => minutes % length === 0) ?? ['minute', 1]
  const count = minutes / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

const UNITS: readonly (readonly [unit: string, minutes: number])[] = [['day', 1440], ['hour', 60], ['minute', 1]]
