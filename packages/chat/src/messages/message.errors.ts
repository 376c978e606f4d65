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

export const idempotencyConflict = () =>
  new DomainError('conflict', 'idempotency_conflict', 'This client_msg_id was used for another message: take a new one for each message')
