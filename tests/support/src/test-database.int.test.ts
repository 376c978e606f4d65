import { describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { createFilledDatabase, createTestDatabase } from './index.ts'

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

describe('createFilledDatabase', () => {
  it('fills it once, whoever asks and at the same time, and gives everybody a copy of their own', async () => {
    let fills = 0
    const ask = () => createFilledDatabase('of_a_test', async (url) => {
      fills += 1
      await query(url, 'create table filled (id int)')
    })
    const copies = await Promise.all([ask(), ask(), ask()])
    await query(copies[0].url, 'insert into filled values (1)')
    expect(await query(copies[1].url, 'select count(*)::int from filled')).toEqual([{ count: 0 }])
    await Promise.all([...copies, await ask()].map((copy) => copy.drop()))
    expect(fills).toBe(1)
  })

  it('lets the next one try again when it could not be filled', async () => {
    await expect(createFilledDatabase('of_another_test', () => Promise.reject(new Error('half way')))).rejects.toThrow('half way')
    const copy = await createFilledDatabase('of_another_test', (url) => query(url, 'create table filled (id int)').then(() => undefined))
    expect(await query(copy.url, `select to_regclass('filled')::text as name`)).toEqual([{ name: 'filled' }])
    await copy.drop()
  })
})
