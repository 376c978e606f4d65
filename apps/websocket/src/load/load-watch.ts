import type { Logger } from '@afrochat/logger'
import { watchLateness, type Lateness } from './lateness.ts'
import { Shedding, SHED_ORDER, type Sheddable, type Thresholds } from './shedding.ts'

export interface LoadWatchOptions {
  readonly thresholds: Thresholds
  readonly onChanged: (sheds: (what: Sheddable) => boolean) => void
  readonly logger: Logger
  readonly lookMs?: number
}

const LOOK_MS = 500

/** Looks twice a second how late the loop is, and says what the gateway does without. */
export class LoadWatch {
  readonly #options: LoadWatchOptions
  readonly #shedding: Shedding
  readonly #dropped: Record<Sheddable, number> = { typing: 0, presence: 0, connections: 0 }
  #lateness: Lateness | undefined
  #latenessMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: LoadWatchOptions) {
    this.#options = options
    this.#shedding = new Shedding(options.thresholds)
  }

  start(): void {
    this.#lateness = watchLateness()
    this.#timer = setInterval(() => this.#look(), this.#options.lookMs ?? LOOK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#lateness?.stop()
  }

  sheds(what: Sheddable): boolean {
    return this.#shedding.sheds(what)
  }

  /** Whether to do without this one; counts it. */
  drops(what: Sheddable): boolean {
    if (!this.#shedding.sheds(what)) return false
    this.#dropped[what] += 1
    return true
  }

  get latenessMs(): number {
    return this.#latenessMs
  }

  get dropped(): Readonly<Record<Sheddable, number>> {
    return this.#dropped
  }

  #look(): void {
    this.#latenessMs = this.#lateness?.read() ?? 0
    if (!this.#shedding.look(this.#latenessMs)) return
    const shed = SHED_ORDER.filter((what) => this.sheds(what))
    this.#options.logger.warn({ lateness_ms: Math.round(this.#latenessMs), shed }, shed.length > 0 ? 'the gateway is late, and does without' : 'the gateway keeps up again')
    this.#options.onChanged((what) => this.sheds(what))
  }
}
