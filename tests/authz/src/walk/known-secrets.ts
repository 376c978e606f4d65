import type { Scene, Stage } from '@afrochat/test-stage'
import { SECRET } from '../payload-check.ts'

/** Keys that say "secret" and may be in a frame all the same, and why. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  // Which addresses may join the workspace, not whose: whoever reads the workspace reads it.
  workspace_updated: ['allowed_email_domains'],
}
/** Shorter ones are words that stand anywhere. */
const MIN_LENGTH = 8

/** Names in a frame that say "secret" where nobody has said that they are meant to be seen. */
export function secretKeysIn(type: string, frame: unknown, path = ''): string[] {
  if (typeof frame !== 'object' || frame === null) return []
  return Object.entries(frame).flatMap(([key, value]) => [
    ...(SECRET.test(key) && MEANT[type]?.includes(key) !== true ? [`${path}/${key}`] : []),
    ...secretKeysIn(type, value, `${path}/${key}`),
  ])
}

/** Every value that stood under the name of a secret, wherever it was: in a request, an answer, a row. Looks for them in what was sent to people. */
export class KnownSecrets {
  readonly #values = new Set<string>()
  /** Every word of every frame, and the type of one that it stood in. */
  readonly #words = new Map<string, string>()

  /** Whatever is in a field whose name says "secret". */
  note(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (SECRET.test(key) && typeof inner === 'string') this.add(inner)
      else this.note(inner)
    }
  }

  add(value: string): void {
    if (value.length < MIN_LENGTH) return
    this.#values.add(value)
    if (!value.startsWith('\\x')) return
    // PostgreSQL's bytes.
    const bytes = Buffer.from(value.slice(2), 'hex')
    for (const form of ['hex', 'base64', 'base64url'] as const) this.#values.add(bytes.toString(form))
  }

  /** What is the secret of somebody in this scene, beside what is written: tokens that were handed out. */
  async noteScene(scene: Scene): Promise<void> {
    for (const name of scene.people) {
      this.add(await scene.tokenOf(name))
      // In a copy of the stage it is the refresh token, too.
      this.add(scene.id(`session ${name}`))
    }
  }

  /** All columns of the database whose name says "secret", and the tokens of invites, which in a copy are their ids. */
  async noteDatabase(stage: Stage): Promise<void> {
    const columns = await stage.query<{ table: string; column: string }>(`
      select table_name as table, column_name as column from information_schema.columns
      where table_schema = 'public' and column_name ~* $1 and data_type in ('text', 'bytea', 'uuid')`, [SECRET.source])
    const tokens = [{ table: 'workspace_invites', column: 'id' }]
    for (const { table, column } of [...columns, ...tokens]) {
      for (const { value } of await stage.query<{ value: string }>(`select distinct "${column}"::text as value from "${table}" where "${column}" is not null`)) this.add(value)
    }
  }

  sent(type: string, text: string): void {
    for (const word of text.split(/[^\w.@+/=-]+/)) {
      for (const part of [word, ...word.split('/')]) if (part.length >= MIN_LENGTH && !this.#words.has(part)) this.#words.set(part, type)
    }
    for (const value of PHRASES) if (text.includes(value)) this.#words.set(value, type)
  }

  /** The secrets that somebody was sent, each with the type of the frame. */
  leaked(): string[] {
    return [...this.#words].filter(([word]) => this.#values.has(word) || PHRASES.includes(word)).map(([word, type]) => `${type}: ${word}`)
  }

  get size(): number {
    return this.#values.size
  }
}

/** The password of everybody on the stage: words of a phrase stand alone nowhere. */
const PHRASES = ['correct horse battery']
