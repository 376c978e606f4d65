import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { waitFor } from '@afrochat/test-support'
import { TestClient } from './testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from './testing/test-gateway.ts'

let world: TestGateways
let alice: Person
let bob: Person

beforeAll(async () => {
  world = await startTestGateways()
  alice = await world.signUp()
  bob = await world.signUp()
})
afterAll(() => world.close())

const line = () => connect(world.gateways[0]?.port ?? 0, '127.0.0.1')
const bearer = (person: Person) => ({ headers: { authorization: `Bearer ${person.access_token}` } })

describe('a client authenticates', () => {
  it('by header', async () => {
    const client = new TestClient(world.url(), bearer(alice), [])
    expect((await client.hello()).data).toMatchObject({ user_id: alice.user.id, heartbeat_interval_ms: 30_000 })
    client.socket.terminate()
  })

  it('by subprotocol, of which the answer names the one without the token', async () => {
    const client = new TestClient(world.url(), { origin: 'https://app.example.com' }, ['afrochat.v1', `bearer.${alice.access_token}`])
    expect((await client.hello()).data['user_id']).toBe(alice.user.id)
    expect(client.socket.protocol).toBe('afrochat.v1')
    client.socket.terminate()
  })

  it('by its first frame', async () => {
    const client = new TestClient(world.url())
    await once(client.socket, 'open')
    expect(await client.command('authenticate', { token: alice.access_token })).toMatchObject({ type: 'ack' })
    expect(client.news.map(({ type }) => type)).toEqual(['hello', 'ack'])
    client.socket.terminate()
  })

  it('by two tokens only if both are of one session', async () => {
    const both = (one: Person, other: Person) => new TestClient(world.url(), bearer(one), ['afrochat.v1', `bearer.${other.access_token}`])
    const agreeing = both(alice, alice)
    await agreeing.hello()
    agreeing.socket.terminate()
    expect(await both(alice, bob).refused()).toMatchObject({ status: 401, body: { code: 'invalid_token' } })
  })

  it('again with a fresh token of its session, but not as somebody else', async () => {
    const client = world.connect(alice)
    await client.hello()
    expect((await client.command('authenticate', { token: alice.access_token })).type).toBe('ack')
    expect((await client.command('authenticate', { token: bob.access_token })).type).toBe('error')
    expect((await client.closes()).code).toBe(4001)
  })
})

describe('a handshake is refused', () => {
  it.each(['https://evil.example', 'null', 'https://app.example.com.evil', 'https://app.example.co', 'HTTPS://APP.EXAMPLE.COM', 'http://app.example.com'])(
    'from a page of %s with 403', async (origin) => {
      const client = new TestClient(world.url(), { ...bearer(alice), headers: { ...bearer(alice).headers, origin } })
      expect(await client.refused()).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } })
    })

  it.each(['token', 'access_token', 'auth', 'jwt', 'x'])('with a token in the URL (?%s=) with 400', async (name) => {
    const client = new TestClient(`${world.url()}?${name}=${alice.access_token}`)
    expect(await client.refused()).toMatchObject({ status: 400, body: { code: 'token_in_url' } })
  })

  it.each([
    ['garbage', () => 'garbage'],
    ['a refresh token', () => alice.refresh_token],
    ['a token whose signature is wrong', () => `${alice.access_token.slice(0, -4)}AAAA`],
    ['an empty token', () => ''],
  ])('with %s in the header with 401', async (_what, token) => {
    const client = new TestClient(world.url(), { headers: { authorization: `Bearer ${token()}` } })
    expect(await client.refused()).toMatchObject({ status: 401, body: { code: 'invalid_token' } })
  })

  it('with a bad token in the subprotocol with 401', async () => {
    expect((await new TestClient(world.url(), {}, ['afrochat.v1', 'bearer.garbage']).refused()).status).toBe(401)
  })

  it('with subprotocols of which it speaks none with 400', async () => {
    expect((await new TestClient(world.url(), {}, ['graphql-ws']).refused()).body.code).toBe('unsupported_subprotocol')
  })

  it('with the token of a session that was ended with 401', async () => {
    const carol = await world.signUp()
    await world.services.auth.logout(carol.actor)
    expect((await new TestClient(world.url(), bearer(carol)).refused()).status).toBe(401)
  })

  it('at another path with 404', async () => {
    expect((await new TestClient(`${world.url()}x`, bearer(alice)).refused()).status).toBe(404)
  })

  it('above so many connections from one address with 429', async () => {
    const narrow = await world.add({ WEBSOCKET_MAX_PER_ADDRESS: '2' })
    const url = world.url(world.gateways.indexOf(narrow))
    const clients = [new TestClient(url, bearer(alice)), new TestClient(url, bearer(bob))]
    await Promise.all(clients.map((client) => client.hello()))
    expect(await new TestClient(url, bearer(alice)).refused()).toMatchObject({ status: 429, body: { code: 'too_many_connections' } })
    clients[0]?.socket.terminate()
    // Until the gateway has heard of the end.
    await waitFor(async () => {
      const again = new TestClient(url, bearer(alice))
      clients.push(again)
      await waitFor(() => again.frames.length > 0 || again.closed !== undefined, { message: 'a hello, or a refusal' })
      return again.closed === undefined
    })
    for (const { socket } of clients) socket.terminate()
  })

  it('when it does not come in time: not begun, begun, or a byte at a time; and others are not kept waiting', async () => {
    const sockets = Array.from({ length: 300 }, () => line())
    for (const [index, socket] of sockets.entries()) if (index % 2 === 0) socket.write('GET /ws HTTP/1.1\r\nHost: ')
    // What it writes while it is being closed is an error for it.
    const dripping = line().on('error', () => undefined).resume()
    dripping.write('GET /ws HTTP/1.1\r\nHost: ')
    const drops = setInterval(() => void dripping.write('x'), 200)
    const client = new TestClient(world.url(), bearer(alice))
    await client.hello()
    await waitFor(() => dripping.closed, { timeoutMs: 20_000 })
    clearInterval(drops)
    for (const socket of sockets) expect((await socket.setEncoding('utf8').toArray()).join('')).toMatch(/^HTTP\/1\.1 408 /)
    expect(client.closed).toBeUndefined()
    client.socket.terminate()
  })

  it('when it is no WebSocket handshake, and the gateway lives', async () => {
    const socket = line()
    socket.write(`GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\n\r\n`)
    const answer = await socket.setEncoding('utf8').toArray()
    expect(answer.join('')).toMatch(/^HTTP\/1\.1 (?:400|405|426) /)
  })
})

describe('a connection that does not authenticate', () => {
  it('is no connection of the one whose cookies it has', async () => {
    const client = new TestClient(world.url(), { headers: { cookie: `access_token=${alice.access_token}`, origin: 'https://app.example.com' } })
    await once(client.socket, 'open')
    client.send({ type: 'ping' })
    expect((await client.closes()).code).toBe(4001)
    expect(client.frames).toEqual([])
  })

  it.each([
    ['another frame', { type: 'ping', id: '1' }],
    ['what is no frame', 'hello?'],
    ['a bad token', { type: 'authenticate', data: { token: 'garbage' } }],
    ['no token', { type: 'authenticate', data: {} }],
  ])('but sends %s is closed with 4001', async (_what, frame) => {
    const client = new TestClient(world.url())
    await once(client.socket, 'open')
    client.send(frame)
    expect((await client.closes()).code).toBe(4001)
    expect(client.frames).toEqual([])
  })

  it('within five seconds is closed with 4001', async () => {
    const startedAt = performance.now()
    const client = new TestClient(world.url())
    expect((await client.closes()).code).toBe(4001)
    expect(performance.now() - startedAt).toBeGreaterThan(4_990)
  })
})

describe('health and metrics', () => {
  it('are served on the same port', async () => {
    const base = `http://127.0.0.1:${world.gateways[0]?.port ?? 0}`
    const client = world.connect(alice)
    await client.hello()
    // Not at once, where the machine stood still: then the database takes a second to answer, and the log was heard of two ago.
    await waitFor(async () => (await (await fetch(`${base}/health`)).text()) === '{"status":"healthy"}', { message: 'the gateway to be healthy' })
    for (const path of ['/health/live', '/health/ready']) await waitFor(async () => (await fetch(`${base}${path}`)).status === 200, { message: path })
    const metrics = await waitFor(async () => {
      const text = await (await fetch(`${base}/metrics`)).text()
      return /event_log_reader_fresh\{[^}]*\} 1/.test(text) && text
    }, { message: 'a reader at the head of the log' })
    expect(metrics).toMatch(/websocket_connections\{[^}]*\} [1-9]/)
    expect(metrics).toMatch(/websocket_closed_total\{[^}]*code="4001"[^}]*\} [1-9]/)
    expect(metrics).toMatch(/websocket_refused_total\{[^}]*status="403"[^}]*\} [1-9]/)
    // A plain request for the socket's path is none of ours.
    expect((await fetch(`${base}/ws`)).status).toBe(404)
  })

  it('are served to clients that offer to go on in HTTP/2, too', async () => {
    const socket = line()
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n')
    expect((await socket.setEncoding('utf8').toArray()).join('')).toMatch(/^HTTP\/1\.1 200 /)
  })
})
