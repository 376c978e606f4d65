import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { migrateDown, migrateUp, migrationStatus } from '@afrochat/database'
import { createTestDatabase, type TestDatabase } from '@afrochat/test-support'
import pg from 'pg'
import { dumpCatalog } from './testing/catalog-dump.ts'

const MAIN = new URL('main.ts', import.meta.url).pathname

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  await query('drop schema public cascade; create schema public')
})
afterEach(() => database.drop())

describe('migrations', () => {
  it('are applied once, whole and in order by processes that start at the same moment', async () => {
    const runs = await Promise.all(Array.from({ length: 4 }, () => command('up')))
    const applied = runs.flatMap(({ stdout }) => [...stdout.matchAll(/^applied +(\S+)$/gm)].map(([, name]) => name))
    const status = await migrationStatus(database.url)
    expect(applied).toEqual(status.map(({ name }) => name))
    expect(status.every(({ appliedAt }) => appliedAt !== null)).toBe(true)
    expect(runs.filter(({ stdout }) => stdout.includes('nothing to do'))).toHaveLength(3)
  })

  it('are taken back one by one to exactly what was there before, and lead to the same schema again', async () => {
    const stages = [await dumpCatalog(database.url)]
    expect(stages).toEqual([[]])
    while ((await migrateUp(database.url, 'next')).length > 0) stages.push(await dumpCatalog(database.url))
    const complete = stages.at(-1) ?? []
    expect(complete.join('\n')).toContain('relation events')

    for (const before of stages.slice(0, -1).toReversed()) {
      await migrateDown(database.url)
      expect(await dumpCatalog(database.url)).toEqual(before)
    }
    await migrateUp(database.url)
    expect(await dumpCatalog(database.url)).toEqual(complete)
    await migrateDown(database.url, 'all')
    expect(await dumpCatalog(database.url)).toEqual([])
  })

  it('do not touch a database that a newer version has migrated', async () => {
    await migrateUp(database.url)
    await query(`insert into kysely_migration (name, timestamp) values ('999999_of_tomorrow', now()::text)`)
    for (const name of ['up', 'down']) {
      await expect(command(name)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('does not know 999999_of_tomorrow') as unknown })
    }
    expect((await command('status')).stdout).toMatch(/999999_of_tomorrow {2}\(not in this version/)
  })
})

describe('the command line', () => {
  it('shows what is applied and what is pending', async () => {
    expect((await command('status')).stdout).toMatch(/^pending +000001_core\n[^]*migrations are pending: run up\.\n$/)
    await command('up', '--one')
    expect((await command('status')).stdout).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z +000001_core\n/)
    await command('up')
    expect((await command('status')).stdout).toMatch(/The database is up to date\.\n$/)
  })

  it('takes the newest migration back, in production only when told twice', async () => {
    await command('up', '--one')
    await expect(command('down', { NODE_ENV: 'production' })).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') as unknown })
    expect((await command('down')).stdout).toBe('taken back 000001_core\n')
    expect((await command('down')).stdout).toBe('No migration is applied: nothing to do.\n')
  })

  it('says in a sentence that the database is away, without its password', async () => {
    const failure = await command('up', { DATABASE_URL: 'postgres://user:hush-hush@127.0.0.1:1/afrochat' }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The database cannot be reached: .*ECONNREFUSED.*\n$/) as unknown })
    expect(JSON.stringify(failure)).not.toContain('hush-hush')
  })
})

function command(...words: (string | NodeJS.ProcessEnv)[]): Promise<{ stdout: string; stderr: string }> {
  const args = words.filter((word) => typeof word === 'string')
  const overrides = words.find((word) => typeof word === 'object')
  return promisify(execFile)(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: database.url, ...overrides } })
}

async function query(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(text)
  await client.end()
}
