import pg from 'pg'
import { hashOfToken } from '../../../packages/auth/src/tokens/refresh-token.ts'
import { hashInviteToken } from '../../../packages/workspace/src/invites/invite-token.ts'
import { TAG, type Part } from './backstage.ts'
import type { Original } from './original.ts'
import { UNWATCHED } from './write-log.ts'

/** Of the installation, or of no use to a copy, such as the past of the log. */
const NOT_COPIED = /^(?:kysely_|log_|events$|idempotency_keys$|account_audit$|staged_writes$)/
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** Names of pictures are ids of another form. */
const PICTURE = /\b[0-9a-f]{32}\b/
const NAMES = new RegExp(`${ID.source}|${PICTURE.source}|${TAG}`, 'g')
/** Remembers places that are not there in every copy: it belongs to none. */
const KEPT = /"kept_channel_ids":\[[^\]]*\]/

interface Row {
  /** As JSON. */
  readonly text: string
  readonly parts: ReadonlySet<Part>
}

/** The original as rows, from which the same world is made as often as it is needed, with ids and names of its own. */
export class Copies {
  readonly #client: pg.Client
  readonly #tables: ReadonlyMap<string, readonly Row[]>
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
    for (const name of await tablesOf(client)) {
      const { rows } = await client.query<{ text: string }>(`select row_to_json(t)::text as text from ${pg.escapeIdentifier(name)} t`)
      tables.set(name, rows.map(({ text }) => ({ text, parts: partsOf(text, partOf) })))
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
    const copies = wanted.map(([name, rows]) => `[${numbers.flatMap((number) => rows.map(({ text }) => withHash(name, copyOf(text, number)))).join()}]`)
    await this.#client.query(`with ${inserts.join(', ')} select`, copies)
    if (this.#made >= 2 * this.#analyzed) {
      // What has come in at once is not in the planner's statistics yet.
      await this.#client.query('analyze')
      this.#analyzed = this.#made
    }
    return numbers
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

const copyOf = (text: string, number: number): string =>
  text.replaceAll(NAMES, (found) => (found === TAG ? copyOfTag(number) : copyOfId(found, number)))

/**
 * Of the original's tokens nobody knows what they are hashes of, and they are unique: in a copy the token of an invite is
 * the id of the invite, and a refresh token that of its session.
 */
const HASHES: Readonly<Record<string, (row: { id: string; session_id: string }) => Buffer>> = {
  workspace_invites: ({ id }) => hashInviteToken(id),
  refresh_tokens: ({ session_id: id }) => hashOfToken(id),
}

function withHash(table: string, text: string): string {
  const hashOf = HASHES[table]
  if (hashOf === undefined) return text
  const row = JSON.parse(text) as { id: string; session_id: string }
  return JSON.stringify({ ...row, token_hash: `\\x${hashOf(row).toString('hex')}` })
}
