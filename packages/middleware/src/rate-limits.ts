import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

/** So many in so long. */
export interface Limit {
  readonly count: number
  readonly seconds: number
}

export interface RateLimiterOptions {
  /** Part of the keys: counters of one name are shared by all processes. */
  readonly name: string
  readonly limit: Limit
  /** An ioredis client. Unknown here, because an adapter knows no other. */
  readonly redis: object
  /** When Redis is away: `in-process` counts in this process alone; `refuse` lets nothing pass. */
  readonly withoutRedis: 'in-process' | 'refuse'
}

/** How a key stands after it was counted. */
export interface RateState {
  readonly isOver: boolean
  readonly limit: number
  readonly remaining: number
  /** Until the whole limit is there again. */
  readonly resetSeconds: number
}

export interface RateLimiter {
  /** Counts one. Rejects only when nothing can be counted, which is when Redis is away and that is to refuse. */
  consume(key: string): Promise<RateState>
  /** Takes one back. */
  giveBack(key: string): Promise<void>
}

/** Counts in fixed windows, in Redis for all processes together. */
export function createRateLimiter({ name, limit, redis, withoutRedis }: RateLimiterOptions): RateLimiter {
  const window = { points: limit.count, duration: limit.seconds }
  const limiter = new RateLimiterRedis({
    ...window,
    storeClient: redis,
    // Only one key an operation, so that a Redis Cluster needs no more.
    keyPrefix: `rl:${name}`,
    ...(withoutRedis === 'in-process' && { insuranceLimiter: new RateLimiterMemory({ ...window, keyPrefix: name }) }),
    // Who is over it already costs Redis nothing more. Not where counts are given back: it would not hear of that.
    ...(withoutRedis === 'in-process' && { inMemoryBlockOnConsumed: limit.count + 1 }),
  })

  return {
    async consume(key) {
      try {
        return toState(await limiter.consume(key), limit, false)
      } catch (error) {
        if (error instanceof RateLimiterRes) return toState(error, limit, true)
        throw error
      }
    },
    async giveBack(key) {
      await limiter.reward(key)
    },
  }
}

function toState({ remainingPoints, msBeforeNext }: RateLimiterRes, limit: Limit, isOver: boolean): RateState {
  return { isOver, limit: limit.count, remaining: isOver ? 0 : remainingPoints, resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) }
}
