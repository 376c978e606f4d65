import type { SessionId, UserId } from './ids.ts'

/** Where a change comes from: written into every event, so that one search in the logs tells the whole story. */
export interface Origin {
  /** Who acts; null for what nobody signed in does (registration) and for the system. */
  readonly userId: UserId | null
  readonly requestId: string | null
}

/** A signed-in person, as every use case gets it. Roles are read where they are needed, under the lock that keeps them. */
export interface Actor extends Origin {
  readonly userId: UserId
  readonly sessionId: SessionId
}
