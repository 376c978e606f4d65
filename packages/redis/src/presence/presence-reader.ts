import type { Redis } from '../create-redis.ts'
import { GATEWAYS_KEY, READ, SCORES, shareKey, SINCE_KEY, type HereState } from './board-keys.ts'
import { createScript } from './script.ts'

/** What the board says of some users. */
export interface PresenceView<T extends string = string> {
  readonly here: ReadonlyMap<T, HereState>
  /** False while the board is so new that who is not on it may yet come: Redis has lost it a moment ago, or begun. */
  readonly isComplete: boolean
}

/** Who is here, of all gateways together. */
export interface PresenceReader {
  /** Undefined: Redis cannot be asked, and nothing is known of anybody. */
  read<T extends string>(userIds: readonly T[]): Promise<PresenceView<T> | undefined>
  /** Those of these users who are active now. Nobody while Redis is away. */
  activeAmong<T extends string>(userIds: readonly T[]): Promise<Set<T>>
}

export interface PresenceReaderOptions {
  readonly redis: Redis
  readonly onError: (error: Error) => void
  /** Gateways notice within this time that Redis lost what they said, and say it again. */
  readonly settleMs?: number
}

/** Of one call of the script: Lua takes no more than some thousand arguments at a time, and Redis does nothing else meanwhile. */
const PAGE = 1_000
/** Measured: naming somebody who is here takes as long as four look-ups in a share. */
const LOOKS_PER_LISTED = 4
const STATES: readonly (HereState | undefined)[] = [undefined, 'away', 'active']

export function createPresenceReader({ redis, onError, settleMs = 0 }: PresenceReaderOptions): PresenceReader {
  const run = createScript(redis, READ, [GATEWAYS_KEY, SINCE_KEY])

  async function read<T extends string>(userIds: readonly T[]): Promise<PresenceView<T> | undefined> {
    if (redis.status !== 'ready') return undefined
    try {
      const here: [T, HereState][] = []
      let isComplete = true
      for (let from = 0; from < userIds.length; from += PAGE) {
        const page = userIds.slice(from, from + PAGE)
        // The script answers a number and a text.
        const [complete, digits] = (await run([settleMs, ...page])) as [number, string]
        isComplete &&= complete === 1
        here.push(...page.flatMap((id, index) => stateOf(id, digits[index])))
      }
      return { here: new Map(here), isComplete }
    } catch (error) {
      onError(error instanceof Error ? error : new Error('Redis cannot say who is here', { cause: error }))
      return undefined
    }
  }

  /** Everybody who is active, where that costs less than to look for so many in every share; else undefined. */
  async function listActive(asked: number): Promise<ReadonlySet<string> | undefined> {
    if (redis.status !== 'ready') return undefined
    try {
      // Shares of gateways that are gone have ended by themselves.
      const shares = (await redis.zrangebyscore(GATEWAYS_KEY, '-inf', '+inf')).map(shareKey)
      const sizes = await Promise.all(shares.map((key) => redis.zcard(key)))
      const listed = sizes.reduce((sum, size) => sum + size, 0)
      if (listed * LOOKS_PER_LISTED > asked * shares.length) return undefined
      const lists = await Promise.all(shares.map((key) => redis.zrangebyscore(key, SCORES.active, SCORES.active)))
      return new Set(lists.flat())
    } catch (error) {
      onError(error instanceof Error ? error : new Error('Redis cannot say who is here', { cause: error }))
      return undefined
    }
  }

  return {
    read,
    async activeAmong(userIds) {
      const active = userIds.length > PAGE ? await listActive(userIds.length) : undefined
      if (active !== undefined) return new Set(userIds.filter((id) => active.has(id)))
      const view = await read(userIds)
      return new Set(userIds.filter((id) => view?.here.get(id) === 'active'))
    },
  }
}

function stateOf<T extends string>(id: T, digit: string | undefined): [T, HereState][] {
  const state = STATES[Number(digit)]
  return state === undefined ? [] : [[id, state]]
}
