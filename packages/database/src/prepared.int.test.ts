import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@afrochat/test-support'
import { connectDatabase, type Db } from './connect.ts'
import { prepared } from './prepared.ts'

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  // One connection: what it keeps is looked at.
  db = connectDatabase({ url: database.url, poolSize: 1, applicationName: 'prepared-test', connectionTimeoutMs: PATIENCE_MS, onError: () => undefined })
})
afterEach(() => db.destroy())
afterAll(() => database.drop())

const marked = (username: string) => db.selectFrom('users').modifyFront(prepared).select(['id', 'username']).where('username', '=', username).execute()
const keptPlans = async () =>
  (await sql<{ statement: string; plans: number }>`
    select statement, generic_plans + custom_plans as plans from pg_prepared_statements where statement like '%users%' order by statement`.execute(db)).rows

describe('a marked select', () => {
  it('is prepared once a connection, and answers as any other', async () => {
    await sql`insert into users (id, username, display_name) values (gen_random_uuid(), 'ada', 'Ada') on conflict do nothing`.execute(db)
    for (const name of ['ada', 'nobody', 'ada']) expect((await marked(name)).map(({ username }) => username)).toEqual(name === 'ada' ? ['ada'] : [])
    expect(await keptPlans()).toMatchObject([{ statement: expect.stringContaining('prepared'), plans: 3 }])
  })

  it('is not what others are', async () => {
    await db.selectFrom('users').select('id').where('username', '=', 'ada').execute()
    expect(await keptPlans()).toEqual([])
  })

  it('goes on when its table gets a column', async () => {
    await marked('ada')
    await sql`alter table users add column if not exists added_while_running text`.execute(db)
    await expect(marked('ada')).resolves.toBeDefined()
  })

  it('is the same in a transaction', async () => {
    await db.transaction().execute(async (tx) => {
      await tx.selectFrom('users').modifyFront(prepared).select(['id', 'username']).where('username', '=', 'ada').execute()
    })
    await marked('ada')
    expect(await keptPlans()).toMatchObject([{ plans: 2 }])
  })
})
