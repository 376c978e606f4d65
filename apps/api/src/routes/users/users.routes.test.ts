import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Value } from 'typebox/value'
import { defaultUserPreferences, OwnUser, UserPreferences, UserProfile, type HttpMethod } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { errorOf, PASSWORD, type TestApi, type TestPerson } from '../../testing/test-api.ts'
import { createTestPlace, expectRefusal, type TestPlace } from '../../testing/test-place.ts'

let place: TestPlace
let api: TestApi
let ada: TestPerson
let bob: TestPerson
let stranger: TestPerson
beforeAll(async () => {
  place = await createTestPlace()
  ;({ api, owner: ada } = place)
  ;[bob, stranger] = [await place.aMember(), await api.signUp()]
})
afterAll(() => place.close())

const TOMORROW = new Date(Date.now() + 86_400_000).toISOString()
const me = (method: HttpMethod, path: string, body?: unknown, as: TestPerson | null = bob) => place.call(as, `${method} /users/me${path}`, body)

describe('GET /users/me', () => {
  it('200: the own account, with its address', async () => {
    const answer = await api.call('GET', 'users/me', { as: ada })
    expect([answer.statusCode, answer.json()]).toEqual([200, ada.user])
    expect(Value.Check(OwnUser, answer.json())).toBe(true)
  })

  it('401: without a token', async () => {
    const answer = await api.call('GET', 'users/me')
    expect(answer.headers['www-authenticate']).toBe('Bearer')
    expect(errorOf(answer)).toMatchObject({ error: 'Authorization header required', code: 'authorization_required' })
  })

  it.each(['Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b', 'token x', 'Bearer\tx', 'bearer null'])('401: with %j', async (authorization) => {
    expect(errorOf(await api.call('GET', 'users/me', { headers: { authorization } }))).toMatchObject({ error: 'Invalid token', code: 'invalid_token' })
  })
})

describe('PATCH /users/me', () => {
  it('200: the account as it is now', async () => {
    const answer = await me('PATCH', '', { display_name: 'Bob', username: `bob-${newId().slice(-8)}`, timezone: 'Africa/Lagos', locale: 'en-NG' })
    expect(answer).toMatchObject({ status: 200, body: { id: bob.user.id, display_name: 'Bob', timezone: 'Africa/Lagos', locale: 'en-NG' } })
    expect(Value.Check(OwnUser, answer.body)).toBe(true)
    expect(await me('GET', '')).toMatchObject({ body: answer.body as object })
    expect(await me('PATCH', '')).toMatchObject({ status: 200, body: answer.body as object })
  })

  it.each([
    { email: 'other@example.com' }, { is_bot: true }, { status: 'deactivated' }, { avatar_url: 'https://elsewhere.example/x.svg' }, { avatar_image: 'x' },
    { password_hash: 'x' }, { auth_version: 9 }, { id: newId() }, { created_at: TOMORROW }, { preferences: {} }, { status_text: 'x' },
  ])('400: a field that is not theirs to change like this: %j', async (body) => {
    expectRefusal(await me('PATCH', '', body), 400, 'invalid_request')
  })

  it.each([{ display_name: ' ' }, { display_name: 'x'.repeat(81) }, { timezone: '+01:00' }, { timezone: 'Mars/Olympus' }, { locale: 'en_US' }, { username: 'a b' }, { username: '' }])(
    '400: %j', async (body) => {
      const answer = await me('PATCH', '', body)
      expectRefusal(answer, 400, 'invalid_request')
      expect(errorOf(answer.raw).details?.[0]?.path).toBe(`/${Object.keys(body).join('')}`)
    })

  it('401: without a token', async () => expectRefusal(await me('PATCH', '', {}, null), 401, 'authorization_required'))

  it('409: a username that is taken', async () => expectRefusal(await me('PATCH', '', { username: ada.user.username }), 409, 'username_taken'))

  it('422: a username that is reserved', async () => expectRefusal(await me('PATCH', '', { username: 'everyone' }), 422, 'username_reserved'))
})

describe('PUT and DELETE /users/me/status', () => {
  it('200, 204: set until a time, and taken back', async () => {
    const answer = await me('PUT', '/status', { status_text: 'On holiday', status_emoji: 'palm_tree', expires_at: TOMORROW })
    expect(answer).toMatchObject({ status: 200, body: { status_text: 'On holiday', status_emoji: '🌴', status_expires_at: TOMORROW } })
    expect(await me('DELETE', '/status')).toMatchObject({ status: 204, body: undefined })
    expect(await me('GET', '')).toMatchObject({ body: { status_text: null, status_emoji: null, status_expires_at: null } })
  })

  it.each([
    {}, { status_text: 'x' }, { status_text: 'x'.repeat(50_000), status_emoji: null }, { status_text: 'x'.repeat(101), status_emoji: null },
    { status_text: 'x', status_emoji: ':tada:' }, { status_text: 'x', status_emoji: 'x'.repeat(10_000) },
    { status_text: 'x', status_emoji: null, expires_at: '2020-01-01T00:00:00.000Z' }, { status_text: 'x', status_emoji: null, expires_at: 'tomorrow' },
    { status_text: 'x', status_emoji: null, role: 'admin' },
  ])('400: %#', async (body) => expectRefusal(await me('PUT', '/status', body), 400, 'invalid_request'))

  it('400: text that cannot be kept', async () => expectRefusal(await me('PUT', '/status', { status_text: 'a\0b', status_emoji: null }), 400, 'invalid_text'))

  it('401: without a token', async () => {
    expectRefusal(await me('PUT', '/status', { status_text: 'x', status_emoji: null }, null), 401, 'authorization_required')
    expectRefusal(await me('DELETE', '/status', undefined, null), 401, 'authorization_required')
  })
})

describe('GET and PATCH /users/me/preferences', () => {
  it('200: the defaults, and what was changed', async () => {
    expect(await me('GET', '/preferences')).toMatchObject({ status: 200, body: defaultUserPreferences })
    const answer = await me('PATCH', '/preferences', { theme: 'dark' })
    expect([answer.status, answer.body]).toEqual([200, { ...defaultUserPreferences, theme: 'dark' }])
    expect(Value.Check(UserPreferences, (await me('GET', '/preferences')).body)).toBe(true)
  })

  it.each<object>([{ theme: 'pink' }, { show_previews: 1 }, { notify: 'all' }, { constructor: {} }])('400: %j', async (body) => {
    expectRefusal(await me('PATCH', '/preferences', body), 400, 'invalid_request')
  })

  it('400: __proto__, which is no field of anything', async () => {
    const answer = await api.app.inject({
      method: 'PATCH', url: '/api/v1/users/me/preferences', payload: '{"__proto__":{"theme":"dark"}}',
      headers: { authorization: `Bearer ${bob.access_token}`, 'content-type': 'application/json' },
    })
    expect([answer.statusCode, errorOf(answer).code]).toEqual([400, 'invalid_json'])
  })

  it('401: without a token', async () => {
    for (const method of ['GET', 'PATCH'] as const) expectRefusal(await me(method, '/preferences', undefined, null), 401, 'authorization_required')
  })
})

describe('PUT /users/me/presence', () => {
  it('200: away until one says otherwise, on all devices', async () => {
    expect(await me('PUT', '/presence', { presence: 'away' })).toMatchObject({ status: 200, body: { presence: 'away' } })
    expect(await me('GET', '/preferences')).toMatchObject({ body: { presence: 'away' } })
    expect(await me('PUT', '/presence', { presence: 'auto' })).toMatchObject({ status: 200, body: { presence: 'auto' } })
    expect(await me('GET', '/preferences')).toMatchObject({ body: { presence: 'auto' } })
  })

  it.each<object>([{}, { presence: 'active' }, { presence: 'offline' }, { presence: null }, { presence: ['away'] }, { presence: 'away', until: TOMORROW }])(
    '400: %j', async (body) => expectRefusal(await me('PUT', '/presence', body), 400, 'invalid_request'))

  it('400: among the other preferences, where one may change by mistake what others see', async () => {
    expectRefusal(await me('PATCH', '/preferences', { presence: 'away' }), 400, 'invalid_request')
  })

  it('401: without a token', async () => expectRefusal(await me('PUT', '/presence', { presence: 'away' }, null), 401, 'authorization_required'))
})

describe('DELETE /users/me', () => {
  const end = (as: TestPerson | null, password: unknown = PASSWORD) => me('DELETE', '', { password }, as)

  it('204: the account is deactivated, and nothing of it works any more', async () => {
    const person = await place.aMember()
    expect(await end(person)).toMatchObject({ status: 204, body: undefined })
    expectRefusal(await me('GET', '', undefined, person), 401, 'invalid_token')
    const again = await api.call('POST', 'auth/login', { body: { login: person.user.username, password: PASSWORD } })
    expect([again.statusCode, errorOf(again).code]).toEqual([403, 'account_deactivated'])
    expect(await place.call(ada, `GET /users/${person.user.id}`)).toMatchObject({ status: 200, body: { status: 'deactivated', username: person.user.username } })
  })

  it('400: without the password, or with one that is none', async () => {
    for (const body of [undefined, {}, { password: '' }, { password: 'x'.repeat(1025) }, { password: null }]) {
      expectRefusal(await me('DELETE', '', body), 400, 'invalid_request')
    }
  })

  it('401: without a token', async () => expectRefusal(await end(null), 401, 'authorization_required'))

  it('403: a wrong password', async () => expectRefusal(await end(bob, 'wrong'), 403, 'wrong_password'))

  it('409: the last owner of a workspace', async () => {
    expectRefusal(await end(ada), 409, 'last_owner')
    expect(await me('GET', '', undefined, ada)).toMatchObject({ status: 200 })
  })
})

describe('GET /users/:user_id', () => {
  it('200: somebody of the same workspace, without their address', async () => {
    const answer = await place.call(bob, `GET /users/${ada.user.id}`)
    const { email: _, ...publicly } = ada.user
    expect([answer.status, answer.body]).toEqual([200, publicly])
    expect(Value.Check(UserProfile, answer.body)).toBe(true)
  })

  it('200: with their address for an admin, and for themselves', async () => {
    for (const viewer of [ada, bob]) expect(await place.call(viewer, `GET /users/${bob.user.id}`)).toMatchObject({ status: 200, body: { email: bob.user.email } })
  })

  it('404: the same for a stranger and for somebody who does not exist', async () => {
    for (const id of [stranger.user.id, newId()]) {
      const answer = await api.call('GET', `users/${id}`, { as: ada })
      const { request_id: _, ...error } = errorOf(answer)
      expect([answer.statusCode, error]).toEqual([404, { error: 'User not found', code: 'user_not_found' }])
    }
  })
})
