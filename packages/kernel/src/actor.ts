import type { SessionId, UserId } from './ids.ts'

/** What a client sends along with a request that it may have to repeat. */
export interface Idempotency {
  readonly key: string
  /** Method, address and body in one text: what makes the request this request. */
  readonly fingerprint: string
}

/** Where a change comes from: written into every event, so that one search in the logs tells the whole story. */
export interface Origin {
  /** Who acts; null for what nobody signed in does (registration) and for the system. */
  readonly userId: UserId | null
  readonly requestId: string | null
  /** The same key again gives the first answer again, and nothing is done a second time: `transact` sees to it. */
  readonly idempotency?: Idempotency
}

/** A signed-in person, as every use case gets it. Roles are read where they are needed, under the lock that keeps them. */
export interface Actor extends Origin {
  readonly userId: UserId
  readonly sessionId: SessionId
}
