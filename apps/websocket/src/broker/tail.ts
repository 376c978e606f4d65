import type { LogEntry } from './log-entry.ts'

/** Dropped entries are cut off once they are half of the list: cutting off each would move all the others every time. */
const COMPACT_AT = 16

/** Entries in the order of their positions: added at the end, dropped at the beginning. */
export class Tail implements Iterable<LogEntry> {
  #entries: LogEntry[] = []
  #first = 0

  get length(): number {
    return this.#entries.length - this.#first
  }

  push(entry: LogEntry): void {
    this.#entries.push(entry)
  }

  shift(): LogEntry | undefined {
    const entry = this.#entries[this.#first]
    if (entry === undefined) return undefined
    this.#first += 1
    if (this.#first >= COMPACT_AT && this.#first * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first)
      this.#first = 0
    }
    return entry
  }

  /** Those after the position. */
  after(position: number): LogEntry[] {
    let low = this.#first
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.pos ?? 0) <= position) low = middle + 1
      else high = middle
    }
    return this.#entries.slice(low)
  }

  *[Symbol.iterator](): Iterator<LogEntry> {
    for (let index = this.#first; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index]
      if (entry !== undefined) yield entry
    }
  }
}
