import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { defaultUserPreferences, type Workspace } from '@afrochat/contracts'
import { replay, type TestUser } from '@afrochat/test-support'
import { createAuthWorld, type AuthWorld } from '../auth-fixture.ts'

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

const stored = async () => (await world.db.selectFrom('users').select('preferences').where('id', '=', ada.userId).executeTakeFirstOrThrow()).preferences

describe('preferences', () => {
  it('are the defaults for who has chosen nothing', async () => {
    expect(await world.auth.getPreferences(ada)).toEqual(defaultUserPreferences)
  })

  it('change one by one, and keep no more than what was chosen, so that a better default is theirs too', async () => {
    expect(await world.auth.updatePreferences(ada, { theme: 'dark' })).toEqual({ ...defaultUserPreferences, theme: 'dark' })
    expect(await world.auth.updatePreferences(ada, { show_previews: false })).toEqual({ ...defaultUserPreferences, theme: 'dark', show_previews: false })
    expect(await stored()).toEqual({ theme: 'dark', show_previews: false })
    await world.auth.updatePreferences(ada, { theme: 'system' })
    expect(await stored()).toEqual({ show_previews: false })
  })

  it('leave no event where nothing changes', async () => {
    await world.auth.updatePreferences(ada, { send_with: 'mod_enter' })
    const count = world.events.length
    await world.auth.updatePreferences(ada, { send_with: 'mod_enter' })
    await world.auth.updatePreferences(ada, {})
    expect(world.events).toHaveLength(count)
  })

  it('reach the own devices alone: state before and the event is the state after', async () => {
    const seen = await replay(world, { workspaceId: acme.id, viewers: { ada, bob } }, () => world.auth.updatePreferences(ada, { time_format: '24h' }))
    for (const { applied, after } of Object.values(seen)) expect(applied).toEqual(after)
    expect(seen.ada.received.map(({ type, stream_key, shard }) => ({ type, stream_key, shard })))
      .toEqual([{ type: 'preferences_updated', stream_key: `u:${ada.userId}`, shard: 0 }])
    expect(seen.bob.received).toEqual([])
  })

  it('changed at once on several devices all stay', async () => {
    await Promise.all([
      world.auth.updatePreferences(bob, { theme: 'light' }), world.auth.updatePreferences(bob, { time_format: '12h' }),
      world.auth.updatePreferences(bob, { convert_emoticons: false }), world.auth.updatePreferences(bob, { send_with: 'mod_enter' }),
    ])
    expect(await world.auth.getPreferences(bob))
      .toEqual({ ...defaultUserPreferences, theme: 'light', time_format: '12h', convert_emoticons: false, send_with: 'mod_enter' })
  })

  it('do not make the person look changed to others', async () => {
    const before = await world.auth.getUser(bob, ada.userId)
    await world.auth.updatePreferences(ada, { theme: 'light' })
    expect(await world.auth.getUser(bob, ada.userId)).toEqual(before)
  })
})

describe('whether one is shown as away', () => {
  it('is kept until one says otherwise, and told to the own devices alone, once', async () => {
    const seen = await replay(world, { workspaceId: acme.id, viewers: { ada, bob } }, async () => {
      for (let times = 0; times < 3; times += 1) expect(await world.auth.setPresence(ada, { presence: 'away' })).toEqual({ presence: 'away' })
    })
    for (const { applied, after } of Object.values(seen)) expect(applied).toEqual(after)
    expect(seen.ada.received.map(({ type, payload }) => [type, JSON.parse(payload).user.presence])).toEqual([['preferences_updated', 'away']])
    expect(seen.bob.received).toEqual([])
    expect(await world.auth.listAwayByChoice([ada.userId, bob.userId])).toEqual(new Set([ada.userId]))
    await world.auth.setPresence(ada, { presence: 'auto' })
    expect(await world.auth.listAwayByChoice([ada.userId, bob.userId])).toEqual(new Set())
  })
})
