import type { RateLimitClass } from '@afrochat/contracts'
import { createRateLimiter, type Limit, type RateLimiter } from '@afrochat/middleware'

/** The limit of each class; null: none. */
export type ClassLimits = Readonly<Record<RateLimitClass, Limit | null>>
/** Only classes with a limit have a limiter, so that one without costs nothing. */
export type ClassLimiters = Readonly<Partial<Record<RateLimitClass, RateLimiter>>>

/** One limiter a class, shared by all processes; when Redis is away each counts for itself. */
export function createClassLimiters(redis: object, limits: ClassLimits): ClassLimiters {
  const entries = Object.entries(limits).flatMap(([name, limit]) =>
    limit === null ? [] : [[name, createRateLimiter({ name, limit, redis, withoutRedis: 'in-process' })] as const])
  return Object.fromEntries(entries)
}
