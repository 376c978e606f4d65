import { describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { createTestDatabase, PATIENCE_MS, waitFor } from '@afrochat/test-support'
import { connectDatabase } from './connect.ts'
import { isDatabaseUnavailable } from './pg-errors.ts'

const connect = (url: string, connectionTimeoutMs = PATIENCE_MS) =>
  connectDatabase({ url, poolSize: 1, applicationName: 'errors-test', connectionTimeoutMs, onError: () => undefined })
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
    // A port that no system gives to whoever asks for a free one.
    const db = connect('postgres://nobody@127.0.0.1:1/nothing')
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
    const db = connect(url, 100)
    // The one that there may be is made first: that may take longer.
    await waitFor(() => sql`select 1`.execute(db), { message: 'a connection' })
    const taken = Promise.withResolvers<void>()
    const done = Promise.withResolvers<void>()
    const taking = db.connection().execute(async () => {
      taken.resolve()
      await done.promise
    })
    await taken.promise
    expect(isDatabaseUnavailable(await failureOf(sql`select 1`.execute(db)))).toBe(true)
    done.resolve()
    await taking
    await db.destroy()
    await drop()
  })
})
