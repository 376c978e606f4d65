import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createWorld, type World } from '@afrochat/test-support'
import { findActiveAccount, findFirstAccount } from './accounts-by-login.repository.ts'
import { insertImportedAccounts, usernameFrom, type ImportedAccount } from './import-accounts.ts'

const nobody = { userId: null, requestId: null }

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.close())

describe('insertImportedAccounts', () => {
  it('makes accounts that cannot sign in, under names that are free', async () => {
    await world.aUser({ username: 'ada' })
    const made = await insert([anAccount('ada'), anAccount('Ada'), anAccount('kofi'), anAccount('ADA')])
    expect(made.map(({ username }) => username)).toEqual(['ada-2', 'ada-3', 'kofi', 'ada-4'])
    const rows = await world.db.selectFrom('users').select(['email', 'password_hash', 'status']).where('id', 'in', made.map(({ id }) => id)).execute()
    expect(rows).toEqual(made.map(() => ({ email: null, password_hash: null, status: 'active' })))
  })

  it('gives nobody a name that is reserved', async () => {
    expect((await insert([anAccount('slackbot'), anAccount('here')])).map(({ username }) => username)).toEqual(['slackbot-2', 'here-2'])
  })

  it('gives nobody the handle of a group', async () => {
    const owner = await world.aUser()
    const { id } = await world.aWorkspace({ owner })
    await world.workspace.createGroup(owner, { workspace_id: id, handle: 'designers', name: 'Designers' })
    expect((await insert([anAccount('designers'), anAccount('Designers')])).map(({ username }) => username)).toEqual(['designers-2', 'designers-3'])
  })

  it('finds names for a crowd of one name', async () => {
    const made = await insert(Array.from({ length: 100 }, () => anAccount('crowd')))
    expect(new Set(made.map(({ username }) => username)).size).toBe(100)
    expect(made.every(({ username }) => /^[a-z0-9][a-z0-9._-]{0,31}$/.test(username))).toBe(true)
  })

  it('cuts display names to their length and never leaves one without anything to see', async () => {
    const made = await insert([{ ...anAccount('long'), displayName: '🦒'.repeat(100) }, { ...anAccount('blank'), displayName: ' \u200b\n' }])
    expect(made.map(({ display_name }) => [...display_name].length)).toEqual([80, 5])
  })

  it('lets two imports at once have the same names', async () => {
    const names = ['twin', 'twin', 'other-twin']
    const [one, two] = await Promise.all([insert(names.map(anAccount)), insert(names.map(anAccount))])
    expect(new Set([...one, ...two].map(({ username }) => username)).size).toBe(6)
  })
})

describe('usernameFrom', () => {
  it.each([
    ['ada', 'ada'], ['Ada Lovelace', 'ada-lovelace'], ['Zoë Q.', 'zoe-q'], ['__x__', 'x'], ['管理', 'user'], ['', 'user'], ['a'.repeat(50), 'a'.repeat(32)], ['ﬀi', 'ffi'],
  ])('makes of %j %j', (name, username) => {
    expect(usernameFrom(name)).toBe(username)
  })
})

describe('the accounts that an administrator names', () => {
  it('are found by username and by address, and never deactivated ones', async () => {
    const user = await world.aUser({ username: 'named', email: 'Named@example.com' })
    await insert([{ ...anAccount('gone'), isDeactivated: true }])
    expect(await findActiveAccount(world.db, 'Named')).toEqual({ id: user.userId, username: 'named' })
    expect(await findActiveAccount(world.db, 'named@EXAMPLE.com')).toEqual({ id: user.userId, username: 'named' })
    expect(await findActiveAccount(world.db, 'gone')).toBeUndefined()
  })

  it('are never those of an import when the first is asked for', async () => {
    expect(await findFirstAccount(world.db)).toBeUndefined()
    const user = await world.aUser({ username: 'founder' })
    await world.db.updateTable('users').set({ password_hash: 'x' }).where('id', '=', user.userId).execute()
    expect(await findFirstAccount(world.db)).toEqual({ id: user.userId, username: 'founder' })
  })
})

function insert(accounts: readonly ImportedAccount[]) {
  return world.transact(nobody, ({ tx }) => insertImportedAccounts(tx, accounts))
}

const anAccount = (name: string): ImportedAccount => ({ name, displayName: name, avatarUrl: null, timezone: 'UTC', isBot: false, isDeactivated: false })
