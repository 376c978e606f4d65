import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { RateLimitClass } from '@afrochat/contracts'
import { DomainError } from '@afrochat/kernel'
import { countedAddress, type RateLimiter, type RateState } from '@afrochat/middleware'
import type { ClassLimiters } from '../rate-limits/class-limiters.ts'

const BY_ADDRESS: ReadonlySet<RateLimitClass> = new Set(['ANON', 'REGISTER'])

/** Counts a call of an operation against its class, after authentication and before anything of the body is read. */
export const rateLimit = fp<{ limiters: ClassLimiters }>(async (app, { limiters }) => {
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation
    const limit = operation?.limit ?? undefined
    const limiter = limit && limiters[limit]
    if (!limiter) return
    const keyOf = BY_ADDRESS.has(limit) ? addressOf : userOf
    route.onRequest = [...[route.onRequest ?? []].flat(), countBy(limiter, keyOf)]
  })
}, { name: 'rate-limit', dependencies: ['authentication'] })

/** Counts the request, says in its answer how things stand, and throws `rate_limited`. */
export function countBy(limiter: RateLimiter, keyOf: (request: FastifyRequest) => string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const state = await limiter.consume(keyOf(request))
    tell(reply, state)
    if (state.isOver) {
      throw new DomainError('rate_limited', 'rate_limited', 'Too many requests: slow down', { retryAfterSeconds: state.resetSeconds })
    }
  }
}

function tell(reply: FastifyReply, { limit, remaining, resetSeconds }: RateState): void {
  reply.header('ratelimit-limit', limit)
  reply.header('ratelimit-remaining', remaining)
  reply.header('ratelimit-reset', resetSeconds)
}

export const addressOf = (request: FastifyRequest) => countedAddress(request.ip)
const userOf = (request: FastifyRequest) => request.actor.userId ?? countedAddress(request.ip)
