import { setTimeout as delay } from 'node:timers/promises'

export interface BatchesOptions<K> {
  /** Keys of a batch at most. */
  readonly size: number
  /** Does all of them; false: it could not be done now, and is tried again after a while. Never rejects. */
  readonly handle: (keys: readonly K[]) => Promise<boolean>
  /** Keys wait for company for so long. */
  readonly gatherMs?: number
  readonly retryMs?: number
}

const RETRY_MS = 1_000

/** Work on keys, in batches, one batch at a time. A key that is added while its batch is under way is done once more after it. */
export class Batches<K> {
  readonly #options: BatchesOptions<K>
  readonly #waiting = new Set<K>()
  #current: ReadonlySet<K> = new Set()
  #round: Promise<boolean> | undefined
  #notBeforeMs = 0
  readonly #stopping = new AbortController()

  constructor(options: BatchesOptions<K>) {
    this.#options = options
  }

  add(keys: Iterable<K>): void {
    for (const key of keys) this.#waiting.add(key)
    void this.#begin()
  }

  /** Whether it is still to be done, or not done yet. */
  has(key: K): boolean {
    return this.#waiting.has(key) || this.#current.has(key)
  }

  /** Resolves when these have been done, or (false) an attempt that may have been at them failed. */
  async done(keys: readonly K[]): Promise<boolean> {
    while (keys.some((key) => this.has(key))) {
      if (this.#stopping.signal.aborted || !(await this.#begin())) return false
    }
    return true
  }

  stop(): void {
    this.#waiting.clear()
    this.#stopping.abort()
  }

  #begin(): Promise<boolean> {
    this.#round ??= this.#run().finally(() => {
      this.#round = undefined
      if (this.#waiting.size > 0 && !this.#stopping.signal.aborted) void this.#begin()
    })
    return this.#round
  }

  async #run(): Promise<boolean> {
    const { size, handle, gatherMs = 0, retryMs = RETRY_MS } = this.#options
    const waitMs = Math.max(gatherMs, this.#notBeforeMs - performance.now())
    if (waitMs > 0) await this.#pause(waitMs)
    const keys = [...this.#waiting].slice(0, size)
    for (const key of keys) this.#waiting.delete(key)
    this.#current = new Set(keys)
    const isDone = await handle(keys)
    if (!isDone) {
      for (const key of keys) this.#waiting.add(key)
      this.#notBeforeMs = performance.now() + retryMs
    }
    this.#current = new Set()
    return isDone
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }
}
