import { MAX_CLIENT_FRAME_BYTES, type ClientFrameData, type ClientFrameType, type ServerFrame, type ServerFrameData } from '@afrochat/contracts'
import { dataOf, type OutgoingFrame } from './frame.ts'

/** A command over the socket did not succeed. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  /** The server's code; or `not_connected`, `connection_lost`, `timeout`, `closed`, `too_many_commands`, `frame_too_large` of this side's. */
  readonly code: string
  /** `refused`: the server said no. `not_sent`: nothing was done. `unknown`: it may have been done. */
  readonly outcome: 'refused' | 'not_sent' | 'unknown'

  constructor(code: string, message: string, outcome: CommandError['outcome']) {
    super(message)
    this.code = code
    this.outcome = outcome
  }
}

export interface CommandOptions {
  /** How long to wait for the answer, reconnecting included; default 30,000. */
  readonly timeoutMs?: number
  /** Doing it twice is the same as doing it once: it waits for a connection, and is sent again after one broke. */
  readonly isRepeatable: boolean
}

interface Pending {
  readonly frame: OutgoingFrame
  readonly isRepeatable: boolean
  readonly timer: ReturnType<typeof setTimeout>
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
  isSent: boolean
}

const TIMEOUT_MS = 30_000
/** More than anybody does by hand: a program that comes this far is sending faster than the server answers. */
const MAX_PENDING = 1_000

/** Commands that wait for their answers, over as many connections as it takes. */
export class Commands {
  /** By id, in the order in which they were given. */
  readonly #pending = new Map<string, Pending>()
  #send: ((frame: OutgoingFrame) => void) | undefined
  #count = 0
  #isClosed = false

  run<T extends ClientFrameType>(type: T, data: ClientFrameData<T>, { timeoutMs = TIMEOUT_MS, isRepeatable }: CommandOptions): Promise<unknown> {
    const id = String(this.#count + 1)
    const frame: OutgoingFrame<T> = { type, id, data }
    const refusal = this.#refusalOf(frame, isRepeatable)
    if (refusal !== undefined) return Promise.reject(refusal)
    this.#count += 1
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(id, 'timeout', 'No answer came in time'), timeoutMs)
      const pending: Pending = { frame, isRepeatable, timer, resolve, reject, isSent: false }
      this.#pending.set(id, pending)
      this.#transmit(pending)
    })
  }

  /** A connection is there: what waits is sent, in the order in which it was given. */
  connected(send: (frame: OutgoingFrame) => void): void {
    this.#send = send
    for (const pending of this.#pending.values()) this.#transmit(pending)
  }

  /** The connection broke: what must not be done twice fails, the rest waits for the next one. */
  disconnected(): void {
    this.#send = undefined
    for (const [id, { isRepeatable }] of this.#pending) if (!isRepeatable) this.#fail(id, 'connection_lost', 'The connection broke before an answer came')
  }

  /** There will be no other connection. */
  close(): void {
    this.#send = undefined
    this.#isClosed = true
    for (const id of this.#pending.keys()) this.#fail(id, 'closed', 'The connection was closed')
  }

  /** Takes an `ack` or an `error`. False: it answers none of these commands. */
  answer(frame: ServerFrame): boolean {
    const pending = frame.id ? this.#remove(frame.id) : undefined
    if (pending === undefined) return false
    if (frame.type === 'ack') pending.resolve(frame.data)
    else pending.reject(toError(dataOf(frame, 'error')))
    return true
  }

  #refusalOf(frame: OutgoingFrame, isRepeatable: boolean): CommandError | undefined {
    if (this.#isClosed) return new CommandError('closed', 'The connection is closed', 'not_sent')
    if (this.#send === undefined && !isRepeatable) return new CommandError('not_connected', 'There is no connection', 'not_sent')
    // The server would end the connection for it, and the next one, over which it would be sent again.
    if (bytesOf(frame) > MAX_CLIENT_FRAME_BYTES) return new CommandError('frame_too_large', 'It is too long for this way: send it by `client.sendMessage`', 'not_sent')
    if (this.#pending.size >= MAX_PENDING) return new CommandError('too_many_commands', 'Too much is waiting for an answer', 'not_sent')
    return undefined
  }

  #transmit(pending: Pending): void {
    if (this.#send === undefined) return
    pending.isSent = true
    this.#send(pending.frame)
  }

  #fail(id: string, code: string, message: string): void {
    const pending = this.#remove(id)
    pending?.reject(new CommandError(code, message, pending.isSent ? 'unknown' : 'not_sent'))
  }

  #remove(id: string): Pending | undefined {
    const pending = this.#pending.get(id)
    clearTimeout(pending?.timer)
    this.#pending.delete(id)
    return pending
  }
}

const bytesOf = (frame: OutgoingFrame): number => new TextEncoder().encode(JSON.stringify(frame)).length

function toError({ code, error }: ServerFrameData<'error'>): CommandError {
  return new CommandError(code, error, 'refused')
}
