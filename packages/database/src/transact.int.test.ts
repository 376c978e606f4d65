import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { accountStream, shardOf } from '@afrochat/contracts'
import { newId, type SessionId, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { createTestDatabase, impatient, PATIENCE_MS, waitFor, type TestDatabase } from '@afrochat/test-support'
import { connectDatabase, type Db, type Tx } from './connect.ts'
import { readLogPosition, type PlacedEvent } from './events.repository.ts'
import { isDatabaseUnavailable } from './pg-errors.ts'
import { createTransact, type NewEvent, type Transact } from './transact.ts'

let database: TestDatabase
let db: Db
const published: PlacedEvent[] = []
let transact: Transact
const origin = { userId: newId<UserId>(), requestId: 'request-1' }

beforeAll(async () => {
  database = await createTestDatabase()
  db = connectDatabase({ url: database.url, poolSize: 4, applicationName: 'transact-test', connectionTimeoutMs: PATIENCE_MS, onError: () => undefined })
  transact = createTransact({ db, shards: 3, publish: (events) => void published.push(...events) })
})
afterAll(async () => {
  await db.destroy()
  await database.drop()
})

const anotherPool = (url = database.url) =>
  connectDatabase({ url, poolSize: 1, applicationName: 'another', connectionTimeoutMs: PATIENCE_MS, onError: () => undefined })

const anEvent = (workspaceId: WorkspaceId | null = null): NewEvent => ({
  type: 'sessions_revoked', stream: accountStream(origin.userId), workspaceId,
  payload: { user_id: origin.userId, session_ids: [newId<SessionId>()] },
})

async function aRow(tx: Tx | Db, name: string): Promise<void> {
  await tx.insertInto('users').values({
    id: newId<UserId>(), email: null, username: name, display_name: name, avatar_url: null, status_text: null, status_emoji: null, password_hash: null,
  }).execute()
}
const nameOf = async (name: string) => (await db.selectFrom('users').select('display_name').where('username', '=', name).executeTakeFirst())?.display_name

describe('a unit of work', () => {
  it('stores its events with its rows, with who did it, and publishes what it stored', async () => {
    published.length = 0
    await transact(origin, async ({ tx, emit }) => {
      await aRow(tx, 'stored')
      emit(anEvent())
      emit(anEvent())
    })
    const stored = await db.selectFrom('events').selectAll().where('shard', '=', 0).orderBy('pos').execute()
    expect(stored.map(({ pos, actor_id, request_id }) => ({ pos, actor_id, request_id }))).toEqual(
      [1, 2].map((pos) => ({ pos, actor_id: origin.userId, request_id: 'request-1' })))
    expect(published).toEqual(stored.map(({ created_at: _, ...event }) => event))
    expect(await nameOf('stored')).toBe('stored')
  })

  it('leaves nothing when it fails: no row, no event, nothing published, no position taken', async () => {
    published.length = 0
    const before = await readLogPosition(db, 0)
    await expect(transact(origin, async ({ tx, emit }) => {
      await aRow(tx, 'undone')
      emit(anEvent())
      throw new Error('changed my mind')
    })).rejects.toThrow('changed my mind')
    expect(await nameOf('undone')).toBeUndefined()
    expect(published).toEqual([])
    expect(await readLogPosition(db, 0)).toEqual(before)
  })

  it('puts each event into the shard of its workspace', async () => {
    const workspaces = Array.from({ length: 64 }, () => newId<WorkspaceId>())
    published.length = 0
    await transact(origin, async ({ emit }) => {
      for (const id of workspaces) emit(anEvent(id))
    })
    expect(published.map(({ workspace_id, shard }) => [workspace_id, shard]).toSorted()).toEqual(workspaces.map((id) => [id, shardOf(id, 3)]).toSorted())
    expect(new Set(published.map(({ shard }) => shard)).size).toBe(3)
  })

  it('refuses to be opened inside another one, which would wait for a second connection while holding the first', async () => {
    await expect(transact(origin, async () => transact(origin, async () => undefined))).rejects.toThrow('pass the Tx instead')
  })

  it('runs again when it was ended as the victim of a deadlock', async () => {
    await aRow(db, 'left')
    await aRow(db, 'right')
    const bothHold = Promise.withResolvers<void>()
    let holding = 0
    let runs = 0
    const rename = (first: string, second: string) => transact(origin, async ({ tx }) => {
      runs += 1
      await tx.updateTable('users').set({ display_name: `${first} first` }).where('username', '=', first).execute()
      holding += 1
      if (holding >= 2) bothHold.resolve()
      await bothHold.promise
      await tx.updateTable('users').set({ display_name: `${first} second` }).where('username', '=', second).execute()
    })
    await Promise.all([rename('left', 'right'), rename('right', 'left')])
    // More often, where both were ended at the same time.
    expect(runs).toBeGreaterThanOrEqual(3)
  })
})

describe('the connections', () => {
  it('end a transaction that holds locks and does nothing, so that it stops nobody for long', async () => {
    const asElsewhere = anotherPool(impatient(database.url))
    const { rows } = await sql`
      select current_setting('idle_in_transaction_session_timeout') as idle, current_setting('lock_timeout') as lock,
             current_setting('statement_timeout') as statement`.execute(asElsewhere)
    await asElsewhere.destroy()
    expect(rows).toEqual([{ idle: '5s', lock: '5s', statement: '10s' }])
  })

  it('give 64-bit positions and counts as numbers', async () => {
    const { count } = await db.selectFrom('users').select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
    expect(typeof count).toBe('number')
  })

  it('fail the unit of work under which the server ends them between two queries, and nothing else', async () => {
    const other = anotherPool()
    const failed = await transact(origin, async ({ tx }) => {
      const { rows: [own] } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await sql`select pg_terminate_backend(${own?.pid})`.execute(other)
      await waitFor(async () => {
        const { rows } = await sql`select from pg_stat_activity where pid = ${own?.pid}`.execute(other)
        return rows.length === 0
      })
      await sql`select 1`.execute(tx)
    }).catch((error: unknown) => error)
    expect(isDatabaseUnavailable(failed)).toBe(true)
    await other.destroy()
    await db.selectFrom('users').select('id').execute()
  })

  it('come back after the server ended them', async () => {
    await db.selectFrom('users').select('id').execute()
    const other = anotherPool()
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'transact-test'`.execute(other)
    await other.destroy()
    await waitFor(async () => (await db.selectFrom('users').select('id').execute()).length > 0)
  })
})
