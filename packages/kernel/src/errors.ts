/** What went wrong, in terms that every transport can translate. */
export type ErrorKind =
  | 'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'conflict' | 'gone'
  | 'too_large' | 'unsupported' | 'unprocessable' | 'rate_limited' | 'unavailable'

/** One fault in the input and where it is: `path` is a JSON pointer (RFC 6901). */
export interface ErrorDetail {
  readonly path: string
  readonly message: string
}

export interface DomainErrorOptions {
  readonly cause?: unknown
  readonly details?: readonly ErrorDetail[]
  /** For `rate_limited` and `unavailable`: when to try again, in seconds. */
  readonly retryAfterSeconds?: number
}

/** An expected failure. `code`, `message` and `details` are shown to clients; `cause` is only logged. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly kind: ErrorKind
  readonly code: string
  readonly details: readonly ErrorDetail[]
  readonly retryAfterSeconds: number | undefined

  constructor(kind: ErrorKind, code: string, message: string, options: DomainErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.code = code
    this.details = options.details ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
