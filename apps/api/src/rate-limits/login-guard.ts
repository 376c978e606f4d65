import { createHash } from 'node:crypto'
import type { LoginAttempt, LoginGuard } from '@afrochat/auth'
import { DomainError } from '@afrochat/kernel'
import { countedAddress, createRateLimiter, type Limit, type RateLimiter } from '@afrochat/middleware'

/** Redis is usually back within seconds. */
const RETRY_AFTER_SECONDS = 5

/**
 * Wrong passwords, counted by account and by address apart: one address may not try many accounts, nor many addresses
 * one account. Without Redis nobody signs in, since each process counting for itself would multiply the guesses.
 */
export function createLoginGuard(redis: object, limit: Limit | null): LoginGuard {
  if (limit === null) return { admit: async () => undefined, forgive: async () => undefined }
  const byAccount = createRateLimiter({ name: 'LOGIN_FAIL:account', limit, redis, withoutRedis: 'refuse' })
  const byAddress = createRateLimiter({ name: 'LOGIN_FAIL:address', limit, redis, withoutRedis: 'refuse' })

  return {
    async admit(attempt) {
      // Both are counted even if the first is over: which of them it was, the answer does not tell.
      await orUnavailable(Promise.all([consume(byAddress, addressKey(attempt)), consume(byAccount, accountKey(attempt))]))
    },
    async forgive(attempt) {
      await orUnavailable(Promise.all([byAddress.giveBack(addressKey(attempt)), byAccount.giveBack(accountKey(attempt))]))
    },
  }
}

async function consume(limiter: RateLimiter, key: string): Promise<void> {
  const { isOver, resetSeconds } = await limiter.consume(key)
  if (isOver) {
    throw new DomainError('rate_limited', 'too_many_attempts', 'Too many failed attempts: try again later', { retryAfterSeconds: resetSeconds })
  }
}

async function orUnavailable(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error instanceof DomainError) throw error
    throw new DomainError('unavailable', 'service_unavailable', 'Signing in is not possible for the moment', {
      retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error,
    })
  }
}

// Hashed, because a login that does not exist is text of the caller's choosing: of any length, and maybe a password typed in the wrong field.
const accountKey = ({ account }: LoginAttempt) => createHash('sha256').update(account).digest('base64url')
const addressKey = ({ address }: LoginAttempt) => countedAddress(address)
