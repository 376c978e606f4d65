import type { RateLimitClass } from '@afrochat/contracts'
import { createRateLimiter, type Limit, type RateLimiter } from '@afrochat/middleware'

/** The settings of the limits; null: none. */
export interface LimitSettings {
  readonly general: Limit | null
  readonly anon: Limit | null
  readonly register: Limit | null
  readonly post: Limit | null
  readonly search: Limit | null
  readonly upload: Limit | null
}

const SETTING: Readonly<Record<RateLimitClass, keyof LimitSettings>> = {
  GENERAL: 'general', ANON: 'anon', REGISTER: 'register', POST: 'post', SEARCH: 'search', UPLOAD: 'upload',
}

/** Only classes with a limit have a limiter, so that one without costs nothing. */
export type ClassLimiters = Readonly<Partial<Record<RateLimitClass, RateLimiter>>>

/** One limiter a class, shared by all processes; when Redis is away each counts for itself. */
export function createClassLimiters(redis: object, limits: LimitSettings): ClassLimiters {
  const entries = Object.entries(SETTING).flatMap(([name, setting]) => {
    const limit = limits[setting]
    return limit === null ? [] : [[name, createRateLimiter({ name, limit, redis, withoutRedis: 'in-process' })] as const]
  })
  return Object.fromEntries(entries)
}
