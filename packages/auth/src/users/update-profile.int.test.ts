import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { replay, type Replayed, type TestUser } from '@afrochat/test-support'
import { asker, createAuthWorld, PASSWORD, type AuthWorld } from '../auth-fixture.ts'

let world: AuthWorld
let acme: Workspace
let room: Channel
let owner: TestUser, ada: TestUser, bob: TestUser, guest: TestUser, otherGuest: TestUser
beforeAll(async () => {
  world = await createAuthWorld()
  owner = await world.aUser()
  acme = await world.aWorkspace({ owner })
  ;[ada, bob] = [await world.aMember({ of: acme }), await world.aMember({ of: acme })]
  room = await world.aChannel({ in: acme, by: ada })
  const other = await world.aChannel({ in: acme, by: bob })
  guest = await world.aMember({ of: acme, role: 'guest', channels: [room] })
  otherGuest = await world.aMember({ of: acme, role: 'guest', channels: [other] })
})
afterAll(() => world.close())

const invalid = (path: string): unknown => expect.objectContaining({ kind: 'invalid', code: 'invalid_request', details: [expect.objectContaining({ path })] })
const eventsSince = (count: number) => world.events.slice(count).map(({ type, stream_key, audience }) => ({ type, stream_key, audience }))

describe('changing the own profile', () => {
  it('changes what is given and leaves the rest', async () => {
    const before = await world.auth.getMe(ada)
    const after = await world.auth.updateProfile(ada, { timezone: 'Africa/Lagos', locale: 'EN-ng' })
    expect(after).toEqual({ ...before, timezone: 'Africa/Lagos', locale: 'en-NG', updated_at: after.updated_at })
    expect(await world.auth.getMe(ada)).toEqual(after)
  })

  it('leaves no event where nothing changes', async () => {
    const { display_name, username, timezone, locale } = await world.auth.getMe(ada)
    const count = world.events.length
    const me = await world.auth.updateProfile(ada, { display_name: ` ${display_name}\n`, username: username.toUpperCase(), timezone, locale })
    expect(me).toEqual(await world.auth.updateProfile(ada, {}))
    expect(eventsSince(count)).toEqual([])
  })

  it.each([
    ['  Ada\nLovelace ', 'Ada Lovelace'], ['Ada\u202eevil', 'Ada evil'], ['e\u0301va', 'éva'], ['🇳🇬 Ngozi', '🇳🇬 Ngozi'], ['🦒'.repeat(80), '🦒'.repeat(80)],
  ])('keeps the name %j as %j', async (display_name, kept) => {
    expect(await world.auth.updateProfile(ada, { display_name })).toMatchObject({ display_name: kept })
  })

  it.each([' ', '\u200b', '\u0301', '\u202e', '🦒'.repeat(81)])('refuses the name %j', async (display_name) => {
    await expect(world.auth.updateProfile(ada, { display_name })).rejects.toEqual(invalid('/display_name'))
  })

  it.each([
    ['africa/lagos', 'Africa/Lagos'], ['Asia/Kolkata', 'Asia/Kolkata'], ['UTC', 'UTC'], ['Europe/Kyiv', 'Europe/Kyiv'], ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ])('takes the time zone %s as %s', async (timezone, kept) => {
    expect(await world.auth.updateProfile(ada, { timezone })).toMatchObject({ timezone: kept })
  })

  it.each(['+01:00', 'Mars/Olympus', 'local', 'Africa/Lagos; drop table users', '../etc/passwd', 'constructor'])('refuses the time zone %s', async (timezone) => {
    await expect(world.auth.updateProfile(ada, { timezone })).rejects.toEqual(invalid('/timezone'))
  })

  it.each(['en_US', 'x', 'in English', 'e'.repeat(35)])('refuses the locale %s', async (locale) => {
    await expect(world.auth.updateProfile(ada, { locale })).rejects.toEqual(invalid('/locale'))
  })

  it('is nothing for the token of an account that ended a moment ago', async () => {
    const { actor } = await world.signUp()
    await world.db.updateTable('users').set({ status: 'deactivated' }).where('id', '=', actor.userId).execute()
    await expect(world.auth.updateProfile(actor, { display_name: 'Ghost' })).rejects.toMatchObject({ code: 'invalid_token' })
  })
})

describe('a new username', () => {
  it('is kept in lower case, and the old one is free again', async () => {
    const { actor, user } = await world.signUp()
    expect(await world.auth.updateProfile(actor, { username: 'Renamed' })).toMatchObject({ username: 'renamed' })
    const { user: next } = await world.auth.register({ email: 'next@example.com', username: user.username, password: PASSWORD, displayName: 'Next', ...asker })
    expect(next.username).toBe(user.username)
  })

  it('is refused when somebody has it, in whatever case, or nobody may', async () => {
    await expect(world.auth.updateProfile(ada, { username: bob.username.toUpperCase() })).rejects.toMatchObject({ kind: 'conflict', code: 'username_taken' })
    for (const username of ['here', 'adm1n']) await expect(world.auth.updateProfile(ada, { username })).rejects.toMatchObject({ kind: 'unprocessable', code: 'username_reserved' })
  })

  it('is refused when a deactivated account has it: names stay reserved', async () => {
    const gone = await world.aUser({ username: 'gone-but-named' })
    await world.db.updateTable('users').set({ status: 'deactivated' }).where('id', '=', gone.userId).execute()
    await expect(world.auth.updateProfile(ada, { username: 'gone-but-named' })).rejects.toMatchObject({ code: 'username_taken' })
  })

  it('goes to one of fifty who want it at once', async () => {
    const people = await Promise.all(Array.from({ length: 50 }, () => world.aUser()))
    const results = await Promise.allSettled(people.map((person) => world.auth.updateProfile(person, { username: 'everybody-wants-it' })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'username_taken' })
  })
})

describe('names of people and of groups', () => {
  it('are one namespace: a group\'s handle is nobody\'s username, in any workspace, at registration and later', async () => {
    await world.workspace.createGroup(owner, { workspace_id: acme.id, handle: 'engineers', name: 'Engineers' })
    const registration = { email: 'e@example.com', username: 'Engineers', password: PASSWORD, displayName: 'E', ...asker }
    await expect(world.auth.register(registration)).rejects.toMatchObject({ kind: 'conflict', code: 'username_taken' })
    await expect(world.auth.updateProfile(ada, { username: 'engineers' })).rejects.toMatchObject({ code: 'username_taken' })
  })

  it('are never both, when a person and a group claim one at the same moment', async () => {
    for (let round = 0; round < 25; round += 1) {
      const name = `claimed-${round}`
      const person = await world.aUser()
      const results = await Promise.allSettled([
        world.auth.updateProfile(person, { username: name }),
        world.workspace.createGroup(owner, { workspace_id: acme.id, handle: name, name }),
      ])
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const result of results) if (result.status === 'rejected') expect(['username_taken', 'handle_taken']).toContain((result.reason as { code: string }).code)
    }
  })
})

/** "State before and the events is the state after", for everybody who looks on. */
describe('who learns of a change', () => {
  const watch = async (act: () => Promise<unknown>) => {
    const seen = await replay(world, { workspaceId: acme.id, viewers: { owner, ada, bob, guest, otherGuest } }, act)
    for (const [name, { applied, after }] of Object.entries<Replayed>(seen)) expect({ name, boot: applied }).toEqual({ name, boot: after })
    return Object.fromEntries(Object.entries<Replayed>(seen).map(([name, { received }]) => [name, received.map(({ type }) => type)]))
  }

  it('the full members of the workspace, and of the guests those who share a channel', async () => {
    expect(await watch(() => world.auth.updateProfile(ada, { display_name: 'Countess' })))
      .toEqual({ owner: ['user_updated'], ada: ['user_updated'], bob: ['user_updated'], guest: ['user_updated'], otherGuest: [] })
  })

  it('a guest\'s other devices too, and those who share a channel with the guest', async () => {
    expect(await watch(() => world.auth.updateProfile(guest, { display_name: 'Visitor' })))
      .toEqual({ owner: ['user_updated'], ada: ['user_updated'], bob: ['user_updated'], guest: ['user_updated'], otherGuest: [] })
  })

  it('once each, of however many channels are shared', async () => {
    const second = await world.aChannel({ in: acme, by: ada })
    await world.workspace.addChannelMembers(ada, { channel_id: second.id, user_ids: [guest.userId] })
    expect(await watch(() => world.auth.updateProfile(ada, { display_name: 'Ada' }))).toMatchObject({ guest: ['user_updated'] })
  })

  it('nobody of a workspace that the person was never in, nor anybody by name or address', async () => {
    const stranger = await world.aUser()
    const elsewhere = await world.aWorkspace({ owner: stranger })
    const count = world.events.length
    await world.auth.updateProfile(ada, { display_name: 'Lovelace' })
    expect(eventsSince(count).filter(({ stream_key }) => stream_key.includes(elsewhere.id))).toEqual([])
    expect(world.events.slice(count).map(({ payload }) => payload).join('')).not.toMatch(/@example\.com|password|preferences/)
  })

  it('the members of a workspace that the person has left: what they wrote is there, under their name', async () => {
    const former = await world.aMember({ of: acme })
    await world.workspace.leaveWorkspace(former, acme.id)
    expect(await watch(() => world.auth.updateProfile(former, { display_name: 'Somewhere else' })))
      .toEqual({ owner: ['user_updated'], ada: ['user_updated'], bob: ['user_updated'], guest: [], otherGuest: [] })
  })

  it('nobody who is a guest no more in a channel with them', async () => {
    await world.workspace.leaveChannel(guest, room.id)
    const count = world.events.length
    await world.auth.updateProfile(bob, { display_name: 'Bobby' })
    expect(eventsSince(count)).toEqual([
      { type: 'user_updated', stream_key: `w:${acme.id}`, audience: 'members' },
      { type: 'user_updated', stream_key: `u:${acme.id}:${otherGuest.userId}`, audience: 'all' },
    ])
  })
})
