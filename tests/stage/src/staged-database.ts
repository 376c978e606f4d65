import { createFilledDatabase, type TestDatabase } from '@afrochat/test-support'
import pg from 'pg'
import { createTestApi } from '../../../apps/api/src/testing/test-api.ts'
import type { Part } from './backstage.ts'
import { makeOriginal, type Original } from './original.ts'

/** A database with the original in it, which is put together once in a test run. */
export async function createStagedDatabase(settings: Readonly<Record<string, string>>): Promise<{ database: TestDatabase; original: Original }> {
  const database = await createFilledDatabase('staged', async (url) => {
    const api = await createTestApi({ ...settings, DATABASE_URL: url })
    const original = await makeOriginal(api).finally(() => api.close())
    await connected(url, (client) => keep(client, original))
  })
  return { database, original: await connected(database.url, read) }
}

interface Kept {
  readonly ids: [string, string][]
  readonly part_of: [string, Part][]
}

async function keep(client: pg.Client, { ids, partOf }: Original): Promise<void> {
  await client.query('create table staged_original (ids json, part_of json)')
  await client.query('insert into staged_original values ($1, $2)', [JSON.stringify([...ids]), JSON.stringify([...partOf])])
}

async function read(client: pg.Client): Promise<Original> {
  const { rows: [kept] } = await client.query<Kept>('select ids, part_of from staged_original')
  if (kept === undefined) throw new Error('The staged database has no original')
  return { ids: new Map(kept.ids), partOf: new Map(kept.part_of) }
}

async function connected<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
