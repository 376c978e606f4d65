import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SignedIn } from '@afrochat/contracts'
import { createTestApi, type TestApi } from './testing/test-api.ts'

const lines: string[] = []
let api: TestApi
beforeAll(async () => void (api = await createTestApi({}, { write: (line) => void lines.push(line) })))
afterAll(() => api.close())

const SECRET = 'MARKED-s3cret-4711'
const post = (path: string, body: unknown, as?: SignedIn) => api.call('POST', path, { body, ...(as && { as }) })

describe('the log, at its most talkative', () => {
  it('holds no password, no token and no word of a message, whatever goes well or wrong', async () => {
    const registered = await post('auth/register', { email: 'ada@example.com', username: 'ada', password: SECRET, display_name: 'Ada' })
    const ada = registered.json<SignedIn>()
    await post('auth/register', { email: `${SECRET}`, username: 'ada', password: SECRET, display_name: SECRET, [SECRET]: 1 })
    await post('auth/login', { login: 'ada', password: `${SECRET}-wrong` })
    await post('auth/login', { login: SECRET, password: SECRET })
    const again = (await post('auth/refresh', { refresh_token: ada.refresh_token })).json<SignedIn>()
    await api.call('GET', `users/me?access_token=${ada.access_token}`)
    await api.call('GET', `invites/${SECRET}`)
    const workspace = (await post('workspaces', { name: 'Acme' }, ada)).json<{ id: string }>()
    const channels = await api.call('GET', `workspaces/${workspace.id}/channels`, { as: ada })
    const [general] = channels.json<{ items: { id: string }[] }>().items
    expect((await post(`channels/${general?.id}/messages`, { content: SECRET }, ada)).statusCode).toBe(201)
    await post(`channels/${general?.id}/messages`, { content: SECRET, unknown: SECRET }, ada)
    await api.app.inject({ method: 'POST', url: '/api/v1/auth/login', headers: { 'content-type': 'application/json' }, payload: `{"password":"${SECRET}"` })
    await api.services.db.schema.alterTable('users').renameTo('users_away').execute()
    await post('auth/login', { login: 'ada', password: SECRET })
    await api.services.db.schema.alterTable('users_away').renameTo('users').execute()

    const text = lines.join('')
    expect(lines.length).toBeGreaterThan(10)
    for (const secret of [SECRET, ada.access_token, ada.refresh_token, again.access_token, again.refresh_token]) expect(text).not.toContain(secret)
  })

  it('says of a failure what it was, and of which request', async () => {
    await api.services.db.schema.alterTable('users').renameTo('users_away').execute()
    const answer = await api.call('POST', 'auth/login', { body: { login: 'ada', password: 'x' }, headers: { 'x-request-id': 'mine-1' } })
    await api.services.db.schema.alterTable('users_away').renameTo('users').execute()
    expect(answer.statusCode).toBe(500)
    const failure = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(({ level, request_id: id }) => level === 'error' && id === 'mine-1')
    expect(failure).toMatchObject({ msg: 'a request failed', err: { message: expect.stringContaining('users') } })
  })
})
