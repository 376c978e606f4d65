import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { LightMyRequestResponse } from 'fastify'
import { newId } from '@afrochat/kernel'
import { createTestApi, errorOf, PASSWORD, type TestApi, type TestPerson } from '../testing/test-api.ts'

let api: TestApi
/** New ones for each test: who was refused stays so, whatever became of the counters. */
let ada: TestPerson
let bob: TestPerson
beforeAll(async () => {
  api = await createTestApi({
    RATE_LIMIT_GENERAL: '5/60', RATE_LIMIT_ANON: '8/60', RATE_LIMIT_REGISTER: '4/60', RATE_LIMIT_POST: '3/60', RATE_LIMIT_LOGIN_FAIL: '4/60',
  })
})
beforeEach(async () => {
  await api.services.redis.flushall();
  [ada, bob] = [await api.signUp(), await api.signUp()]
})
afterAll(() => api.close())

async function times(count: number, call: (index: number) => Promise<LightMyRequestResponse>): Promise<LightMyRequestResponse[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(index)))
}
const countOf = (answers: readonly LightMyRequestResponse[], status: number) => answers.filter(({ statusCode }) => statusCode === status).length
const me = (as: TestPerson, from = '203.0.113.1') => api.call('GET', 'users/me', { as, from })
const login = (facts: { login: string; password: string; from: string; forwarded?: string }) =>
  api.call('POST', 'auth/login', { body: { login: facts.login, password: facts.password }, from: facts.from, ...(facts.forwarded && { headers: { 'x-forwarded-for': facts.forwarded } }) })

describe('limits by user', () => {
  it('let so many requests pass, say how things stand on every answer, and refuse the rest', async () => {
    const answers: LightMyRequestResponse[] = []
    for (let index = 0; index < 6; index += 1) answers.push(await me(ada))
    expect(answers.map(({ statusCode, headers }) => [statusCode, headers['ratelimit-remaining']])).toEqual(
      [[200, '4'], [200, '3'], [200, '2'], [200, '1'], [200, '0'], [429, '0']])
    for (const { headers } of answers) expect(headers).toMatchObject({ 'ratelimit-limit': '5', 'ratelimit-reset': expect.stringMatching(/^\d+$/) })
    const [last] = answers.slice(-1)
    expect(last?.headers['retry-after']).toBe(last?.headers['ratelimit-reset'])
    expect(last && errorOf(last)).toMatchObject({ code: 'rate_limited' })
  })

  it('count a user and not their address, and touch nobody else', async () => {
    expect(countOf(await times(10, (index) => me(ada, `203.0.113.${index}`)), 200)).toBe(5)
    expect((await me(bob)).statusCode).toBe(200)
  })

  it('are exact when fifty come at once', async () => {
    expect(countOf(await times(50, () => me(ada)), 200)).toBe(5)
  })

  it('count refused requests too, on their answers as well', async () => {
    const answer = await api.call('GET', 'users/x', { as: bob })
    expect([answer.statusCode, answer.headers['ratelimit-remaining']]).toEqual([400, '4'])
  })

  it('count posts apart from the rest', async () => {
    const workspace = await api.services.workspace.createWorkspace(bob.actor, { name: `w-${newId()}` })
    const { items: [general] } = await api.services.workspace.listChannels(bob.actor, { workspace_id: workspace.id })
    const answers = await times(5, () => api.call('POST', `channels/${general?.id}/messages`, { as: bob, body: { content: 'hello' } }))
    expect([countOf(answers, 201), countOf(answers, 429)]).toEqual([3, 2])
    expect((await me(bob)).statusCode).toBe(200)
  })
})

describe('limits by address', () => {
  it('count who has no good token, whatever the request says of its address', async () => {
    const spoofed = (index: number) => ({ 'x-forwarded-for': `198.51.100.${index}`, 'x-real-ip': `198.51.100.${index}`, forwarded: `for=198.51.100.${index}` })
    const answers = await times(20, (index) => api.call('GET', 'users/me', { from: '203.0.113.5', headers: { ...spoofed(index), authorization: `Bearer guess-${index}` } }))
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([8, 12])
    expect((await me(ada, '203.0.113.5')).statusCode).toBe(200)
  })

  it('count one IPv6 network as one', async () => {
    const answers = await times(12, (index) => api.call('GET', 'invites/x', { from: `2001:db8:1:2::${index}` }))
    expect([countOf(answers, 404), countOf(answers, 429)]).toEqual([8, 4])
    expect((await api.call('GET', 'invites/x', { from: '2001:db8:1:3::1' })).statusCode).toBe(404)
  })

  it('count new accounts', async () => {
    const register = (from: string) => {
      const username = `u-${newId().slice(-12)}`
      return api.call('POST', 'auth/register', { from, body: { email: `${username}@example.com`, username, password: PASSWORD, display_name: 'A' } })
    }
    const answers = await times(6, () => register('203.0.113.6'))
    expect([countOf(answers, 201), countOf(answers, 429)]).toEqual([4, 2])
    expect((await register('203.0.113.7')).statusCode).toBe(201)
  })
})

describe('wrong passwords', () => {
  it('of one account, from any address and by name or email, are refused after so many, even the right one', async () => {
    const names = [bob.user.username, bob.user.email ?? '']
    const answers = await times(50, (index) => login({ login: names[index % 2] ?? '', password: 'wrong', from: `203.0.${index}.1` }))
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([4, 46])
    const right = await login({ login: bob.user.username, password: PASSWORD, from: '203.0.113.99' })
    expect([right.statusCode, errorOf(right).code]).toEqual([429, 'too_many_attempts'])
    expect(Number(right.headers['retry-after'])).toBeGreaterThan(0)
    expect((await login({ login: ada.user.username, password: PASSWORD, from: '203.0.113.99' })).statusCode).toBe(200)
  })

  it('from one address, of many accounts, are refused after so many, whatever it says of itself', async () => {
    const answers = await times(8, (index) => login({ login: `somebody-${index}`, password: 'wrong', from: '203.0.113.8', forwarded: `198.51.100.${index}` }))
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([4, 4])
  })

  it('of an account that does not exist are counted alike', async () => {
    const answers = await times(8, (index) => login({ login: 'nobody-at-all', password: 'wrong', from: `203.0.${index}.2` }))
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([4, 4])
  })

  it('are not what right ones are: those count for nothing', async () => {
    for (let index = 0; index < 7; index += 1) {
      expect((await login({ login: ada.user.username, password: PASSWORD, from: '203.0.113.10' })).statusCode).toBe(200)
    }
  })
})

describe('a limit of 0', () => {
  it('is none, and says nothing', async () => {
    const open = await createTestApi()
    const person = await open.signUp()
    const answers = await times(300, () => open.call('GET', 'users/me', { as: person }))
    expect(countOf(answers, 200)).toBe(300)
    expect(answers[0]?.headers).not.toHaveProperty('ratelimit-limit')
    await open.close()
  })
})
