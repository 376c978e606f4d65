import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { DomainError } from '@afrochat/kernel'
import { asker, createAuthWorld, PASSWORD, type AuthWorld } from '../auth-fixture.ts'

let world: AuthWorld
beforeAll(async () => {
  world = await createAuthWorld()
  await world.signUp({ username: 'ada', email: 'ada@example.com' })
})
afterAll(() => world.close())

const login = (name: string, password = PASSWORD) => world.auth.login({ login: name, password, ...asker })

describe('signing in', () => {
  it.each(['ada', 'ADA', 'ada@example.com', 'Ada@Example.COM'])('works by %s', async (name) => {
    const { user, access_token: token } = await login(name)
    expect(user).toMatchObject({ username: 'ada', email: 'ada@example.com' })
    expect(await world.auth.authenticate(token)).toMatchObject({ userId: user.id })
  })

  it('makes a session of its own each time, with a trace', async () => {
    const [one, two] = [await login('ada'), await login('ada')]
    const [first, second] = await Promise.all([world.actorOf(one.access_token), world.actorOf(two.access_token)])
    expect(first.sessionId).not.toBe(second.sessionId)
    const trace = await world.db.selectFrom('account_audit').select('action').where('session_id', '=', second.sessionId).execute()
    expect(trace).toEqual([{ action: 'signed_in' }])
  })

  it('has one answer for a wrong password, an unknown login, and an account without a password', async () => {
    const imported = await world.aUser()
    for (const [name, password] of [['ada', 'wrong'], ['nobody', PASSWORD], ['no@body.example', PASSWORD], [imported.username, PASSWORD], ["' or 1=1 --", 'x']]) {
      await expect(login(name ?? '', password)).rejects.toMatchObject({ kind: 'unauthenticated', code: 'invalid_credentials', message: 'Wrong login or password' })
    }
  })

  it('tells a deactivated account only to who knows its password', async () => {
    const { user } = await world.signUp({ username: 'gone' })
    await world.db.updateTable('users').set({ status: 'deactivated' }).where('id', '=', user.id).execute()
    await expect(login('gone')).rejects.toMatchObject({ kind: 'forbidden', code: 'account_deactivated' })
    await expect(login('gone', 'wrong')).rejects.toMatchObject({ code: 'invalid_credentials' })
  })

  it('counts the attempt before the password is looked at, and takes it back when it was right', async () => {
    const guard = { admit: jest.fn(async () => undefined), forgive: jest.fn(async () => undefined) }
    const auth = world.anotherProcess({ loginGuard: guard })
    await expect(auth.login({ login: 'ada@example.com', password: 'wrong', ...asker })).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect([guard.admit.mock.calls.length, guard.forgive.mock.calls.length]).toEqual([1, 0])
    await auth.login({ login: 'ada', password: PASSWORD, ...asker })
    expect([guard.admit.mock.calls.length, guard.forgive.mock.calls.length]).toEqual([2, 1])
    // By address or by name, it is one account.
    expect(guard.admit.mock.calls[0]).toEqual(guard.admit.mock.calls[1])
  })

  it('does not look at the password of who has tried too often', async () => {
    const auth = world.anotherProcess({ loginGuard: { admit: () => Promise.reject(new DomainError('rate_limited', 'too_many_attempts', 'No')), forgive: async () => undefined } })
    await expect(auth.login({ login: 'ada', password: PASSWORD, ...asker })).rejects.toMatchObject({ kind: 'rate_limited' })
  })
})
