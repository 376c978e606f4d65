import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { PATIENCE_MS } from './patient.ts'
import { RUN, runFact } from './run-services.ts'

/** A database for one test or one test file alone. */
export interface TestDatabase {
  url: string
  /** Ends its connections and removes it. */
  drop(): Promise<void>
}

/** An empty database with all tables: a copy of the migrated template, made in some 30 ms. */
export const createTestDatabase = (): Promise<TestDatabase> => copyOf(runFact(RUN.template))

/**
 * A copy of a database that is filled once in a test run: by the file that is first to ask for what has this name, while
 * the others wait. `fill` leaves no connection open.
 */
export async function createFilledDatabase(name: string, fill: (url: string) => Promise<void>): Promise<TestDatabase> {
  const template = `template_${name}`
  await connected(runFact(RUN.database), async (client) => {
    // Given back with the connection.
    await client.query('select pg_advisory_lock(hashtext($1))', [template])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template])
    if (rowCount === 0) await fillTemplate(client, template, fill)
  })
  return copyOf(template)
}

async function fillTemplate(client: pg.Client, template: string, fill: (url: string) => Promise<void>): Promise<void> {
  const database = await createTestDatabase()
  try {
    await fill(database.url)
    // Only now: a template that is there is whole.
    await client.query(`alter database ${new URL(database.url).pathname.slice(1)} rename to ${template}`)
  } catch (error) {
    await database.drop()
    throw error
  }
}

/**
 * How long a test's own connections wait for a lock and for an answer, whatever the product says: fifty that queue for one
 * row on a machine that stands still for a moment have not failed for that. In the address, where it goes before the pool's.
 */
const PATIENT_SETTINGS = ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'] as const

/** The address without them: for a test of the settings that the product has. */
export function impatient(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.search = ''
  return url.href
}

async function copyOf(template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // By files: with fsync off that is faster than through the write-ahead log.
  await administer(`create database ${name} template ${template} strategy file_copy`)
  const url = new URL(runFact(RUN.database))
  url.pathname = `/${name}`
  for (const setting of PATIENT_SETTINGS) url.searchParams.set(setting, String(PATIENCE_MS))
  // A life of the log of its own: by its epoch the keys of one test's Redis streams are told from another's.
  await runStatement(url.href, `update log_epoch set epoch = substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)`)
  return { url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) }
}

const administer = (statement: string) => runStatement(runFact(RUN.database), statement)

/** On a connection of its own. */
export const runStatement = (url: string, statement: string) => connected(url, async (client) => void (await client.query(statement)))

async function connected(connectionString: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
