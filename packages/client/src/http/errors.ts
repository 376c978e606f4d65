import type { ErrorBody } from '@afrochat/contracts'

/** The server answered, and the answer is no. `code` is for programs, `message` is a sentence for a person. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  /** Which fields are wrong, and how; empty when it is not about fields. */
  readonly details: NonNullable<ErrorBody['details']>
  /** Finds this call in the server's logs. */
  readonly requestId: string | null
  /** When to try again, where the server says so (429, 503). */
  readonly retryAfterSeconds: number | null

  constructor(answer: { status: number; body: ErrorBody; retryAfterSeconds: number | null }) {
    super(answer.body.error)
    this.status = answer.status
    this.code = answer.body.code
    this.details = answer.body.details ?? []
    this.requestId = answer.body.request_id
    this.retryAfterSeconds = answer.retryAfterSeconds
  }
}

/** No answer came: not reachable, cut off, or too slow. Whether the server did what was asked is not known. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

/** Whether the same call may well work in a moment. */
export function isPassing(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && (error.status >= 500 || error.status === 429))
}
