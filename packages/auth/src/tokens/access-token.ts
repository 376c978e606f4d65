import type { SessionId, UserId } from '@afrochat/kernel'

/** What a valid access token says. */
export interface AccessFacts {
  readonly userId: UserId
  readonly sessionId: SessionId
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number
}
