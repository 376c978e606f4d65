import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Tokens } from '../index.ts'

interface Sessions {
  /** By the server's url, then by login. */
  readonly [url: string]: { readonly last: string | null; readonly tokens: Readonly<Record<string, Tokens>> }
}

/** Where sign-ins are remembered between runs. Whoever can read it is signed in, so only its owner can. */
export class SessionFile {
  readonly #path: string
  readonly #url: string

  constructor(path: string, url: string) {
    this.#path = path
    this.#url = url
  }

  /** Who signed in last. */
  lastLogin(): string | null {
    return this.#read()[this.#url]?.last ?? null
  }

  load(login: string): Tokens | null {
    const { tokens = {} } = this.#read()[this.#url] ?? {}
    return Object.hasOwn(tokens, login) ? (tokens[login] ?? null) : null
  }

  /** Null: forget the sign-in. */
  save(login: string, tokens: Tokens | null): void {
    const sessions = this.#read()
    const { [login]: _, ...others } = sessions[this.#url]?.tokens ?? {}
    const kept = tokens === null ? others : { ...others, [login]: tokens }
    this.#write({ ...sessions, [this.#url]: { last: tokens === null ? null : login, tokens: kept } })
  }

  #read(): Sessions {
    if (!existsSync(this.#path)) return {}
    try {
      const value: unknown = JSON.parse(readFileSync(this.#path, 'utf8'))
      // We wrote it; and if somebody else did, the server will not know these tokens.
      return typeof value === 'object' && value !== null ? (value as Sessions) : {}
    } catch (error) {
      // It was broken, by whomever: then nobody is signed in.
      if (error instanceof SyntaxError) return {}
      throw error
    }
  }

  /** In one step, so that two terminals never leave half of it. */
  #write(sessions: Sessions): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const draft = `${this.#path}.${randomUUID()}`
    writeFileSync(draft, `${JSON.stringify(sessions, null, 2)}\n`, { mode: 0o600 })
    // The mode above is narrowed by the umask, never widened; this is for a umask that would lock out the owner.
    chmodSync(draft, 0o600)
    renameSync(draft, this.#path)
  }
}
