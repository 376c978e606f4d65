import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tokens } from '../index.ts'

/**
 * Where sign-ins are remembered between runs, a file each: so two terminals that renew their tokens at the same time do
 * not undo each other. Whoever can read such a file is signed in, so only its owner can.
 */
export class SessionStore {
  readonly #directory: string
  readonly #url: string

  constructor(directory: string, url: string) {
    this.#directory = directory
    this.#url = url
  }

  /** Who signed in last. */
  lastLogin(): string | null {
    const login = this.#read('last')
    return typeof login === 'string' ? login : null
  }

  load(login: string): Tokens | null {
    const tokens = this.#read('tokens', login)
    // We wrote it; and if somebody else did, the server will not know these tokens.
    return typeof tokens === 'object' ? (tokens as Tokens | null) : null
  }

  /** Null: forget the sign-in. */
  save(login: string, tokens: Tokens | null): void {
    if (tokens === null) return rmSync(this.#path('tokens', login), { force: true })
    this.#write(tokens, 'tokens', login)
    this.#write(login, 'last')
  }

  #read(...key: readonly string[]): unknown {
    const path = this.#path(...key)
    if (!existsSync(path)) return null
    try {
      return JSON.parse(readFileSync(path, 'utf8'))
    } catch (error) {
      // It was broken, by whomever: then nobody is signed in.
      if (error instanceof SyntaxError) return null
      throw error
    }
  }

  /** In one step: nobody ever reads half of it. */
  #write(value: unknown, ...key: readonly string[]): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
    const path = this.#path(...key)
    const draft = `${path}.${randomUUID()}`
    writeFileSync(draft, `${JSON.stringify(value)}\n`, { mode: 0o600 })
    renameSync(draft, path)
  }

  /** Urls and logins hold characters that file names cannot. */
  #path(...key: readonly string[]): string {
    const hash = createHash('sha256').update(JSON.stringify([this.#url, ...key])).digest('hex')
    return join(this.#directory, `${hash.slice(0, 32)}.json`)
  }
}
