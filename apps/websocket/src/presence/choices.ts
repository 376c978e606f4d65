import type { PlacedEvent } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'
import { payloadOf } from '../broker/membership-change.ts'
import { ownerOf } from '../broker/stream-parts.ts'
import { Batches } from './batches.ts'

export interface ChoicesDeps {
  /** Of these people, those who chose to be shown as away; read from the table. */
  readonly listAwayByChoice: (ids: readonly UserId[]) => Promise<ReadonlySet<UserId>>
  /** It is known now, or it changed. */
  readonly onKnown: (userId: UserId) => void
  readonly onError: (error: unknown) => void
}

const AT_ONCE = 1_000

/** What those who are connected here chose to be shown as: read when they come, and changed by the log from then on. */
export class Choices {
  readonly #deps: ChoicesDeps
  readonly #known = new Map<UserId, 'auto' | 'away'>()
  /** Told by the log while the table was read: that may have been before. */
  readonly #heard = new Set<UserId>()
  readonly #reading: Batches<UserId>

  constructor(deps: ChoicesDeps) {
    this.#deps = deps
    this.#reading = new Batches({ size: AT_ONCE, handle: (ids) => this.#read(ids) })
  }

  /** Undefined: not read yet. */
  of(userId: UserId): 'auto' | 'away' | undefined {
    return this.#known.get(userId)
  }

  learn(userId: UserId): void {
    if (!this.#known.has(userId)) this.#reading.add([userId])
  }

  forget(userId: UserId): void {
    this.#known.delete(userId)
  }

  /** The log began a new life: what was chosen may be another thing. */
  readAgain(): void {
    this.#reading.add([...this.#known.keys()])
  }

  hear(event: PlacedEvent): void {
    const owner = ownerOf(event.stream_key)
    if (owner.kind !== 'user' || owner.workspaceId !== null) return
    const choice = chosenIn(event)
    if (choice === undefined || (!this.#known.has(owner.userId) && !this.#reading.has(owner.userId))) return
    this.#heard.add(owner.userId)
    this.#set(owner.userId, choice)
  }

  stop(): void {
    this.#reading.stop()
  }

  async #read(ids: readonly UserId[]): Promise<boolean> {
    this.#heard.clear()
    try {
      const away = await this.#deps.listAwayByChoice(ids)
      for (const id of ids) if (!this.#heard.has(id)) this.#set(id, away.has(id) ? 'away' : 'auto')
      return true
    } catch (error) {
      this.#deps.onError(error)
      return false
    }
  }

  #set(userId: UserId, choice: 'auto' | 'away'): void {
    this.#known.set(userId, choice)
    this.#deps.onKnown(userId)
  }
}

/** Undefined: it says nothing of that, or cannot be read; then the choice is the one before. */
function chosenIn(event: PlacedEvent): 'auto' | 'away' | undefined {
  try {
    return payloadOf<'preferences_updated'>(event).user?.presence
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
