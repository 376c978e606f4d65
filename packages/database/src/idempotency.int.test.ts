import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { workspaceStream } from '@afrochat/contracts'
import { newId, type Origin, type UserId, type WorkspaceId } from '@afrochat/kernel'
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@afrochat/test-support'
import { connectDatabase, type Db } from './connect.ts'
import type { PlacedEvent } from './events.repository.ts'
import { createTransact, type Transact, type UnitOfWork } from './transact.ts'

let database: TestDatabase
let db: Db
let transact: Transact
let userId: UserId
const published: PlacedEvent[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  db = connectDatabase({ url: database.url, poolSize: 12, applicationName: 'idempotency-test', connectionTimeoutMs: PATIENCE_MS, onError: () => undefined })
  transact = createTransact({ db, shards: 1, publish: (events) => void published.push(...events) })
})
beforeEach(async () => {
  published.length = 0
  userId = newId<UserId>()
  await db.insertInto('users').values({
    id: userId, email: null, username: `u-${userId.slice(-12)}`, display_name: 'Ada', avatar_url: null, status_text: null, status_emoji: null, password_hash: null,
  }).execute()
})
afterAll(async () => {
  await db.destroy()
  await database.drop()
})

/** Each request has an origin of its own, as in the api. */
const request = (key: string, facts: { by?: UserId; fingerprint?: string } = {}): Origin =>
  ({ userId: facts.by ?? userId, requestId: null, idempotency: { key, fingerprint: facts.fingerprint ?? 'POST /workspaces {}' } })

let done = 0
async function work({ emit }: UnitOfWork): Promise<{ id: string; secret: string | null }> {
  done += 1
  const workspaceId = newId<WorkspaceId>()
  emit({ type: 'workspace_deleted', stream: workspaceStream(workspaceId), workspaceId, payload: { workspace_id: workspaceId } })
  return { id: workspaceId, secret: 'token-0123456789' }
}

describe('an idempotency key', () => {
  it('gives the first answer again, and nothing is done a second time', async () => {
    const first = await transact(request('a'), work)
    expect(await transact(request('a'), work)).toEqual(first)
    expect(published).toHaveLength(1)
  })

  it('does the work once for fifty requests at the same moment', async () => {
    done = 0
    const answers = await Promise.all(Array.from({ length: 50 }, () => transact(request('race'), work)))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect({ done, published: published.length }).toEqual({ done: 1, published: 1 })
  })

  it('is refused for another request, which then has done nothing', async () => {
    await transact(request('a'), work)
    await expect(transact(request('a', { fingerprint: 'POST /workspaces {"name":"other"}' }), work)).rejects.toMatchObject({ code: 'idempotency_conflict' })
    expect(published).toHaveLength(1)
  })

  it('is one user’s own: another user’s same key is another key', async () => {
    const other = newId<UserId>()
    await db.insertInto('users').values({
      id: other, email: null, username: `u-${other.slice(-12)}`, display_name: 'Bob', avatar_url: null, status_text: null, status_emoji: null, password_hash: null,
    }).execute()
    const [mine, theirs] = [await transact(request('a'), work), await transact(request('a', { by: other }), work)]
    expect(mine.id).not.toBe(theirs.id)
  })

  it('is not spent by an attempt that failed', async () => {
    await expect(transact(request('a'), async () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
    await transact(request('a'), work)
    expect(published).toHaveLength(1)
  })

  it('keeps an answer of nothing, too', async () => {
    const nothing = async ({ emit }: UnitOfWork): Promise<void> => void (await work({ emit } as UnitOfWork))
    expect(await transact(request('a'), nothing)).toBeUndefined()
    expect(await transact(request('a'), nothing)).toBeUndefined()
    expect(published).toHaveLength(1)
  })

  it('belongs to the first unit of work of a request: later ones are done each time', async () => {
    const origin = request('a')
    await transact(origin, work)
    await transact(origin, work)
    expect(published).toHaveLength(2)
  })

  it('leaves neither key nor answer in the database for who reads it: an answer may hold a secret', async () => {
    await transact(request('a-key-of-a-client'), work)
    const rows = await db.selectFrom('idempotency_keys').selectAll().where('user_id', '=', userId).execute()
    const stored = JSON.stringify(rows.map(({ key_hash, answer }) => [key_hash.toString('latin1'), answer?.toString('latin1')]))
    expect(stored).not.toMatch(/token-0123456789|a-key-of-a-client/)
  })
})
