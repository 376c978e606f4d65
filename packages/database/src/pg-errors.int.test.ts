import { describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { aFreePort, createTestDatabase } from '@afrochat/test-support'
import { connectDatabase } from './connect.ts'
import { isDatabaseUnavailable } from './pg-errors.ts'

const connect = (url: string) => connectDatabase({ url, poolSize: 1, applicationName: 'errors-test', onError: () => undefined })
const failureOf = async (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (error: unknown) => error)

describe('a database that is away', () => {
  it('is told from a fault in the query', async () => {
    const { url, drop } = await createTestDatabase()
    const db = connect(url)
    expect(isDatabaseUnavailable(await failureOf(sql`select 1 / 0`.execute(db)))).toBe(false)
    expect(isDatabaseUnavailable(await failureOf(sql`select nonsense`.execute(db)))).toBe(false)
    await db.destroy()
    await drop()
  })

  it('is known when nobody listens', async () => {
    const db = connect(`postgres://nobody@127.0.0.1:${await aFreePort()}/nothing`)
    expect(isDatabaseUnavailable(await failureOf(sql`select 1`.execute(db)))).toBe(true)
    await db.destroy()
  })

  it('is known when it ends a connection in the middle of a query', async () => {
    const { url, drop } = await createTestDatabase()
    const db = connect(url)
    expect(isDatabaseUnavailable(await failureOf(sql`select pg_terminate_backend(pg_backend_pid())`.execute(db)))).toBe(true)
    await db.destroy()
    await drop()
  })

  it('is known when all connections are taken for too long', async () => {
    const { url, drop } = await createTestDatabase()
    const db = connect(url)
    const taken = sql`select pg_sleep(3)`.execute(db)
    expect(isDatabaseUnavailable(await failureOf(sql`select 1`.execute(db)))).toBe(true)
    await taken
    await db.destroy()
    await drop()
  })
})
