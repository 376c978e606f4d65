import { Worker } from 'node:worker_threads'

/**
 * Notes when the machine stands still: a thread that does nothing but look at the clock finds out that time has passed
 * without it. What took long because of that is not held against anybody. Times are those of `performance.now()` here.
 */
export class Standstills {
  readonly #gaps: { readonly from: number; readonly to: number }[] = []
  readonly #worker: Worker

  constructor() {
    this.#worker = new Worker(TICKER, { eval: true })
    this.#worker.unref()
    this.#worker.on('message', ({ from, to }: { from: number; to: number }) => {
      this.#gaps.push({ from: from - performance.timeOrigin, to: to - performance.timeOrigin })
    })
  }

  /** Milliseconds between these two moments in which nothing ran. */
  during(from: number, to: number): number {
    return this.#gaps.reduce((sum, gap) => sum + Math.max(0, Math.min(to, gap.to) - Math.max(from, gap.from)), 0)
  }

  /** The longest of them, in milliseconds. */
  get longest(): number {
    return Math.max(0, ...this.#gaps.map(({ from, to }) => to - from))
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** Longer than a thread waits for its turn on a machine that is merely busy. */
const GAP_MS = 250
const TICK_MS = 20
const TICKER = `
  const { parentPort } = require('node:worker_threads')
  const now = () => performance.timeOrigin + performance.now()
  let last = now()
  setInterval(() => {
    const [from, to] = [last, now()]
    last = to
    if (to - from > ${GAP_MS}) parentPort.postMessage({ from, to })
  }, ${TICK_MS})`
