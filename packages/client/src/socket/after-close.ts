import { closeCodes } from '@afrochat/contracts'
import { backoffMs } from './backoff.ts'

export interface Closed {
  readonly code: number
  readonly reason: string
  /** How many connections in a row have not held, this one included. */
  readonly failures: number
}

export type AfterClose =
  | { readonly then: 'reconnect'; readonly delayMs: number }
  /** The access token is not good any more: a new one may be. */
  | { readonly then: 'renew-token' }
  | { readonly then: 'signed-out' }
  /** Connecting again would only end in the same way. */
  | { readonly then: 'stop' }

/** A server that restarts spreads its clients over less than this: anything longer is a mistake, and not waited for. */
const MAX_TOLD_DELAY_MS = 120_000
/** Told to be slower: at least this long. */
const RATE_LIMITED_MS = 5_000

/** What to do after a connection ended. `random` is in [0, 1). */
export function afterClose({ code, reason, failures }: Closed, random: () => number): AfterClose {
  const delayMs = backoffMs(failures, random)
  switch (code) {
    case closeCodes.authenticationFailed.code: return { then: 'renew-token' }
    case closeCodes.signedOut.code: return { then: 'signed-out' }
    case closeCodes.serverRestarting.code: return { then: 'reconnect', delayMs: toldDelayMs(reason) ?? delayMs }
    case closeCodes.rateLimited.code: return { then: 'reconnect', delayMs: RATE_LIMITED_MS + delayMs }
    default: return thenOf(code) === 'stop' ? { then: 'stop' } : { then: 'reconnect', delayMs }
  }
}

/** By the table of the contract. A code that is not in it is one of the network's or of a proxy's: it may hold next time. */
function thenOf(code: number): 'reconnect' | 'sign-in' | 'stop' {
  return Object.values(closeCodes).find((known) => known.code === code)?.then ?? 'reconnect'
}

function toldDelayMs(reason: string): number | null {
  const ms = /^\d{1,6}$/.test(reason) ? Number(reason) : Infinity
  return ms <= MAX_TOLD_DELAY_MS ? ms : null
}
