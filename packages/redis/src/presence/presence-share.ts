import type { Redis } from '../create-redis.ts'
import { GATEWAYS_KEY, RENEW, SCORES, shareKey, SINCE_KEY, WRITE, type HereState } from './board-keys.ts'
import { createScript } from './script.ts'

/**
 * What one gateway says of its users, on the board in Redis. It is held by a lease: when the gateway dies, its share ends
 * with it. Redis may forget it, or be away: it is written anew as soon as that is noticed.
 */
export interface PresenceShare {
  /** Somebody is so here, or (null) not here any more. Written a moment later, with whatever else changes until then. */
  say(userId: string, state: HereState | null): void
  /**
   * Holds the lease for its time. The gateways that hold one now; undefined: Redis was away. Every third of the lease at
   * the latest.
   */
  renew(): Promise<readonly string[] | undefined>
  /** Writes nothing while `true`; the lease goes on. */
  pause(isPaused: boolean): void
  /** Nothing is written from here on. The share ends with its lease, so that who comes back elsewhere was never away. */
  stop(): void
}

export interface PresenceShareOptions {
  readonly redis: Redis
  /** Its name among the gateways; no other may ever have it. */
  readonly gateway: string
  readonly leaseMs: number
  /** These users' states have been written; `all`: everything was, since Redis had something else. */
  readonly onWritten: (userIds: readonly string[] | 'all') => void
  readonly onError: (error: Error) => void
}

/** Changes wait for company for so long. */
const GATHER_MS = 50
/** Of one call of the script. */
const PAGE = 500

export function createPresenceShare(options: PresenceShareOptions): PresenceShare {
  return new Share(options)
}

class Share implements PresenceShare {
  readonly #options: PresenceShareOptions
  readonly #write: (args: readonly (string | number)[]) => Promise<unknown>
  readonly #renew: (args: readonly (string | number)[]) => Promise<unknown>
  /** All that should be there. */
  readonly #all = new Map<string, HereState>()
  /** Of whom it is not there yet. */
  #changed = new Set<string>()
  /** Of the share in Redis as this gateway wrote it last; undefined: nobody knows what is there. */
  #version: string | undefined
  #isWriting = false
  #isPaused = false
  #isStopped = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: PresenceShareOptions) {
    const { redis, gateway } = options
    const keys = [GATEWAYS_KEY, SINCE_KEY, shareKey(gateway)]
    this.#options = options
    this.#write = createScript(redis, WRITE, keys)
    this.#renew = createScript(redis, RENEW, keys)
  }

  say(userId: string, state: HereState | null): void {
    if ((this.#all.get(userId) ?? null) === state) return
    if (state === null) this.#all.delete(userId)
    else this.#all.set(userId, state)
    this.#changed.add(userId)
    this.#timer ??= setTimeout(() => void this.#flush(), GATHER_MS)
  }

  async renew(): Promise<readonly string[] | undefined> {
    const { redis, gateway, leaseMs, onError } = this.#options
    if (this.#isStopped || redis.status !== 'ready') return undefined
    try {
      const before = this.#version
      // The script answers texts.
      const [version, ...gateways] = (await this.#renew([gateway, leaseMs])) as [string, ...string[]]
      // While something is being written, that will notice.
      if (!this.#isWriting && this.#version === before && version !== before) this.#version = undefined
      await this.#flush()
      return gateways
    } catch (error) {
      onError(asError(error))
      return undefined
    }
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused
    if (!isPaused) void this.#flush()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isWriting) return
    this.#isWriting = true
    try {
      while (this.#mayWrite()) await (this.#version === undefined ? this.#writeAll() : this.#writeChanged(this.#version))
    } catch (error) {
      // Whether it was written is unknown: at the next renewal everything is.
      this.#version = undefined
      this.#options.onError(asError(error))
    } finally {
      this.#isWriting = false
    }
  }

  #mayWrite(): boolean {
    const isNeeded = this.#version === undefined || this.#changed.size > 0
    return isNeeded && !this.#isPaused && !this.#isStopped && this.#options.redis.status === 'ready'
  }

  async #writeAll(): Promise<void> {
    this.#changed = new Set()
    let version = ''
    const users = [...this.#all]
    for (let from = 0; from === 0 || from < users.length; from += PAGE) {
      version = await this.#put(users.slice(from, from + PAGE), version)
      if (version === '') return
    }
    this.#version = version
    this.#options.onWritten('all')
  }

  async #writeChanged(version: string): Promise<void> {
    const ids = [...this.#changed].slice(0, PAGE)
    for (const id of ids) this.#changed.delete(id)
    const next = await this.#put(ids.map((id) => [id, this.#all.get(id)]), version)
    // Redis has lost it, or has an older one.
    this.#version = next === '' ? undefined : next
    if (next !== '') this.#options.onWritten(ids)
  }

  async #put(users: readonly (readonly [string, HereState | undefined])[], version: string): Promise<string> {
    const { gateway, leaseMs } = this.#options
    const scores = users.flatMap(([id, state]) => [id, state === undefined ? 0 : SCORES[state]])
    return String(await this.#write([gateway, leaseMs, version, ...scores]))
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('Redis refused who is here', { cause: error }))
