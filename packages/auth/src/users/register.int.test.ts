import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { asker, createAuthWorld, PASSWORD, type AuthWorld } from '../auth-fixture.ts'

let world: AuthWorld
beforeAll(async () => void (world = await createAuthWorld()))
afterAll(() => world.close())

const ada = { email: 'Ada@Example.com', username: 'Ada', password: PASSWORD, displayName: '  Ada\nLovelace ', ...asker }

describe('registering', () => {
  it('creates the account, signs it in, and leaves a trace', async () => {
    const { user, ...signedIn } = await world.auth.register(ada)
    expect(user).toMatchObject({ email: 'ada@example.com', username: 'ada', display_name: 'Ada Lovelace', status: 'active', avatar_url: null })
    expect(signedIn).toEqual({
      access_token: expect.any(String), refresh_token: expect.stringMatching(/^[\w-]{43}$/), token_type: 'Bearer', expires_in: 3600,
    })
    expect(await world.auth.authenticate(signedIn.access_token)).toMatchObject({ userId: user.id })
    const audit = await world.db.selectFrom('account_audit').selectAll().where('user_id', '=', user.id).execute()
    expect(audit).toEqual([expect.objectContaining({ action: 'registered', ip: '203.0.113.7', user_agent: 'Test/1', request_id: 'req-1' })])
  })

  it('stores neither the password nor the refresh token', async () => {
    const { user, refresh_token: token } = await world.auth.register({ ...ada, email: 'a@b.example', username: 'a1' })
    const row = await world.db.selectFrom('users').selectAll().where('id', '=', user.id).executeTakeFirstOrThrow()
    expect(row.password_hash).toMatch(/^\$argon2id\$/)
    const stored = JSON.stringify([row, await world.db.selectFrom('refresh_tokens').selectAll().execute()])
    expect(stored).not.toContain(PASSWORD)
    expect(stored).not.toContain(token)
  })

  it('refuses an address or a name that is taken, in whatever case', async () => {
    await expect(world.auth.register({ ...ada, username: 'other' })).rejects.toMatchObject({ kind: 'conflict', code: 'email_taken' })
    await expect(world.auth.register({ ...ada, email: 'other@example.com', username: 'ADA' })).rejects.toMatchObject({ code: 'username_taken' })
  })

  it('lets one of twenty have a name that all want at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) =>
      world.auth.register({ ...ada, email: `race${index}@example.com`, username: 'race' })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'username_taken' })
  })

  it('refuses reserved names, and display names that show nothing', async () => {
    await expect(world.auth.register({ ...ada, username: 'Everyone' })).rejects.toMatchObject({ kind: 'unprocessable', code: 'username_reserved' })
    await expect(world.auth.register({ ...ada, displayName: ' \u200b' })).rejects.toMatchObject({ kind: 'invalid', details: [{ path: '/display_name' }] })
  })
})
