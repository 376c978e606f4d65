/**
 * Items spread evenly over the slots of a wheel, of which one comes up at each turn: so that each item has its turn once
 * a revolution, none needs a timer, and not all come at once.
 */
export class Wheel<T> {
  readonly #slots: readonly Set<T>[]
  readonly #slotOf = new Map<T, Set<T>>()
  #next = 0
  #adding = 0

  constructor(slots: number) {
    this.#slots = Array.from({ length: slots }, () => new Set<T>())
  }

  add(item: T): void {
    const slot = this.#slots[this.#adding]
    this.#adding = (this.#adding + 1) % this.#slots.length
    if (slot === undefined || this.#slotOf.has(item)) return
    slot.add(item)
    this.#slotOf.set(item, slot)
  }

  remove(item: T): void {
    this.#slotOf.get(item)?.delete(item)
    this.#slotOf.delete(item)
  }

  /** The items whose turn it is. */
  turn(): ReadonlySet<T> {
    const slot = this.#slots[this.#next]
    this.#next = (this.#next + 1) % this.#slots.length
    return slot ?? new Set()
  }

  get size(): number {
    return this.#slotOf.size
  }
}
