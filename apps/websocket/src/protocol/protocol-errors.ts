import { randomInt } from 'node:crypto'
import { closeCodes } from '@afrochat/contracts'
import { isDatabaseUnavailable } from '@afrochat/database'
import { DomainError, type ErrorKind } from '@afrochat/kernel'
import type { Logger } from '@afrochat/logger'

const MIN_BUSY_SECONDS = 2
const MAX_BUSY_SECONDS = 10

export const invalidJson = () => new DomainError('invalid', 'invalid_json', 'A frame must be a JSON object')
export const unknownType = () => new DomainError('invalid', 'unknown_type', 'Frames of this type are not known')
export const invalidFrame = () => new DomainError('invalid', 'invalid_frame', 'The frame is not valid')
export const invalidText = () => new DomainError('invalid', 'invalid_text', 'A text holds a NUL character or half of a surrogate pair')
export const otherIdentity = () => new DomainError('unauthenticated', 'invalid_token', 'Invalid token')
export const rateLimited = (retryAfterSeconds: number) =>
  new DomainError('rate_limited', 'rate_limited', 'Too many requests: slow down', { retryAfterSeconds })
export const tooManyConnections = () =>
  new DomainError('rate_limited', 'too_many_connections', 'Too many connections from this address', { retryAfterSeconds: 10 })
export const serverRestarting = () =>
  new DomainError('unavailable', 'service_unavailable', 'The server is restarting', { retryAfterSeconds: 2 })
/** Spread, so that those who are turned away do not come back together. */
export const tooBusy = () =>
  new DomainError('unavailable', 'service_unavailable', 'The server is busy: come back a little later', { retryAfterSeconds: randomInt(MIN_BUSY_SECONDS, MAX_BUSY_SECONDS + 1) })
export const somethingWrong = () => new DomainError('unavailable', 'internal_error', 'Something went wrong on our side')
const unavailable = (cause: unknown) =>
  new DomainError('unavailable', 'service_unavailable', 'The service is unavailable for the moment', { cause, retryAfterSeconds: 2 })

/** The status of a refused handshake. */
export const HANDSHAKE_STATUS: Record<ErrorKind, number> = {
  invalid: 400, unauthenticated: 401, forbidden: 403, not_found: 404, conflict: 409, gone: 410,
  too_large: 413, unsupported: 415, unprocessable: 422, rate_limited: 429, unavailable: 503,
}

/** Of a failed command: the code with which the connection ends, or null when it goes on and the client gets an error frame. */
export const CLOSE_CODE: Record<ErrorKind, number | null> = {
  invalid: null, forbidden: null, not_found: null, conflict: null, gone: null, too_large: null,
  unsupported: null, unprocessable: null, rate_limited: null, unavailable: null,
  unauthenticated: closeCodes.authenticationFailed.code,
}

/** The one place where a failure gets its words for the client. What nobody expected is logged, and shows nothing. */
export function toDomainError(error: unknown, logger: Logger): DomainError {
  if (error instanceof DomainError) return error
  if (isDatabaseUnavailable(error)) {
    logger.warn({ err: error }, 'database unavailable')
    return unavailable(error)
  }
  logger.error({ err: error }, 'unhandled error')
  return somethingWrong()
}
