import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId, type Actor, type SessionId } from '@afrochat/kernel'
import { asker, createAuthWorld, PASSWORD, type AuthWorld } from '../auth-fixture.ts'
import type { Auth } from '../auth.ts'
import { removeEndedSessions } from './remove-ended-sessions.ts'

let world: AuthWorld
beforeAll(async () => void (world = await createAuthWorld()))
afterAll(() => world.close())

const authenticate = async (token: string, auth: Auth = world.auth) => auth.authenticate(token)
const refused = { kind: 'unauthenticated', code: 'invalid_token' }

/** One person on two devices. */
async function twoDevices() {
  const one = await world.signUp()
  const again = await world.auth.login({ login: one.user.username, password: PASSWORD, ...asker })
  return { one, two: { ...again, actor: await world.actorOf(again.access_token) } }
}

const revocationsOf = ({ userId }: Actor) =>
  world.events.filter(({ type, stream_key: stream }) => type === 'sessions_revoked' && stream === `u:${userId}`)

describe('signing out', () => {
  it('ends the access token at once, and that of no other device', async () => {
    const { one, two } = await twoDevices()
    await world.auth.logout(one.actor)
    await expect(authenticate(one.access_token)).rejects.toMatchObject(refused)
    expect(await authenticate(two.access_token)).toMatchObject({ sessionId: two.actor.sessionId })
  })

  it('tells every process, by an event of the account and not of a workspace', async () => {
    const { one } = await twoDevices()
    await world.auth.logout(one.actor)
    expect(revocationsOf(one.actor)).toEqual([expect.objectContaining({ shard: 0, workspace_id: null, actor_id: one.user.id, request_id: 'req-2' })])
  })

  it('twice changes nothing', async () => {
    const { one } = await twoDevices()
    await world.auth.logout(one.actor)
    await world.auth.logout(one.actor)
    expect(revocationsOf(one.actor)).toHaveLength(1)
  })

  it('reaches another process by the log: at once while it follows, and by the table while it lags', async () => {
    let fresh = true
    const following = world.anotherProcess({ log: { isFresh: () => fresh } })
    const { one, two } = await twoDevices()
    await authenticate(one.access_token, following)
    await authenticate(two.access_token, following)
    await world.auth.logout(one.actor)
    following.hear(world.events)
    await expect(authenticate(one.access_token, following)).rejects.toMatchObject(refused)

    fresh = false
    await world.auth.logout(two.actor)
    await expect(authenticate(two.access_token, following)).rejects.toMatchObject(refused)
  })

  it('is not missed for an event that cannot be read, nor when the log begins anew', async () => {
    const following = world.anotherProcess()
    const { one, two } = await twoDevices()
    for (const { access_token: token } of [one, two]) await authenticate(token, following)
    await world.auth.revokeAllSessions(one.actor)
    const [event] = revocationsOf(one.actor)
    following.hear(event ? [{ ...event, payload: '{"session_ids"' }] : [])
    await expect(authenticate(one.access_token, following)).rejects.toMatchObject(refused)
    following.forgetSessions()
    await expect(authenticate(two.access_token, following)).rejects.toMatchObject(refused)
  })
})

describe('ending sessions', () => {
  it('ends one of the own, also that of this request', async () => {
    const { one, two } = await twoDevices()
    await world.auth.revokeSession(one.actor, two.actor.sessionId)
    await expect(authenticate(two.access_token)).rejects.toMatchObject(refused)
    await world.auth.revokeSession(one.actor, one.actor.sessionId)
    await expect(authenticate(one.access_token)).rejects.toMatchObject(refused)
  })

  it('does not find that of somebody else, one that has ended, or one that never was', async () => {
    const [mine, theirs, ended] = [await world.signUp(), await world.signUp(), await twoDevices()]
    await world.auth.logout(ended.two.actor)
    for (const [actor, id] of [
      [mine.actor, theirs.actor.sessionId], [mine.actor, newId<SessionId>()], [ended.one.actor, ended.two.actor.sessionId],
    ] as const) {
      await expect(world.auth.revokeSession(actor, id)).rejects.toMatchObject({ kind: 'not_found', code: 'session_not_found' })
    }
    expect(await authenticate(theirs.access_token)).toMatchObject({ userId: theirs.user.id })
  })

  it('ends all of them, this one included, in one event', async () => {
    const { one, two } = await twoDevices()
    await world.auth.revokeAllSessions(one.actor)
    for (const { access_token: token } of [one, two]) await expect(authenticate(token)).rejects.toMatchObject(refused)
    const [event] = revocationsOf(one.actor)
    const { session_ids: ids } = JSON.parse(event?.payload ?? '') as { session_ids: string[] }
    expect(new Set(ids)).toEqual(new Set([one.actor.sessionId, two.actor.sessionId]))
  })

  it('says of many which live', async () => {
    const { one, two } = await twoDevices()
    await world.auth.logout(one.actor)
    const ids = [one.actor.sessionId, two.actor.sessionId, newId<SessionId>()]
    expect(await world.auth.areSessionsLive(ids)).toEqual(new Set([two.actor.sessionId]))
    expect(await world.auth.areSessionsLive([])).toEqual(new Set())
  })

  it('removes those that ended long ago, with their tokens, and no others', async () => {
    const { one, two } = await twoDevices()
    const monthsAgo = new Date(Date.now() - 31 * 86_400_000)
    await world.db.updateTable('sessions').set({ expires_at: monthsAgo }).where('id', '=', one.actor.sessionId).execute()
    expect(await removeEndedSessions(world)).toBe(1)
    expect(await removeEndedSessions(world)).toBe(0)
    expect(await authenticate(two.access_token)).toBeDefined()
  })
})

describe('the list of sessions', () => {
  it('shows the live ones of the caller, newest first, and which is this one', async () => {
    const { one, two } = await twoDevices()
    const third = await world.auth.login({ login: one.user.username, password: PASSWORD, ...asker })
    await world.auth.logout(await world.actorOf(third.access_token))
    const { items, next_cursor: cursor } = await world.auth.listSessions(one.actor, {})
    expect(items.map(({ id, current }) => ({ id, current }))).toEqual([
      { id: two.actor.sessionId, current: false }, { id: one.actor.sessionId, current: true },
    ])
    expect(items[0]).toMatchObject({ ip: '203.0.113.7', user_agent: 'Test/1', created_at: expect.stringMatching(/Z$/) })
    expect(cursor).toBeNull()
  })

  it('comes in pages, and refuses a cursor of another list', async () => {
    const { one, two } = await twoDevices()
    const first = await world.auth.listSessions(one.actor, { limit: 1 })
    expect(first.items.map(({ id }) => id)).toEqual([two.actor.sessionId])
    const second = await world.auth.listSessions(one.actor, { limit: 1, cursor: first.next_cursor ?? '' })
    expect(second.items.map(({ id }) => id)).toEqual([one.actor.sessionId])
    expect(second.next_cursor).toBeNull()
    for (const cursor of ['x', Buffer.from('["sessions","x"]').toString('base64url'), Buffer.from('["members","x"]').toString('base64url')]) {
      await expect(world.auth.listSessions(one.actor, { cursor })).rejects.toMatchObject({ code: 'invalid_cursor' })
    }
  })
})
