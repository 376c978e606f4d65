import { createHash } from 'node:crypto'
import { DomainError } from '@afrochat/kernel'
import { createRateLimiter, type Limit, type RateLimiter } from '@afrochat/middleware'
import { tooManyInviteMails, type InviteMailCount, type InviteMailGuard } from '@afrochat/workspace'

/** Redis is usually back within seconds. */
const RETRY_AFTER_SECONDS = 5

export interface InviteMailLimits {
  readonly inviteMail: Limit | null
  readonly mailAddress: Limit | null
}

/**
 * Mailed invites, counted by who makes them and by whom they are for: nobody writes to a thousand addresses by us, nor a
 * thousand accounts to one. Without Redis none is made, since the mail would have to wait for Redis as well.
 */
export function createInviteMailGuard(redis: object, limits: InviteMailLimits): InviteMailGuard {
  const counts = [
    ...countBy(limits.inviteMail, 'INVITE_MAIL', ({ userId }) => userId),
    ...countBy(limits.mailAddress, 'MAIL_ADDRESS', addressKey),
  ]

  return {
    admit: (mail) => orUnavailable(async () => {
      // One after the other: who is over their own limit does not use up that of an address.
      for (const { limiter, keyOf } of counts) {
        const { isOver, resetSeconds } = await limiter.consume(keyOf(mail))
        if (isOver) throw tooManyInviteMails(resetSeconds)
      }
    }),
    giveBack: (mail) => orUnavailable(async () => {
      for (const { limiter, keyOf } of counts) await limiter.giveBack(keyOf(mail))
    }),
  }

  function countBy(limit: Limit | null, name: string, keyOf: (mail: InviteMailCount) => string): { limiter: RateLimiter; keyOf: typeof keyOf }[] {
    return limit === null ? [] : [{ limiter: createRateLimiter({ name, limit, redis, withoutRedis: 'refuse' }), keyOf }]
  }
}

async function orUnavailable(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof DomainError) throw error
    throw new DomainError('unavailable', 'service_unavailable', 'Invites cannot be mailed for the moment: try again, or make one without an address and hand it over', {
      retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error,
    })
  }
}

// Hashed, because Redis needs not know whom people write to. What follows a `+` goes to the same mailbox.
const addressKey = ({ email }: InviteMailCount) => createHash('sha256').update(email.toLowerCase().replace(/\+[^@]*@/, '@')).digest('base64url')
