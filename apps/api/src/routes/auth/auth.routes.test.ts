import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Value } from 'typebox/value'
import { Session, SignedIn, type Session as SessionView } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { createTestApi, errorOf, PASSWORD, type TestApi } from '../../testing/test-api.ts'

let api: TestApi
beforeAll(async () => void (api = await createTestApi()))
afterAll(() => api.close())

const aName = () => `u-${newId().slice(-12)}`
const registration = (facts: Record<string, unknown> = {}) => {
  const username = aName()
  return { email: `${username}@example.com`, username, password: PASSWORD, display_name: 'Ada Lovelace', ...facts }
}
const post = (path: string, body?: unknown) => api.call('POST', path, { body })

describe('POST /auth/register', () => {
  it('201: an account, signed in', async () => {
    const answer = await post('auth/register', registration({ username: 'Ada' }))
    expect(answer.statusCode).toBe(201)
    expect(Value.Errors(SignedIn, answer.json())).toEqual([])
    expect(answer.json<SignedIn>()).toMatchObject({ user: { username: 'ada', display_name: 'Ada Lovelace' }, token_type: 'Bearer', expires_in: 86_400 })
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('400: every fault of the form at once, each with its place', async () => {
    const answer = await post('auth/register', { email: 'not an address', username: '-', password: 'short', role: 'admin' })
    expect(answer.statusCode).toBe(400)
    const { code, details = [] } = errorOf(answer)
    expect(code).toBe('invalid_request')
    expect(details.map(({ path }) => path).toSorted()).toEqual(['/display_name', '/email', '/password', '/role', '/username'])
  })

  it.each([
    'a@b', 'a@b.c d', 'a b@c.de', '@b.co', 'a@.co', 'a@b..co', 'a@b.co, c@d.co', 'a@b.co\nRCPT TO:<x@y.zz>', '"a@evil.co x"@good.co', 'a@-b.co', 'a\u200bb@c.de', 'a@b\u00ad.co', `${'a'.repeat(65)}@b.co`, 'a@[127.0.0.1]',
  ])('400: %j is no address', async (email) => {
    expect(errorOf(await post('auth/register', registration({ email })))).toMatchObject({ details: [{ path: '/email' }] })
  })

  it.each(['a+tag@b.co', "o'neil@b.co", 'A.B-c_d@sub.b-c.co', 'jos\u00e9@b.co', `${'a'.repeat(64)}@b.co`])('201: %j is one', async (email) => {
    expect((await post('auth/register', registration({ email }))).statusCode).toBe(201)
  })

  it('400: a password of more than 1,024 bytes, before it is hashed', async () => {
    for (const password of ['a'.repeat(1025), 'é'.repeat(513), 'a'.repeat(1_000_000)]) {
      expect(errorOf(await post('auth/register', registration({ password })))).toMatchObject({ details: [{ path: '/password' }] })
    }
  })

  it('201: a password of 64 characters, spaces and all, which signs in afterwards', async () => {
    const password = '  correct horse battery staple, \u{1f40e} and more of it until 64   '
    const username = aName()
    expect((await post('auth/register', registration({ username, password }))).statusCode).toBe(201)
    expect((await post('auth/login', { login: username, password })).statusCode).toBe(200)
    expect((await post('auth/login', { login: username, password: password.trim() })).statusCode).toBe(401)
  })

  it('409: an address or a name that somebody has', async () => {
    const first = registration()
    await post('auth/register', first)
    const [address, name] = [await post('auth/register', { ...first, username: aName() }), await post('auth/register', { ...first, email: 'new@example.com' })]
    expect([address.statusCode, errorOf(address).code]).toEqual([409, 'email_taken'])
    expect([name.statusCode, errorOf(name).code]).toEqual([409, 'username_taken'])
  })

  it('422: a name that nobody may have', async () => {
    const answer = await post('auth/register', registration({ username: 'everyone' }))
    expect([answer.statusCode, errorOf(answer).code]).toEqual([422, 'username_reserved'])
  })
})

describe('POST /auth/login', () => {
  it('200: signed in, by name or address', async () => {
    const { username, email } = registration()
    await post('auth/register', registration({ username, email }))
    for (const login of [username, email, email.toUpperCase()]) {
      const answer = await post('auth/login', { login, password: PASSWORD })
      expect(answer.statusCode).toBe(200)
      expect(Value.Check(SignedIn, answer.json())).toBe(true)
    }
  })

  it('401: the same for a wrong password and for an unknown login', async () => {
    const { user } = await api.signUp()
    const [wrong, unknown] = [await post('auth/login', { login: user.username, password: 'wrong' }), await post('auth/login', { login: aName(), password: 'wrong' })]
    const { request_id: _one, ...first } = errorOf(wrong)
    const { request_id: _other, ...second } = errorOf(unknown)
    expect([wrong.statusCode, first]).toEqual([401, { error: 'Wrong login or password', code: 'invalid_credentials' }])
    expect([unknown.statusCode, second]).toEqual([401, first])
  })

  it('403: a deactivated account', async () => {
    const { user } = await api.signUp()
    await api.services.db.updateTable('users').set({ status: 'deactivated' }).where('id', '=', user.id).execute()
    const answer = await post('auth/login', { login: user.username, password: PASSWORD })
    expect([answer.statusCode, errorOf(answer).code]).toEqual([403, 'account_deactivated'])
  })
})

describe('POST /auth/refresh', () => {
  it('200: new tokens, once', async () => {
    const person = await api.signUp()
    const answer = await post('auth/refresh', { refresh_token: person.refresh_token })
    expect(answer.statusCode).toBe(200)
    expect(answer.json<SignedIn>().refresh_token).not.toBe(person.refresh_token)
    expect(Value.Check(SignedIn, answer.json())).toBe(true)
  })

  it('401: a token used again when its successor is in use, and then the whole session', async () => {
    const person = await api.signUp()
    const second = (await post('auth/refresh', { refresh_token: person.refresh_token })).json<SignedIn>()
    await post('auth/refresh', { refresh_token: second.refresh_token })
    const again = await post('auth/refresh', { refresh_token: person.refresh_token })
    expect([again.statusCode, errorOf(again).code]).toEqual([401, 'invalid_refresh_token'])
    expect((await api.call('GET', 'users/me', { as: second })).statusCode).toBe(401)
  })
})

describe('POST /auth/logout', () => {
  it('204: this session is over, and no other', async () => {
    const person = await api.signUp()
    const other = (await post('auth/login', { login: person.user.username, password: PASSWORD })).json<SignedIn>()
    const answer = await api.call('POST', 'auth/logout', { as: person })
    expect([answer.statusCode, answer.body]).toEqual([204, ''])
    const after = await api.call('GET', 'users/me', { as: person })
    expect([after.statusCode, errorOf(after).error]).toEqual([401, 'Invalid token'])
    expect((await post('auth/refresh', { refresh_token: person.refresh_token })).statusCode).toBe(401)
    expect((await api.call('GET', 'users/me', { as: other })).statusCode).toBe(200)
  })

  it('204: with its refresh token in the body, or with braces alone', async () => {
    for (const body of [{}, { refresh_token: 'x' }]) {
      expect((await api.call('POST', 'auth/logout', { as: await api.signUp(), body })).statusCode).toBe(204)
    }
  })

  it('401: twice', async () => {
    const person = await api.signUp()
    await api.call('POST', 'auth/logout', { as: person })
    expect((await api.call('POST', 'auth/logout', { as: person })).statusCode).toBe(401)
  })
})

describe('/auth/sessions', () => {
  const sessionsOf = async (as: SignedIn, query = '') => (await api.call('GET', `auth/sessions${query}`, { as })).json<{ items: SessionView[]; next_cursor: string | null }>()

  it('200: the own sessions, with the device of each', async () => {
    const person = await api.signUp()
    await api.call('POST', 'auth/login', { body: { login: person.user.username, password: PASSWORD }, headers: { 'user-agent': 'Phone/2' }, from: '::ffff:198.51.100.9' })
    const { items } = await sessionsOf(person)
    expect(items.map(({ ip, user_agent: agent, current }) => [ip, agent, current])).toEqual([['198.51.100.9', 'Phone/2', false], ['127.0.0.1', 'lightMyRequest', true]])
    for (const item of items) expect(Value.Check(Session, item)).toBe(true)
  })

  it('200: in pages', async () => {
    const person = await api.signUp()
    for (let index = 0; index < 2; index += 1) await post('auth/login', { login: person.user.username, password: PASSWORD })
    const first = await sessionsOf(person, '?limit=2')
    const second = await sessionsOf(person, `?limit=2&cursor=${first.next_cursor}`)
    expect([first.items.length, second.items.length, second.next_cursor]).toEqual([2, 1, null])
  })

  it('204: one of the own ends; 404: one that is not the own', async () => {
    const [mine, theirs] = [await api.signUp(), await api.signUp()]
    const other = await api.call('DELETE', `auth/sessions/${theirs.actor.sessionId}`, { as: mine })
    expect([other.statusCode, errorOf(other).code]).toEqual([404, 'session_not_found'])
    const own = await api.call('DELETE', `auth/sessions/${mine.actor.sessionId}`, { as: mine })
    expect(own.statusCode).toBe(204)
    expect((await api.call('GET', 'users/me', { as: mine })).statusCode).toBe(401)
    expect((await api.call('GET', 'users/me', { as: theirs })).statusCode).toBe(200)
  })

  it('204: all of them end', async () => {
    const person = await api.signUp()
    const other = (await post('auth/login', { login: person.user.username, password: PASSWORD })).json<SignedIn>()
    expect((await api.call('DELETE', 'auth/sessions', { as: person })).statusCode).toBe(204)
    for (const as of [person, other]) expect((await api.call('GET', 'users/me', { as })).statusCode).toBe(401)
  })
})
