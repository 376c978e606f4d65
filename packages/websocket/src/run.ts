/**
 * Frames that follow each other into a connection. Connections that get the same frames share the same runs, so that
 * these are joined once for all of them: a thousand members of a channel cost one copy and a thousand writes.
 */
export class Run {
  readonly frames: number
  readonly bytes: number
  readonly #before: Run | undefined
  readonly #frame: Buffer
  #joined: Buffer | undefined
  /** The run that was last made of this one: the one that the next connection wants too, most of the time. */
  #next: Run | undefined

  constructor(frame: Buffer, before?: Run) {
    this.#frame = frame
    this.#before = before
    this.frames = (before?.frames ?? 0) + 1
    this.bytes = (before?.bytes ?? 0) + frame.length
  }

  startsWith(frame: Buffer): boolean {
    return this.#before === undefined && this.#frame === frame
  }

  /** This one and a further frame. */
  then(frame: Buffer): Run {
    const next = this.#next
    if (next !== undefined && next.#frame === frame) return next
    return (this.#next = new Run(frame, this))
  }

  /** All of its frames in one piece. */
  joined(): Buffer {
    if (this.#before === undefined) return this.#frame
    return (this.#joined ??= this.#join())
  }

  #join(): Buffer {
    const joined = Buffer.allocUnsafe(this.bytes)
    this.#fill(joined)
    return joined
  }

  /** From the last frame to the first. */
  #fill(joined: Buffer): void {
    this.#frame.copy(joined, this.bytes - this.#frame.length)
    for (let run = this.#before; run !== undefined; run = run.#before) run.#frame.copy(joined, run.bytes - run.#frame.length)
  }
}
