/** People say that they type every three seconds; twice that without a word means that they stopped. */
const EXPIRES_MS = 6_000

/** Who types in the open channel. */
export class TypingNotice {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #onChange: (userIds: string[]) => void

  constructor(onChange: (userIds: string[]) => void) {
    this.#onChange = onChange
  }

  /** Somebody types. */
  heard(userId: string): void {
    clearTimeout(this.#timers.get(userId))
    const isNew = !this.#timers.has(userId)
    this.#timers.set(userId, setTimeout(() => this.stopped(userId), EXPIRES_MS))
    if (isNew) this.#onChange([...this.#timers.keys()])
  }

  /** They sent what they typed, or nothing more was heard of them. */
  stopped(userId: string): void {
    clearTimeout(this.#timers.get(userId))
    if (this.#timers.delete(userId)) this.#onChange([...this.#timers.keys()])
  }

  /** Another channel was opened. */
  clear(): void {
    for (const userId of [...this.#timers.keys()]) this.stopped(userId)
  }
}
