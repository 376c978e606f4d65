/** So many in so long. */
export interface Limit {
  readonly count: number
  readonly seconds: number
}

/** What one connection may still do in the present window. Costs two numbers and no timer. */
export class Allowance {
  readonly #limit: Limit | null
  #windowEndsAt = 0
  #taken = 0

  /** Without a limit everything is allowed. */
  constructor(limit: Limit | null) {
    this.#limit = limit
  }

  /** Counts one; false when that is one too many. */
  take(): boolean {
    if (this.#limit === null) return true
    const now = performance.now()
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + this.#limit.seconds * 1000
      this.#taken = 0
    }
    this.#taken += 1
    return this.#taken <= this.#limit.count
  }
}
