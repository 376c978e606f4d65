import { readdir, readFile } from 'node:fs/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator, NO_MIGRATIONS, type Migration, type MigrationResultSet } from 'kysely/migration'
import pg from 'pg'

const FOLDER = new URL('../../../migrations/', import.meta.url)

export interface MigrationStatus {
  readonly name: string
  readonly appliedAt: Date | null
}

/** Applies what is missing, in order, in one transaction; returns the names. Two processes at once: one waits, then finds nothing to do. */
export function migrateUp(databaseUrl: string): Promise<string[]> {
  return withMigrator(databaseUrl, async (migrator) => namesOf(await migrator.migrateToLatest()))
}

/** Takes back the newest migration, or all of them; returns the names. */
export function migrateDown(databaseUrl: string, how: 'last' | 'all' = 'last'): Promise<string[]> {
  return withMigrator(databaseUrl, async (migrator) =>
    namesOf(how === 'all' ? await migrator.migrateTo(NO_MIGRATIONS) : await migrator.migrateDown()))
}

/** All migrations of this version of the program, and when each was applied. */
export function migrationStatus(databaseUrl: string): Promise<MigrationStatus[]> {
  return withMigrator(databaseUrl, async (migrator) =>
    (await migrator.getMigrations()).map(({ name, executedAt }) => ({ name, appliedAt: executedAt ?? null })))
}

async function withMigrator<T>(databaseUrl: string, work: (migrator: Migrator) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, application_name: 'afrochat-migration' })
  // An idle connection that dies is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    return await work(new Migrator({ db, provider: { getMigrations: readMigrations } }))
  } finally {
    await db.destroy()
  }
}

function namesOf({ error, results }: MigrationResultSet): string[] {
  const failed = results?.find(({ status }) => status === 'Error')
  if (error !== undefined) throw new Error(`Migration ${failed?.migrationName ?? ''} failed; nothing was changed`, { cause: error })
  return (results ?? []).map(({ migrationName }) => migrationName)
}

/** Pairs of files `<name>.up.sql` and `<name>.down.sql`; a missing half is an error of the programmer. */
async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql'))
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

const read = (file: string) => readFile(new URL(file, FOLDER), 'utf8')
