import type { SignedIn } from '@afrochat/contracts'
import { ApiError, isPassing } from './errors.ts'

/** What to keep of a sign-in. The refresh token is a secret: whoever has it is this person. */
export interface Tokens {
  /** Whose they are; null when not known. */
  readonly userId: SignedIn['user']['id'] | null
  readonly accessToken: string
  /** Null for tokens that are not renewed (personal access tokens). */
  readonly refreshToken: string | null
  /** By this machine's clock; null when not known. */
  readonly expiresAtMs: number | null
}

export interface TokenOptions {
  /** From an earlier sign-in, as `onTokens` gave them. */
  readonly tokens?: Tokens | null
  /** Keep these instead of the earlier ones; null: signed out. Awaited before the new tokens are used. */
  readonly onTokens?: (tokens: Tokens | null) => void | Promise<void>
  /** Asked before renewing: another tab or process that keeps its tokens in the same place may have renewed them already. */
  readonly readTokens?: () => Tokens | null | Promise<Tokens | null>
}

/** Renewed this long before they expire, or in the last fifth of a shorter life. */
const MARGIN_MS = 60_000
/** After a renewal that failed, while the old token still works. */
const PAUSE_MS = 5_000

/** Holds the tokens of one sign-in and renews them, once for all who ask at the same time. */
export class TokenKeeper {
  readonly #options: TokenOptions
  readonly #exchange: (refreshToken: string) => Promise<SignedIn>
  #tokens: Tokens | null
  #marginMs = MARGIN_MS
  #pausedUntilMs = 0
  #renewing: Promise<void> | undefined

  constructor(options: TokenOptions, exchange: (refreshToken: string) => Promise<SignedIn>) {
    this.#options = options
    this.#exchange = exchange
    this.#tokens = options.tokens ?? null
  }

  get tokens(): Tokens | null {
    return this.#tokens
  }

  /** A token to use now; null when signed out. Throws when it had to be renewed and could not be. */
  async current(): Promise<string | null> {
    const { expiresAtMs = null } = this.#tokens ?? {}
    const leftMs = expiresAtMs === null ? Infinity : expiresAtMs - Date.now()
    if (leftMs < this.#marginMs && this.#tokens?.refreshToken && Date.now() >= this.#pausedUntilMs) {
      try {
        await this.#renewOnce()
      } catch (error) {
        // The old one still works: the outage of the sign-in must not become one of everything else.
        if (leftMs <= 0 || !isPassing(error)) throw error
        this.#pausedUntilMs = Date.now() + PAUSE_MS
      }
    }
    return this.#tokens?.accessToken ?? null
  }

  /** After the server refused a token: another one to try; null when there is none, and signing in again is the only way. */
  async replace(refused: string): Promise<string | null> {
    if (this.#tokens?.accessToken === refused) {
      if (this.#tokens.refreshToken === null) return null
      await this.#renewOnce()
    }
    return this.#tokens?.accessToken ?? null
  }

  async adopt(signedIn: SignedIn): Promise<void> {
    const lifeMs = signedIn.expires_in * 1000
    this.#marginMs = Math.min(MARGIN_MS, lifeMs / 5)
    await this.#keep({
      userId: signedIn.user.id,
      accessToken: signedIn.access_token,
      refreshToken: signedIn.refresh_token,
      expiresAtMs: Date.now() + lifeMs,
    })
  }

  async clear(): Promise<void> {
    if (this.#tokens !== null) await this.#keep(null)
  }

  async #keep(tokens: Tokens | null): Promise<void> {
    this.#tokens = tokens
    this.#pausedUntilMs = 0
    await this.#options.onTokens?.(tokens)
  }

  #renewOnce(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #renew(): Promise<void> {
    if (await this.#takeOver()) return
    const used = this.#tokens?.refreshToken
    if (!used) return
    try {
      const signedIn = await this.#exchange(used)
      // Who signed in or out meanwhile meant it.
      if (this.#tokens?.refreshToken === used) await this.adopt(signedIn)
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (await this.#takeOver()) return
      if (this.#tokens?.refreshToken === used) await this.clear()
      throw error
    }
  }

  /** Whether another tab or process has newer tokens than these, which then are ours too. */
  async #takeOver(): Promise<boolean> {
    const stored = (await this.#options.readTokens?.()) ?? null
    const own = this.#tokens
    // Somebody else may have signed in at the same place: their tokens would make this person speak in their name.
    if (own === null || stored === null || stored.userId === null || stored.userId !== own.userId) return false
    if ((stored.expiresAtMs ?? 0) <= Math.max(own.expiresAtMs ?? 0, Date.now())) return false
    this.#tokens = stored
    this.#marginMs = MARGIN_MS
    return true
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403)
}
