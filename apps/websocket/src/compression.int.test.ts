import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel } from '@afrochat/contracts'
import { waitFor } from '@afrochat/test-support'
import type { ClientOptions } from 'ws'
import type { TestClient } from './testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from './testing/test-gateway.ts'

let world: TestGateways
let alice: Person
let general: Channel

beforeAll(async () => {
  world = await startTestGateways()
  alice = await world.signUp()
  general = (await world.aWorkspace(alice)).general
  await world.settled()
})

afterAll(() => world.close())

const text = 'Words that come again and again, and words. '.repeat(200)

async function live(options: ClientOptions): Promise<TestClient> {
  const client = world.connect(alice, options)
  await client.hello()
  await client.command('ping')
  return client
}

/** Everything that came over the line. */
const bytesOf = ({ socket }: TestClient) => (socket as unknown as { readonly _socket: Socket })._socket.bytesRead

describe('a client that offers compression', () => {
  it('gets the same messages as one that does not, in a fraction of the bytes', async () => {
    const [compressing, plain] = [await live({ perMessageDeflate: true }), await live({ perMessageDeflate: false })]
    const before = [compressing, plain].map(bytesOf)
    await world.say(alice, general, text)
    await world.say(alice, general, 'short')
    await Promise.all([compressing, plain].map((client) => client.receives('message_sent', ({ data }) => data['content'] === 'short')))
    expect(compressing.texts).toEqual([text, 'short'])
    expect(plain.texts).toEqual([text, 'short'])
    const [small = 0, large = 0] = [compressing, plain].map((client, index) => bytesOf(client) - (before[index] ?? 0))
    expect(large).toBeGreaterThan(text.length)
    expect(small).toBeLessThan(large / 4)
    expect([compressing, plain].map(({ socket }) => socket.extensions)).toEqual(['permessage-deflate', ''])
  })

  it('gets its history compressed too', async () => {
    const first = await live({ perMessageDeflate: true })
    const { cursor } = first
    first.socket.terminate()
    for (let index = 0; index < 20; index += 1) await world.say(alice, general, `${index} ${text}`)
    // Behind `resumed` comes what the gateway hears of only then.
    await world.settled()
    const again = world.connect(alice, { perMessageDeflate: true })
    await again.hello()
    again.send({ type: 'resume', data: { cursor } })
    await again.receives('resumed')
    expect(again.texts).toEqual(Array.from({ length: 20 }, (_, index) => `${index} ${text}`))
    expect(bytesOf(again)).toBeLessThan((20 * text.length) / 4)
  })

  it('may send compressed frames itself', async () => {
    const client = await live({ perMessageDeflate: { threshold: 0 } })
    const ack = await client.command('send_message', { channel_id: general.id, content: text })
    expect(ack).toMatchObject({ type: 'ack', data: { content: text } })
  })

  it('is closed with 1009 for a small frame that would be a large one, and nobody else notices', async () => {
    const [attacker, other] = [await live({ perMessageDeflate: { threshold: 0 } }), await live({})]
    attacker.send(JSON.stringify({ type: 'ping', id: '1', data: { padding: 'x'.repeat(50 * 1024 * 1024) } }))
    expect((await attacker.closes()).code).toBe(1009)
    expect((await other.command('ping')).type).toBe('ack')
  })

  it('is closed with 1007 for a frame that is no compressed one', async () => {
    const client = await live({ perMessageDeflate: true })
    const line = (client.socket as unknown as { readonly _socket: Socket })._socket
    // Final, compressed, text; masked with zeros.
    line.write(Buffer.from([0xc1, 0x84, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]))
    expect((await client.closes()).code).toBe(1007)
  })

  it('in which the server looks back no further than it does anyway gets it', async () => {
    const client = await live({ perMessageDeflate: { serverMaxWindowBits: 12 } })
    await world.say(alice, general, `for the same window ${text}`)
    await client.receives('message_sent', ({ data }) => data['content'] === `for the same window ${text}`)
    expect(client.socket.extensions).toBe('permessage-deflate')
    expect(bytesOf(client)).toBeLessThan(text.length / 2)
  })

  it('but asks for a compression of its own gets none, and all messages', async () => {
    const client = await live({ perMessageDeflate: { serverMaxWindowBits: 9 } })
    await world.say(alice, general, `for a small window ${text}`)
    await client.receives('message_sent', ({ data }) => data['content'] === `for a small window ${text}`)
    expect(client.socket.extensions).toBe('')
  })
})

describe('the WebSocket of the platform', () => {
  it('agrees to it by itself, as browsers do, and reads large and small messages alike', async () => {
    const frames: { type: string; data: { content?: string } }[] = []
    const socket = new globalThis.WebSocket(world.url(), ['afrochat.v1', `bearer.${alice.access_token}`])
    socket.onmessage = ({ data }) => void frames.push(JSON.parse(String(data)) as (typeof frames)[number])
    await waitFor(() => frames.some(({ type }) => type === 'hello'))
    expect(socket.extensions).toContain('permessage-deflate')
    socket.send(JSON.stringify({ type: 'ping', id: '1', data: {} }))
    await waitFor(() => frames.some(({ type }) => type === 'ack'))
    const texts = [`${text} for all`, 'short', `${text} 漢字 🎉`]
    for (const one of texts) await world.say(alice, general, one)
    await waitFor(() => frames.filter(({ type }) => type === 'message_sent').length === texts.length)
    expect(frames.flatMap(({ data: { content } }) => content ?? [])).toEqual(texts)
    socket.close()
  })
})

describe('where compression is switched off', () => {
  it('nobody gets it', async () => {
    const gateway = await world.add({ WEBSOCKET_COMPRESSION: 'false' })
    const client = world.connect(alice, { gateway: world.gateways.indexOf(gateway), perMessageDeflate: true })
    await client.hello()
    expect(client.socket.extensions).toBe('')
  })
})
