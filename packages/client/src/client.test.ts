import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { waitFor } from '@afrochat/test-support'
import { ApiError, createClient, eachItem, NetworkError, type ClientOptions, type Tokens } from './index.ts'
import { alice, workspace } from './testing/model-chat.ts'
import { problem, ScriptedServer, type SeenRequest } from './testing/scripted-server.ts'

let server: ScriptedServer
beforeEach(async () => {
  server = await ScriptedServer.start()
})
afterEach(() => server.stop())

const aClient = (options: Partial<ClientOptions> = {}) => createClient({ url: server.url, ...options })
const good: Tokens = { userId: alice.id, accessToken: 'access-1', refreshToken: 'refresh-1', expiresAtMs: Date.now() + 3_600_000 }
const expired: Tokens = { ...good, accessToken: 'access-0', expiresAtMs: Date.now() - 1 }
const paths = () => server.requests.map(({ method, url }) => `${method} ${url.pathname.replace('/api/v1', '')}`)

describe('calls', () => {
  it('asks as the one who signed in', async () => {
    const client = aClient()
    await client.login({ login: 'alice', password: 'secret' })
    await expect(client.getMe()).resolves.toEqual(alice)
    expect(client.tokens).toMatchObject({ userId: alice.id, accessToken: 'access-1', refreshToken: 'refresh-1' })
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })

  it('tells what was wrong in all that the server says', async () => {
    const details = [{ path: '/content', message: 'must be shorter' }]
    server.faults.http = () => ({ status: 400, body: { error: 'Too long', code: 'msg_too_long', request_id: 'r-7', details }, headers: { 'retry-after': '9' } })
    const error = await aClient().login({ login: 'a', password: 'b' }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 400, code: 'msg_too_long', message: 'Too long', details, requestId: 'r-7', retryAfterSeconds: 9 })
  })

  it.each([[502, '<html>Bad gateway</html>'], [200, '<html>Please accept our terms</html>']])('does not take an answer of somebody in between for the server’s: %d', async (status, body) => {
    server.faults.http = () => ({ status, body })
    await expect(aClient().login({ login: 'a', password: 'b' })).rejects.toMatchObject({ name: 'ApiError', code: 'unexpected_answer', status })
  })

  it('says that nobody knows what became of a call without an answer', async () => {
    const client = aClient({ tokens: good })
    server.faults.http = () => new Promise(() => undefined)
    await expect(client.deleteMessage({ message_id: server.chat.send(server.chat.addChannel('a'), 'hello').id }, { timeoutMs: 50 })).rejects.toThrow(NetworkError)
    // Not again; not at all, where the machine stood still for so long before it was sent.
    expect(server.requests.length).toBeLessThanOrEqual(1)
  })

  it('ends with the reason of the signal', async () => {
    const client = aClient({ tokens: good })
    server.faults.http = () => new Promise(() => undefined)
    await expect(client.getMe(undefined, { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(client.getMe(undefined, { signal: AbortSignal.abort(new Error('not wanted')) })).rejects.toThrow('not wanted')
  })

  it('tries again when the server is busy, and sends the same message with the same id', async () => {
    const channel_id = server.chat.addChannel('general')
    const client = aClient({ tokens: good })
    const ids: unknown[] = []
    server.faults.http = ({ body }) => {
      ids.push(body['client_msg_id'])
      return ids.length < 3 ? problem(503, 'unavailable', { 'retry-after': '0' }) : null
    }
    await expect(client.sendMessage({ channel_id, content: 'hello' })).resolves.toMatchObject({ content: 'hello' })
    expect(new Set(ids).size).toBe(1)
    expect(server.chat.messages(channel_id)).toHaveLength(1)
  })

  it('goes through a list page by page', async () => {
    const channel_id = server.chat.addChannel('general')
    for (const text of ['a', 'b', 'c', 'd', 'e']) server.chat.send(channel_id, text)
    const contents: string[] = []
    for await (const { content } of eachItem(aClient({ tokens: good }).listChannelChanges, { channel_id, since: 0 })) contents.push(content)
    expect(contents.join('')).toBe('abcde')
    expect(server.requests).toHaveLength(3)
  })
})

describe('tokens', () => {
  it('are renewed once for all who ask at the same time, before they expire', async () => {
    const kept: (Tokens | null)[] = []
    const client = aClient({ tokens: expired, onTokens: (tokens) => void kept.push(tokens) })
    await Promise.all([client.getMe(), client.boot({ workspace_id: workspace.id }), client.listWorkspaces()])
    expect(paths().filter((path) => path === 'POST /auth/refresh')).toHaveLength(1)
    expect(kept).toMatchObject([{ accessToken: 'access-2', refreshToken: 'refresh-2' }])
  })

  it('are renewed when the server refuses them, and the call is made again', async () => {
    const client = aClient({ tokens: { ...good, accessToken: 'access-0' } })
    await expect(Promise.all([client.getMe(), client.getMe()])).resolves.toEqual([alice, alice])
    expect(paths().filter((path) => path === 'POST /auth/refresh')).toHaveLength(1)
  })

  it('are gone, and that is told, when the session has ended', async () => {
    const kept: (Tokens | null)[] = []
    const client = aClient({ tokens: { ...expired, refreshToken: 'refresh-0' }, onTokens: (tokens) => void kept.push(tokens) })
    await expect(client.getMe()).rejects.toMatchObject({ code: 'invalid_refresh_token' })
    expect(client.tokens).toBeNull()
    expect(kept).toEqual([null])
  })

  it('stay while the sign-in is away but they are still good', async () => {
    const client = aClient({ tokens: { ...good, expiresAtMs: Date.now() + 30_000 } })
    server.faults.http = ({ url }) => (url.pathname.endsWith('/auth/refresh') ? problem(500, 'internal_error') : null)
    await expect(client.getMe()).resolves.toEqual(alice)
    await expect(client.getMe()).resolves.toEqual(alice)
    expect(paths().filter((path) => path === 'POST /auth/refresh')).toHaveLength(1)
  })

  it('of another tab of the same person are taken over instead of being renewed twice', async () => {
    const client = aClient({ tokens: expired, readTokens: () => good })
    await client.getMe()
    expect(paths()).toEqual(['GET /users/me'])
  })

  it('of somebody else who signed in at the same place are left alone', async () => {
    const client = aClient({ tokens: expired, readTokens: () => ({ ...good, userId: workspace.owner_id }) })
    await client.getMe()
    expect(paths()).toEqual(['POST /auth/refresh', 'GET /users/me'])
  })

  it('survive an answer to the renewal that got lost', async () => {
    const client = aClient({ tokens: expired })
    let lost = 0
    server.faults.http = ({ url }: SeenRequest) => (url.pathname.endsWith('/auth/refresh') && (lost += 1) === 1 ? problem(504, 'timeout') : null)
    await expect(client.getMe()).resolves.toEqual(alice)
  })

  it('are forgotten with the sign-out', async () => {
    const kept: (Tokens | null)[] = []
    const client = aClient({ tokens: good, onTokens: (tokens) => void kept.push(tokens) })
    await client.logout({})
    await waitFor(() => kept.length === 1)
    expect([client.tokens, ...kept]).toEqual([null, null])
  })
})
