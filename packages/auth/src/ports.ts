import type { Tx, UnitOfWork } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'

/** Somebody's places in all workspaces. */
export interface HeldPlaces {
  /** Ends all of them, announced. Throws `last_owner`. */
  leave(uow: UnitOfWork): Promise<void>
}

/** What an account leaves behind when it ends, without knowing how that is done. The domain `workspace` implements it. */
export interface Memberships {
  /** Takes all locks that leaving needs, in the order of all locks: they come before those on accounts. */
  hold(tx: Tx, userId: UserId): Promise<HeldPlaces>
}

/** Counts wrong sign-ins, by account and by address. */
export interface LoginGuard {
  /**
   * Counts the attempt before the password is looked at, so that fifty at once are fifty. Throws `rate_limited` when the
   * account or the address has had too many, and `unavailable` when nothing can be counted: it fails closed.
   */
  admit(attempt: LoginAttempt): Promise<void>
  /** The password was right: the attempt does not count. */
  forgive(attempt: LoginAttempt): Promise<void>
}

export interface LoginAttempt {
  /** The account's id, or the login as typed when there is no such account: both are counted alike. */
  readonly account: string
  readonly address: string
}

/** Hears of revoked sessions: this process's view of the log. */
export interface LogView {
  /** Whether all that was committed more than two seconds ago has been seen. */
  isFresh(): boolean
}
