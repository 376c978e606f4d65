import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Workspace } from '@afrochat/contracts'
import { replay, type TestUser } from '@afrochat/test-support'
import { createAuthWorld, type AuthWorld } from '../auth-fixture.ts'
import { clearExpiredStatuses } from './clear-expired-statuses.ts'

let world: AuthWorld
let acme: Workspace
let ada: TestUser, bob: TestUser
beforeAll(async () => {
  world = await createAuthWorld()
  ada = await world.aUser()
  acme = await world.aWorkspace({ owner: ada })
  bob = await world.aMember({ of: acme })
})
afterAll(() => world.close())

const TOMORROW = new Date(Date.now() + 86_400_000).toISOString()
const invalid = (path: string): unknown => expect.objectContaining({ kind: 'invalid', details: [expect.objectContaining({ path })] })
const set = (status_text: string | null, status_emoji: string | null = null, expires_at: string | null = null) =>
  world.auth.setStatus(ada, { status_text, status_emoji, expires_at })
const clear = () => clearExpiredStatuses({ transact: world.transact })
const expire = (...people: TestUser[]) =>
  world.db.updateTable('users').set({ status_expires_at: new Date(Date.now() - 1000) }).where('id', 'in', people.map(({ userId }) => userId)).execute()

describe('a status', () => {
  it('is text and emoji until a time, and is taken back', async () => {
    expect(await set('On holiday', '🌴', TOMORROW)).toMatchObject({ status_text: 'On holiday', status_emoji: '🌴', status_expires_at: TOMORROW })
    await world.auth.clearStatus(ada)
    expect(await world.auth.getMe(ada)).toMatchObject({ status_text: null, status_emoji: null, status_expires_at: null })
  })

  it.each([
    ['  two\nlines ', 'two lines'], ['\u202eright to left', 'right to left'], ['🇳🇬🦒', '🇳🇬🦒'], ['x'.repeat(100), 'x'.repeat(100)], ['🦒'.repeat(100), '🦒'.repeat(100)],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ])('of the text %j is kept as %j', async (text, kept) => {
    expect(await set(text)).toMatchObject({ status_text: kept })
  })

  it.each([['❤', '❤️'], ['palm_tree', '🌴'], [':', undefined], ['party_parrot', 'party_parrot'], ['👍👍', undefined], ['__proto__', '__proto__']])(
    'with the emoji %j has %j', async (emoji, kept) => {
      if (kept === undefined) await expect(set('x', emoji)).rejects.toEqual(invalid('/status_emoji'))
      else expect(await set('x', emoji)).toMatchObject({ status_emoji: kept })
    })

  it('too long to be read at a glance is refused, counted in characters', async () => {
    for (const text of ['x'.repeat(101), '🦒'.repeat(101)]) await expect(set(text)).rejects.toEqual(invalid('/status_text'))
  })

  it.each(['2020-01-01T00:00:00.000Z', new Date().toISOString()])('that would be over already is refused: %s', async (time) => {
    await expect(set('x', null, time)).rejects.toEqual(invalid('/expires_at'))
  })

  it('with nothing to see is none, whenever it were to end', async () => {
    expect(await set(' \u200b', null, TOMORROW)).toMatchObject({ status_text: null, status_emoji: null, status_expires_at: null })
  })

  it('leaves no event where it was so', async () => {
    await set('busy', '🎧', TOMORROW)
    const count = world.events.length
    await set('busy', '🎧', TOMORROW)
    await world.auth.clearStatus(bob)
    expect(world.events).toHaveLength(count)
  })

  it('reaches the others: state before and its events is the state after', async () => {
    const seen = await replay(world, { workspaceId: acme.id, viewers: { ada, bob } }, async () => {
      await set('in a meeting', '📅')
      await world.auth.clearStatus(ada)
      await set('back', null, TOMORROW)
    })
    for (const { applied, after, received } of Object.values(seen)) {
      expect(applied).toEqual(after)
      expect(received.map(({ type }) => type)).toEqual(['user_updated', 'user_updated', 'user_updated'])
    }
  })
})

describe('a status whose time has come', () => {
  it('is cleared, once, and everybody is told', async () => {
    await set('until lunch', '🍜', TOMORROW)
    await expire(ada)
    const seen = await replay(world, { workspaceId: acme.id, viewers: { ada, bob } }, clear)
    for (const { applied, after, received } of Object.values(seen)) {
      expect(applied).toEqual(after)
      expect(received.map(({ type, actor_id }) => ({ type, actor_id }))).toEqual([{ type: 'user_updated', actor_id: null }])
    }
    expect(await world.auth.getMe(bob)).toBeDefined()
    expect(await clear()).toBe(0)
  })

  it('is left alone before that, and when there is no time', async () => {
    await set('for long', null, TOMORROW)
    await world.auth.setStatus(bob, { status_text: 'for ever', status_emoji: null })
    expect(await clear()).toBe(0)
    expect(await world.auth.getMe(bob)).toMatchObject({ status_text: 'for ever' })
  })

  it('is cleared once, however many processes look at the same moment', async () => {
    const people = await Promise.all(Array.from({ length: 30 }, () => world.aMember({ of: acme })))
    for (const person of people) await world.auth.setStatus(person, { status_text: 'soon over', status_emoji: null, expires_at: TOMORROW })
    await expire(...people)
    const count = world.events.length
    const cleared = await Promise.all(Array.from({ length: 8 }, clear))
    while (await clear() > 0) cleared.push(0)
    expect(world.events.slice(count).filter(({ type }) => type === 'user_updated')).toHaveLength(30)
    expect(Math.max(...cleared)).toBeLessThanOrEqual(20)
  })
})
