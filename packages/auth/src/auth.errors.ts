import { DomainError } from '@afrochat/kernel'

export const authorizationRequired = () => new DomainError('unauthenticated', 'authorization_required', 'Authorization header required')
/** One answer for a bad, an expired and a revoked token: which of them it was is nobody's business. */
export const invalidToken = () => new DomainError('unauthenticated', 'invalid_token', 'Invalid token')
/** One answer for an unknown login and a wrong password. */
export const invalidCredentials = () => new DomainError('unauthenticated', 'invalid_credentials', 'Wrong login or password')
export const invalidRefreshToken = () => new DomainError('unauthenticated', 'invalid_refresh_token', 'This refresh token is not valid: sign in again')
/** Of somebody who is signed in: a session alone does not end an account. */
export const wrongPassword = () => new DomainError('forbidden', 'wrong_password', 'This is not your password')
export const accountDeactivated = () => new DomainError('forbidden', 'account_deactivated', 'This account is deactivated')
export const emailTaken = () => new DomainError('conflict', 'email_taken', 'There is an account with this email address already')
export const usernameTaken = () => new DomainError('conflict', 'username_taken', 'This username is taken')
export const usernameReserved = () => new DomainError('unprocessable', 'username_reserved', 'This username is reserved')
export const sessionNotFound = () => new DomainError('not_found', 'session_not_found', 'Session not found')
export const userNotFound = () => new DomainError('not_found', 'user_not_found', 'User not found')
/** Hashing is bounded: more sign-ins at once than the machine can work off in time are asked to come back. */
export const tooManySignIns = () =>
  new DomainError('unavailable', 'service_unavailable', 'Too many people are signing in at this moment', { retryAfterSeconds: 2 })
export const invalidField = (path: string, message: string) =>
  new DomainError('invalid', 'invalid_request', 'The request is not valid', { details: [{ path, message }] })
