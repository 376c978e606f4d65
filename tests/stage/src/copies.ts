import pg from 'pg'
import { hashOfToken } from '../../../packages/auth/src/tokens/refresh-token.ts'
import { hashInviteToken } from '../../../packages/workspace/src/invites/invite-token.ts'
import { TAG, type Part } from './backstage.ts'
import type { Original } from './original.ts'
import { UNWATCHED } from './write-log.ts'

/** Of the installation, or of no use to a copy, such as the past of the log. */
const NOT_COPIED = /^(?:kysely_|log_|events$|idempotency_keys$|account_audit$|staged_)/
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** Names of pictures are ids of another form. */
const PICTURE = /\b[0-9a-f]{32}\b/
/** What stands for the hash of a token until it is known of which. */
const MARKED = new RegExp(`(\\w+) hash of (${ID.source})`)
const NAMES = new RegExp(`(\\w+ hash of ${ID.source}|${ID.source}|${PICTURE.source}|${TAG})`)
const EVERY_ID = new RegExp(`${ID.source}|${PICTURE.source}`, 'g')
/** Remembers places that are not there in every copy: it belongs to none. */
const KEPT = /"kept_channel_ids":\[[^\]]*\]/

interface Row {
  /** As JSON: what is the same in every copy, and what is not. */
  readonly pieces: readonly (string | Varying)[]
  readonly parts: ReadonlySet<Part>
}

/** A name, or what follows from one, as it is in the copy of this number. */
type Varying = (number: number) => string

/** The original as rows, from which the same world is made as often as it is needed, with ids and names of its own. */
export class Copies {
  readonly #client: pg.Client
  readonly #tables: ReadonlyMap<string, readonly Row[]>
  /** Parts of which copies have been made with the foreign keys looked at. */
  readonly #proven = new Set<string>()
  #made = 0
  #analyzed = 0

  private constructor(client: pg.Client, tables: ReadonlyMap<string, readonly Row[]>) {
    this.#client = client
    this.#tables = tables
  }

  /** Reads the original out of its database, where the copies will be made, too. */
  static async of(databaseUrl: string, { partOf }: Original): Promise<Copies> {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query(`set ${UNWATCHED} = on`)
    const tables = new Map<string, Row[]>()
    const pieces = createPieces()
    for (const name of await tablesOf(client)) {
      const { rows } = await client.query<{ text: string }>(`select row_to_json(t)::text as text from ${pg.escapeIdentifier(name)} t`)
      tables.set(name, rows.map(({ text }) => ({ pieces: pieces(name, text), parts: partsOf(text, partOf) })))
    }
    return new Copies(client, tables)
  }

  /** So many copies of what belongs to all places and to these parts. Gives the number by which each is known. */
  async make(count: number, parts: ReadonlySet<Part>): Promise<number[]> {
    const numbers = Array.from({ length: count }, (_, index) => this.#made + index + 1)
    this.#made += count
    const wanted = [...this.#tables].map(([name, rows]) => [name, rows.filter((row) => [...row.parts].every((part) => parts.has(part)))] as const)
      .filter(([, rows]) => rows.length > 0)
    // One statement for all: foreign keys are looked at when it ends, so that it does not matter which table comes first.
    const inserts = wanted.map(([name], index) => {
      const table = pg.escapeIdentifier(name)
      return `${table} as (insert into ${table} select * from json_populate_recordset(null::${table}, $${index + 1}))`
    })
    const copies = numbers.map((number) => wanted.map(([, rows]) => rows.map((row) => copyOf(row, number)).join()))
    await this.#insert(`with ${inserts.join(', ')} select`, wanted.map((_, index) => `[${copies.map((copy) => copy[index]).join()}]`), parts)
    if (this.#made >= 2 * this.#analyzed) {
      // What has come in at once is not in the planner's statistics yet.
      await this.#client.query('analyze')
      this.#analyzed = this.#made
    }
    return numbers
  }

  /** Looking up what rows refer to is half of the work, and what is there in one copy is there in the next. */
  async #insert(statement: string, values: readonly string[], parts: ReadonlySet<Part>): Promise<void> {
    const key = [...parts].join()
    await this.#client.query('begin')
    try {
      if (this.#proven.has(key)) await this.#client.query('set local session_replication_role = replica')
      await this.#client.query(statement, [...values])
      await this.#client.query('commit')
    } catch (error) {
      await this.#client.query('rollback')
      throw error
    }
    this.#proven.add(key)
  }

  async query<R extends pg.QueryResultRow>(statement: string, values: unknown[]): Promise<R[]> {
    const { rows } = await this.#client.query<R>(statement, values)
    return rows
  }

  close(): Promise<void> {
    return this.#client.end()
  }
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`)
  return rows.map(({ name }) => name).filter((name) => !NOT_COPIED.test(name))
}

function partsOf(text: string, partOf: Original['partOf']): Set<Part> {
  return new Set((text.replace(KEPT, '').match(ID) ?? []).map((id) => partOf.get(id)).filter((part) => part !== undefined))
}

/** The id that stands for this one in a copy: in the same order among the others, since some are kept sorted. */
export const copyOfId = (id: string, number: number): string =>
  `${id.slice(0, -8)}${((Number.parseInt(id.slice(-8), 16) ^ number) >>> 0).toString(16).padStart(8, '0')}`

export const copyOfTag = (number: number): string => `${TAG.slice(0, 2)}${number.toString(36).padStart(TAG.length - 2, '0')}`

/** What is said of one copy, said of another. */
export const retold = (text: string, { from, to }: { from: number; to: number }): string =>
  text.replaceAll(EVERY_ID, (id) => copyOfId(copyOfId(id, from), to)).replaceAll(copyOfTag(from), copyOfTag(to))

const copyOf = ({ pieces }: Row, number: number): string => pieces.map((piece) => (typeof piece === 'string' ? piece : piece(number))).join('')

/** Takes rows apart. A name that is in many of them is worked out once for each copy. */
function createPieces(): (table: string, text: string) => Row['pieces'] {
  const known = new Map<string, Varying>()
  const varying = (found: string): Varying => {
    const one = known.get(found) ?? remembering(varyingOf(found))
    known.set(found, one)
    return one
  }
  return (table, text) => withMarkedHash(table, text).split(NAMES).map((piece, index) => (index % 2 === 0 ? piece : varying(piece)))
}

function varyingOf(found: string): Varying {
  if (found === TAG) return copyOfTag
  const [, table = '', of = ''] = MARKED.exec(found) ?? []
  const token = TOKENS[table]
  return token === undefined ? (number) => copyOfId(found, number) : (number) => `\\\\x${token.hash(copyOfId(of, number)).toString('hex')}`
}

/** Copies are made one after the other. */
function remembering(work: Varying): Varying {
  let last = { number: Number.NaN, result: '' }
  return (number) => {
    if (last.number !== number) last = { number, result: work(number) }
    return last.result
  }
}

/**
 * Of the original's tokens nobody knows what they are hashes of, and they are unique: in a copy the token of an invite is
 * the id of the invite, and a refresh token that of its session.
 */
const TOKENS: Readonly<Record<string, { readonly is: 'id' | 'session_id'; readonly hash: (token: string) => Buffer }>> = {
  workspace_invites: { is: 'id', hash: hashInviteToken },
  refresh_tokens: { is: 'session_id', hash: hashOfToken },
}

function withMarkedHash(table: string, text: string): string {
  const token = TOKENS[table]
  if (token === undefined) return text
  const row = JSON.parse(text) as { id: string; session_id: string }
  return JSON.stringify({ ...row, token_hash: `${table} hash of ${row[token.is]}` })
}
