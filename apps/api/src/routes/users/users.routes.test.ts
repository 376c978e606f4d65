import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Value } from 'typebox/value'
import { OwnUser, User } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { createTestApi, errorOf, type TestApi, type TestPerson } from '../../testing/test-api.ts'

let api: TestApi
let ada: TestPerson
let bob: TestPerson
let stranger: TestPerson
beforeAll(async () => {
  api = await createTestApi();
  [ada, bob, stranger] = await Promise.all([api.signUp(), api.signUp(), api.signUp()])
  const { workspace } = api.services
  const acme = await workspace.createWorkspace(ada.actor, { name: 'Acme' })
  const { token } = await workspace.createInvite(ada.actor, { workspace_id: acme.id })
  await workspace.acceptInvite(bob.actor, token)
})
afterAll(() => api.close())

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

describe('GET /users/:user_id', () => {
  it('200: somebody of the same workspace, without their address', async () => {
    const answer = await api.call('GET', `users/${ada.user.id}`, { as: bob })
    const { email: _, ...publicly } = ada.user
    expect([answer.statusCode, answer.json()]).toEqual([200, publicly])
    expect(Value.Check(User, answer.json())).toBe(true)
  })

  it('404: the same for a stranger and for somebody who does not exist', async () => {
    for (const id of [stranger.user.id, newId()]) {
      const answer = await api.call('GET', `users/${id}`, { as: ada })
      const { request_id: _, ...error } = errorOf(answer)
      expect([answer.statusCode, error]).toEqual([404, { error: 'User not found', code: 'user_not_found' }])
    }
  })
})
