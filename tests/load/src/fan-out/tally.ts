import { numberAt, timeAt } from './message.ts'
import type { Inbox } from './raw-connection.ts'

/** What became of the messages on their way. */
export interface Totals {
  deliveries: number
  bytes: number
  lost: number
  twice: number
  /** Other than lost, doubled or next: never, from a server that keeps order. */
  disordered: number
}

/** Counts what all connections got, and takes samples of how long it took. */
export class Tally {
  readonly totals: Totals = { deliveries: 0, bytes: 0, lost: 0, twice: 0, disordered: 0 }
  samples: number[] = []
}

/** The messages of one connection, whose numbers must be 1, 2, 3 … */
export class Expectation implements Inbox {
  last = 0
  readonly #tally: Tally
  readonly #now: (() => number) | undefined
  /** Bytes of the server's envelope behind the message. */
  readonly #closers: number

  /** `now`: of those whose messages are samples. */
  constructor(tally: Tally, closers: number, now?: () => number) {
    this.#tally = tally
    this.#closers = closers
    this.#now = now
  }

  take(bytes: Buffer, _start: number, end: number): void {
    const { totals, samples } = this.#tally
    totals.deliveries += 1
    const number = numberAt(bytes, end - this.#closers)
    if (number === this.last + 1) this.last = number
    else this.#mismatch(number, totals)
    if (this.#now !== undefined) samples.push(this.#now() - timeAt(bytes, end - this.#closers))
  }

  /** Those up to this number that have not come. */
  missing(upTo: number): number {
    return Math.max(0, upTo - this.last)
  }

  #mismatch(number: number, totals: Totals): void {
    if (number === this.last) totals.twice += 1
    else if (number > this.last) {
      totals.lost += number - this.last - 1
      this.last = number
    } else totals.disordered += 1
  }
}
