import type { Redis } from './create-redis.ts'

/**
 * Who is connected now, known to all processes that share a Redis: a sorted set of users by when a gateway saw them last.
 * Nobody takes themselves out, since another device may still be there: who is not seen again fades.
 */
export interface ActiveUsers {
  /** They are here now; said again for as long as they are, at least every `SEEN_EVERY_MS`. Lost while Redis is away. */
  see(userIds: readonly string[]): void
  /** Those of these users who are here, or were until a moment ago. Nobody while Redis is away. */
  among<T extends string>(userIds: readonly T[]): Promise<Set<T>>
}

/** A gateway's wheel of heartbeats comes round in this time at the latest. */
const SEEN_EVERY_MS = 30_000
/** One round and a half: a busy gateway, and clocks that differ by a little, make nobody disappear. */
const FADED_MS = SEEN_EVERY_MS * 1.5

const KEY = 'afrochat:active'

export interface ActiveUsersOptions {
  readonly redis: Redis
  readonly onError: (error: Error) => void
  readonly nowMs?: () => number
}

export function createActiveUsers({ redis, onError, nowMs = Date.now }: ActiveUsersOptions): ActiveUsers {
  return {
    see(userIds) {
      if (userIds.length === 0 || redis.status !== 'ready') return
      const now = nowMs()
      redis.pipeline()
        .zadd(KEY, ...userIds.flatMap((id) => [now, id]))
        .zremrangebyscore(KEY, '-inf', now - FADED_MS)
        .exec().catch(onError)
    },

    async among(userIds) {
      if (userIds.length === 0 || redis.status !== 'ready') return new Set()
      try {
        const seen = await redis.zmscore(KEY, ...userIds)
        const since = nowMs() - FADED_MS
        return new Set(userIds.filter((_, index) => Number(seen[index] ?? 0) >= since))
      } catch (error) {
        onError(error instanceof Error ? error : new Error('Redis cannot say who is active', { cause: error }))
        return new Set()
      }
    },
  }
}
