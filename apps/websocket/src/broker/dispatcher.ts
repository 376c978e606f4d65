import type { Logger } from '@afrochat/logger'

/** One event's way to its recipients; pauses (yields) now and then, so that a large room does not hold the loop. */
export type Delivery = Generator<void, void, void>

export interface DispatcherOptions {
  readonly logger: Logger
  /** Calls back in a later turn of the loop. */
  readonly schedule?: (run: () => void) => void
  /** How long deliveries may hold the loop, in milliseconds. */
  readonly sliceMs?: number
}

/** The writes that deliveries cause come on top, in turns of their own. */
const SLICE_MS = 8
/**
 * With this many events waiting, deliveries no longer pause: the reader is not slowed down otherwise, and events that
 * are read faster than they are sent would fill the memory.
 */
const MAX_BACKLOG = 5_000

/**
 * The one order of everything that concerns delivery on this gateway: events, one after the other as the log has them,
 * and between two of them whatever else reads or changes who receives what. Nobody ever sees an event half delivered.
 */
export class Dispatcher {
  readonly #logger: Logger
  readonly #schedule: (run: () => void) => void
  readonly #sliceMs: number
  #queue: Delivery[] = []
  #first = 0
  #current: Delivery | undefined
  readonly #tasks: (() => void)[] = []
  #isRunning = false
  #isScheduled = false

  constructor({ logger, schedule = setImmediate, sliceMs = SLICE_MS }: DispatcherOptions) {
    this.#logger = logger
    this.#schedule = schedule
    this.#sliceMs = sliceMs
  }

  /** Events read and not yet delivered. */
  get backlog(): number {
    return this.#queue.length - this.#first + (this.#current === undefined ? 0 : 1)
  }

  /** Puts deliveries behind those that wait, and begins. */
  enqueue(deliveries: Iterable<Delivery>): void {
    for (const delivery of deliveries) this.#queue.push(delivery)
    this.#run()
  }

  /** Runs the task at once, or as soon as the event that is being delivered has been. */
  between<T>(task: () => T): Promise<T> {
    return new Promise((resolve) => {
      // An async function runs at once as far as it awaits nothing, and what it throws rejects.
      this.#tasks.push(() => resolve((async () => task())()))
      this.#run()
    })
  }

  #run(): void {
    if (this.#isRunning || this.#isScheduled) return
    this.#isRunning = true
    const startedAt = performance.now()
    while (this.#step()) {
      if (performance.now() - startedAt < this.#sliceMs || this.backlog > MAX_BACKLOG) continue
      this.#isScheduled = true
      this.#schedule(() => {
        this.#isScheduled = false
        this.#run()
      })
      break
    }
    this.#isRunning = false
  }

  /** A piece of a delivery, or all tasks that wait for its end. False when there is nothing to do. */
  #step(): boolean {
    if (this.#current === undefined) {
      for (const task of this.#tasks.splice(0)) task()
      this.#current = this.#next()
      if (this.#current === undefined) return this.#tasks.length > 0
    }
    if (this.#isDone(this.#current)) this.#current = undefined
    return true
  }

  #next(): Delivery | undefined {
    const delivery = this.#queue[this.#first]
    if (delivery === undefined) return undefined
    this.#first += 1
    // Done ones are cut off once they are half of the queue: cutting off each would move all the others every time.
    if (this.#first * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#first)
      this.#first = 0
    }
    return delivery
  }

  #isDone(delivery: Delivery): boolean {
    try {
      return delivery.next().done === true
    } catch (error) {
      // One event that cannot be delivered must not stop all others.
      this.#logger.error({ err: error }, 'the delivery of an event failed')
      return true
    }
  }
}
