import { describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { createTestDatabase } from './index.ts'

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

describe('createTestDatabase', () => {
  it('gives a migrated database that no other test sees', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()])
    await query(one.url, 'create table only_here (id int)')
    expect(await query(one.url, `select to_regclass('events')::text as name`)).toEqual([{ name: 'events' }])
    expect(await query(two.url, `select to_regclass('only_here') as name`)).toEqual([{ name: null }])
    await Promise.all([one.drop(), two.drop()])
  })

  it('drops a database that somebody is still connected to', async () => {
    const database = await createTestDatabase()
    const client = new pg.Client({ connectionString: database.url })
    client.on('error', () => undefined)
    await client.connect()
    await database.drop()
    await expect(query(database.url, 'select 1')).rejects.toThrow(/does not exist/)
    await client.end().catch(() => undefined)
  })
})
