import { readdir, readFile } from 'node:fs/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, Migrator, NO_MIGRATIONS, type Migration, type MigrationResultSet } from 'kysely/migration'
import pg from 'pg'

/** Where the migrations are: pairs of `<six digits>_<name>.up.sql` and `.down.sql`. */
export const MIGRATIONS_FOLDER = new URL('../../../migrations/', import.meta.url)

export interface MigrationStatus {
  readonly name: string
  readonly appliedAt: Date | null
  /** False: the database has it, this version of the program does not. */
  readonly isKnown: boolean
}

/**
 * Applies what is missing, or the first of it, in order and in one transaction; returns the names.
 * Two processes at once: one waits, then finds nothing to do. (The lock is the session's: not through pgbouncer.)
 */
export function migrateUp(databaseUrl: string, how: 'next' | 'all' = 'all'): Promise<string[]> {
  return withMigrator(databaseUrl, async ({ migrator, db }) => {
    await refuseNewerDatabase(db)
    return namesOf(how === 'all' ? await migrator.migrateToLatest() : await migrator.migrateUp())
  })
}

/** Takes back the newest migration, or all of them; returns the names. */
export function migrateDown(databaseUrl: string, how: 'last' | 'all' = 'last'): Promise<string[]> {
  return withMigrator(databaseUrl, async ({ migrator, db }) => {
    await refuseNewerDatabase(db)
    return namesOf(how === 'all' ? await migrator.migrateTo(NO_MIGRATIONS) : await migrator.migrateDown())
  })
}

/** All migrations of this version of the program and of the database, and when each was applied. */
export function migrationStatus(databaseUrl: string): Promise<MigrationStatus[]> {
  return withMigrator(databaseUrl, async ({ migrator, db }) => {
    const known = (await migrator.getMigrations()).map(({ name, executedAt }) => ({ name, appliedAt: executedAt ?? null, isKnown: true }))
    const names = new Set(known.map(({ name }) => name))
    const others = (await readApplied(db)).filter(({ name }) => !names.has(name)).map((row) => ({ ...row, isKnown: false }))
    return [...known, ...others]
  })
}

async function refuseNewerDatabase(db: Kysely<unknown>): Promise<void> {
  const files = await readMigrations()
  const unknown = (await readApplied(db)).map(({ name }) => name).filter((name) => !Object.hasOwn(files, name))
  if (unknown.length === 0) return
  throw new Error(`The database was migrated by a newer version of the program: this one does not know ${unknown.join(', ')}. Nothing was changed.`)
}

async function readApplied(db: Kysely<unknown>): Promise<{ name: string; appliedAt: Date }[]> {
  const { rows: tables } = await sql<{ found: boolean }>`select to_regclass(${DEFAULT_MIGRATION_TABLE}) is not null as found`.execute(db)
  if (tables[0]?.found !== true) return []
  const { rows } = await sql<{ name: string; timestamp: string }>`
    select name, timestamp from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name`.execute(db)
  return rows.map(({ name, timestamp }) => ({ name, appliedAt: new Date(timestamp) }))
}

async function withMigrator<T>(databaseUrl: string, work: (tools: { migrator: Migrator; db: Kysely<unknown> }) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, application_name: 'afrochat-migration' })
  // An idle connection that dies is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    return await work({ migrator: new Migrator({ db, provider: { getMigrations: readMigrations } }), db })
  } finally {
    await db.destroy()
  }
}

function namesOf({ error, results }: MigrationResultSet): string[] {
  if (error === undefined) return (results ?? []).map(({ migrationName }) => migrationName)
  const failed = results?.find(({ status }) => status === 'Error')
  // Before the first one ran: the database is away, or has another history than the folder.
  if (failed === undefined) throw error instanceof Error ? error : new Error('Migrating failed', { cause: error })
  throw new Error(`The migration ${failed.migrationName} failed; nothing was changed`, { cause: error })
}

/** Pairs of files `<name>.up.sql` and `<name>.down.sql`; a missing half is an error of the programmer. */
async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(MIGRATIONS_FOLDER)).filter((file) => file.endsWith('.sql'))
  const names = [...new Set(files.map((file) => file.replace(/\.(?:up|down)\.sql$/, '')))].toSorted()
  const entries = names.map(async (name) => {
    const [up, down] = await Promise.all([read(`${name}.up.sql`), read(`${name}.down.sql`)])
    const migration: Migration = {
      up: async (db) => void (await sql.raw(up).execute(db)),
      down: async (db) => void (await sql.raw(down).execute(db)),
    }
    return [name, migration] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

const read = (file: string) => readFile(new URL(file, MIGRATIONS_FOLDER), 'utf8')
