/** What a gateway that is late does without, the first first. */
export const SHED_ORDER = ['typing', 'presence', 'connections'] as const
export type Sheddable = (typeof SHED_ORDER)[number]

/** From how many milliseconds of lateness on each is shed. */
export type Thresholds = Readonly<Record<Sheddable, number>>

/** So many calm looks in a row before something is taken up again: what is given back at once is taken away at once. */
const CALM_LOOKS = 6
/** Calm is half of what it took. */
const CALM = 0.5

/**
 * Decides what is shed, one look after the other. At each, one thing more may be shed or taken up again, so that typing is
 * always the first to go and the last to come back, and connections are refused only when everything else was not enough.
 */
export class Shedding {
  readonly #thresholds: Thresholds
  #level = 0
  #calmLooks = 0

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds
  }

  /** How many of `SHED_ORDER` are shed. */
  get level(): number {
    return this.#level
  }

  sheds(what: Sheddable): boolean {
    return SHED_ORDER.indexOf(what) < this.#level
  }

  /** Says whether anything changed. */
  look(latenessMs: number): boolean {
    const before = this.#level
    const next = SHED_ORDER[this.#level]
    const last = SHED_ORDER[this.#level - 1]
    this.#calmLooks = last !== undefined && latenessMs < this.#thresholds[last] * CALM ? this.#calmLooks + 1 : 0
    if (next !== undefined && latenessMs >= this.#thresholds[next]) this.#level += 1
    else if (this.#calmLooks >= CALM_LOOKS) this.#level -= 1
    if (this.#level !== before) this.#calmLooks = 0
    return this.#level !== before
  }
}
