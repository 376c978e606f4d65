/** How one attempt failed. */
export interface Failure {
  /** 1 for the first. */
  readonly attempt: number
  /** Null when no answer came. */
  readonly status: number | null
  readonly retryAfterSeconds: number | null
  readonly isRepeatable: boolean
}

const MAX_ATTEMPTS = 4
/** A longer wait is the caller's business: they can show it, and do something else. */
const MAX_RETRY_AFTER_SECONDS = 30
const BASE_MS = 250
const CAP_MS = 5_000

/** How long to wait before trying again, in milliseconds; null: do not. `random` is in [0, 1). */
export function retryDelayMs(failure: Failure, random: () => number): number | null {
  if (failure.attempt >= MAX_ATTEMPTS || !mayRepeat(failure)) return null
  if (failure.retryAfterSeconds === null) return random() * Math.min(CAP_MS, BASE_MS * 2 ** failure.attempt)
  if (failure.retryAfterSeconds > MAX_RETRY_AFTER_SECONDS) return null
  // Never earlier than asked, and up to a quarter and a bit later: all who were told the same must not come back at once.
  return failure.retryAfterSeconds * 1000 + random() * (BASE_MS + failure.retryAfterSeconds * 250)
}

function mayRepeat({ status, isRepeatable }: Failure): boolean {
  // Refused before anything was done: whatever it was, it may be asked again.
  if (status === 429) return true
  // In all others the server may have done it, a 503 included: the database can go away while it commits.
  return isRepeatable && (status === null || status === 502 || status === 503 || status === 504)
}
