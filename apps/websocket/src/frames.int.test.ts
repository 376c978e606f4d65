import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel } from '@afrochat/contracts'
import { waitFor } from '@afrochat/test-support'
import type { TestClient } from './testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from './testing/test-gateway.ts'

let world: TestGateways
let alice: Person
let bob: Person
let general: Channel

beforeAll(async () => {
  world = await startTestGateways()
  alice = await world.signUp()
  bob = await world.signUp()
  ;({ general } = await world.aWorkspace(alice, [bob]))
})
afterAll(() => world.close())
afterEach(async () => {
  world.disconnectAll()
  await waitFor(() => world.gateways.every(({ gateway }) => gateway.connections === 0))
})

async function live(person: Person): Promise<TestClient> {
  const client = world.connect(person)
  await client.hello()
  await client.command('ping')
  return client
}

/** The TCP connection below, for what no client library sends. */
function raw({ socket }: TestClient): Socket {
  return (socket as unknown as { _socket: Socket })._socket
}

describe('frames that are none', () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  it.each([
    ['no JSON', 'hello', 'invalid_json', null],
    ['a BOM', '\uFEFF{"type":"ping"}', 'invalid_json', null],
    ['an array', '[]', 'invalid_json', null],
    ['null', 'null', 'invalid_json', null],
    ['ten thousand brackets', deep, 'invalid_json', null],
    ['ten thousand brackets inside', `{"type":"ping","id":"1","data":${deep}}`, 'invalid_frame', '1'],
    ['an unknown type', '{"type":"dance","id":"2"}', 'unknown_type', '2'],
    ['a type of 30,000 characters', JSON.stringify({ type: 'x'.repeat(30_000), id: '3' }), 'unknown_type', '3'],
    ['a type that every object has', '{"type":"constructor"}', 'unknown_type', null],
    ['a prototype', '{"type":"ping","__proto__":{"polluted":true}}', 'invalid_frame', null],
    ['a missing field', '{"type":"typing","id":"4","data":{}}', 'invalid_frame', '4'],
    ['a wrong type', '{"type":"mark_read","id":"5","data":{"channel_id":"0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11","seq":"1"}}', 'invalid_frame', '5'],
    ['a number without end', '{"type":"mark_read","data":{"channel_id":"0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11","seq":1e400}}', 'invalid_frame', null],
    ['an unknown field', '{"type":"ping","data":{"x":1}}', 'invalid_frame', null],
    ['half a surrogate pair', '{"type":"send_message","data":{"channel_id":"0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11","content":"\\ud800"}}', 'invalid_text', null],
    ['a NUL', '{"type":"send_message","data":{"channel_id":"0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11","content":"a\\u0000b"}}', 'invalid_text', null],
    ['an id in capitals', '{"type":"typing","data":{"channel_id":"0199F0C2-7E44-7C1A-9D0E-3A5B8F6C2D11"}}', 'invalid_frame', null],
    ['an id that is no text', '{"type":"ping","id":7}', 'invalid_frame', null],
  ])('%s: answered with an error that says nothing of the input, and the connection goes on', async (_what, text, code, id) => {
    const client = await live(bob)
    client.send(text)
    const error = await client.receives('error')
    expect(error).toEqual({ type: 'error', id, data: { error: expect.any(String), code } })
    expect((await client.command('ping')).type).toBe('ack')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('a binary one is answered likewise', async () => {
    const client = await live(bob)
    client.socket.send(Buffer.from('{"type":"ping"}'))
    expect((await client.receives('error')).data['code']).toBe('invalid_json')
  })

  it('ten in a minute end the connection with 4002', async () => {
    const client = await live(bob)
    for (let index = 0; index < 10; index += 1) client.send('nonsense')
    expect((await client.closes()).code).toBe(4002)
  })

  it.each([
    ['beyond 64 KiB', (client: TestClient) => client.send('x'.repeat(65_537)), 1009],
    ['in 10,000 empty fragments', (client: TestClient) => {
      for (let index = 0; index < 10_000; index += 1) client.socket.send('', { fin: false })
    }, 1008],
    ['in fragments of a byte', (client: TestClient) => {
      for (let index = 0; index < 10_000; index += 1) client.socket.send('[', { fin: false })
    }, 1008],
    ['that is a ping of 126 bytes', (client: TestClient) => void raw(client).write(Buffer.concat([Buffer.from([0x89, 0xfe, 0, 126]), Buffer.alloc(4 + 126)])), 1002],
    ['closed with a code that is none', (client: TestClient) => void raw(client).write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe7])), 1002],
    ['without a mask', (client: TestClient) => void raw(client).write(Buffer.from([0x81, 0x01, 0x61])), 1002],
    ['of a reserved kind', (client: TestClient) => void raw(client).write(Buffer.from([0x83, 0x80, 0, 0, 0, 0])), 1002],
    ['that is not UTF-8', (client: TestClient) => void raw(client).write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])), 1007],
    ['with a declared length of 2^63 - 1', (client: TestClient) => void raw(client).write(Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])), 1009],
  ])('one %s ends the connection, and the process lives', async (_what, send, code) => {
    const client = await live(bob)
    send(client)
    expect((await client.closes()).code).toBe(code)
    await live(bob)
  })

  it.each(['ping', 'pong'] as const)('a flood of %ss ends the connection', async (kind) => {
    const client = await live(bob)
    for (let index = 0; index < 1_000; index += 1) client.socket[kind]()
    expect((await client.closes()).code).toBe(1008)
  })
})

describe('commands over the limit', () => {
  it('end the connection with 4004', async () => {
    const strict = await world.add({ RATE_LIMIT_COMMAND: '5/60' })
    const client = world.connect(bob, { gateway: world.gateways.indexOf(strict) })
    await client.hello()
    for (let index = 0; index < 6; index += 1) client.send({ type: 'ping' })
    expect((await client.closes()).code).toBe(4004)
  })

  it('that resume again and again end it likewise', async () => {
    const strict = await world.add({ RATE_LIMIT_RESUME: '10/60' })
    const client = world.connect(bob, { gateway: world.gateways.indexOf(strict) })
    const { cursor } = await client.hello()
    for (let index = 0; index < 20; index += 1) client.send({ type: 'resume', data: { cursor } })
    expect((await client.closes()).code).toBe(4004)
  })

  it('that post count with those over HTTP, and are refused without ending it', async () => {
    const strict = await world.add({ RATE_LIMIT_POST: '2/60' })
    const client = world.connect(bob, { gateway: world.gateways.indexOf(strict) })
    await client.hello()
    const answers: unknown[] = []
    for (let index = 0; index < 3; index += 1) answers.push((await client.command('send_message', { channel_id: general.id, content: 'hi' })).type)
    expect(answers).toEqual(['ack', 'ack', 'error'])
  })
})
