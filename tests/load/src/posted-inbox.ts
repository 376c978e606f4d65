import { stampAt } from './fan-out/message.ts'
import type { Inbox } from './fan-out/raw-connection.ts'

const CONTENT = Buffer.from('"content":"')

/** What all connections got, and how long after it was due, in ms, of those that are samples. */
export class Posted {
  deliveries = 0
  samples: number[] = []
}

/** The messages of one connection, as people posted them. */
export class PostedInbox implements Inbox {
  readonly #posted: Posted
  readonly #isSample: boolean

  constructor(posted: Posted, isSample: boolean) {
    this.#posted = posted
    this.#isSample = isSample
  }

  take(bytes: Buffer, start: number): void {
    this.#posted.deliveries += 1
    if (!this.#isSample) return
    const at = bytes.indexOf(CONTENT, start) + CONTENT.length
    this.#posted.samples.push(performance.now() - stampAt(bytes, at) / 1000)
  }
}
