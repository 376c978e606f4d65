import { MAX_WATCHED, type ClientFrameData, type DevicePresence, type UserPresence, type WatchedPresence } from '@afrochat/contracts'
import type { UserId } from '../sync/sync-event.ts'
import { CommandError } from './commands.ts'
import type { OutgoingFrame } from './frame.ts'

export interface PresenceLineDeps {
  /** Sends a frame if there is a connection; says whether there was. */
  readonly send: (frame: OutgoingFrame) => boolean
  /** Asks over as many connections as it takes. */
  readonly ask: (data: ClientFrameData<'watch_presence'>) => Promise<unknown>
  readonly onPresence: (presence: UserPresence) => void
  readonly onProblem: (error: unknown) => void
}

/** That somebody is here is worth saying this often: the server waits ten minutes before it takes them for away. */
const SAID_AGAIN_MS = 60_000
const ASK_AGAIN_MS = 2_000

/** What this device says of whoever holds it, and whom they watch: said again on every connection. */
export class PresenceLine {
  readonly #deps: PresenceLineDeps
  #said: DevicePresence | undefined
  #saidAtMs = -Infinity
  #watched: UserId[] = []
  #asking = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(deps: PresenceLineDeps) {
    this.#deps = deps
  }

  say(presence: DevicePresence): void {
    const isNews = presence !== this.#said || (presence === 'active' && performance.now() - this.#saidAtMs >= SAID_AGAIN_MS)
    this.#said = presence
    if (isNews && this.#deps.send({ type: 'presence', data: { presence } })) this.#saidAtMs = performance.now()
  }

  async watch(userIds: readonly UserId[]): Promise<UserPresence[]> {
    const ids = [...new Set(userIds)]
    if (ids.length > MAX_WATCHED) throw new RangeError(`At most ${MAX_WATCHED} people can be watched`)
    this.#watched = ids
    return this.#ask()
  }

  /** Before anything else is sent: one that comes back with nobody at it does not look active for a moment. */
  connected(): void {
    if (this.#said === 'away') this.#deps.send({ type: 'presence', data: { presence: 'away' } })
    // What is being asked is sent again by itself.
    this.#askAgain()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  /** The server may be unable to say for a while; another connection asks by itself. */
  #askedInVain(error: unknown): void {
    const isPassing = error instanceof CommandError && (error.code === 'service_unavailable' || error.code === 'timeout')
    if (!isPassing) return this.#deps.onProblem(error)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#askAgain(), ASK_AGAIN_MS)
  }

  #askAgain(): void {
    if (this.#watched.length > 0 && this.#asking === 0) this.#ask().catch((error: unknown) => this.#askedInVain(error))
  }

  async #ask(): Promise<UserPresence[]> {
    const watched = this.#watched
    this.#asking += 1
    try {
      // An ack of this frame is what the catalogue says.
      const { presences } = (await this.#deps.ask({ user_ids: watched })) as WatchedPresence
      if (watched === this.#watched) for (const presence of presences) this.#deps.onPresence(presence)
      return presences
    } finally {
      this.#asking -= 1
    }
  }
}
