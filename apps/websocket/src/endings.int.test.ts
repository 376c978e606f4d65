import { randomBytes } from 'node:crypto'
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
  world = await startTestGateways({ WEBSOCKET_HEARTBEAT_SECONDS: '1' }, 2)
  alice = await world.signUp()
  bob = await world.signUp()
  ;({ general } = await world.aWorkspace(alice, [bob]))
})
afterAll(() => world.close())
afterEach(async () => {
  world.disconnectAll()
  await waitFor(() => world.gateways.every(({ gateway }) => gateway.connections === 0))
})

async function live(person: Person, gateway = 0): Promise<TestClient> {
  const client = world.connect(person, { gateway })
  await client.hello()
  await client.command('ping')
  return client
}

describe('signing out', () => {
  it('closes the sockets of that session with 4010 on every gateway, and no others; nothing reaches them afterwards', async () => {
    const carol = await world.signUp()
    const { general: place } = await world.aWorkspace(alice, [carol])
    const [here, there, other] = [await live(carol), await live(carol, 1), await live(alice)]
    await world.services.auth.logout(carol.actor)
    await world.say(alice, place, 'after')
    expect([(await here.closes()).code, (await there.closes()).code]).toEqual([4010, 4010])
    await other.receives('message_sent', ({ data }) => data['content'] === 'after')
    expect([...here.texts, ...there.texts]).toEqual([])
    expect(other.closed).toBeUndefined()
  })

  it('closes them within a heartbeat also when the news of it was lost', async () => {
    const carol = await world.signUp()
    const client = await live(carol)
    // As a restore or a bug would have it: the session is dead, and no event says so.
    await world.services.db.updateTable('sessions').set({ revoked_at: new Date() }).where('id', '=', carol.actor.sessionId).execute()
    expect((await client.closes()).code).toBe(4010)
  })
})

describe('the eleventh connection of a user', () => {
  it('closes the first with 4003', async () => {
    const clients: TestClient[] = []
    for (let index = 0; index < 11; index += 1) clients.push(await live(bob))
    const [first, ...others] = clients
    expect((await first?.closes())?.code).toBe(4003)
    expect(others.every(({ closed }) => closed === undefined)).toBe(true)
  })
})

describe('a client that reads too slowly', () => {
  it('is closed with 4008 while the others get everything', async () => {
    const [slow, quick] = [await live(bob), await live(alice, 0)]
    slow.socket.pause()
    const text = randomBytes(22_500).toString('base64') // Which compression leaves long.
    // What the system's buffers between the two take comes on top of what the gateway holds: some two hundred messages.
    const burst = 8
    let sent = 0
    await waitFor(async () => {
      await Promise.all(Array.from({ length: burst }, () => world.say(alice, general, text)))
      sent += burst
      await waitFor(() => quick.texts.length === sent)
      return world.gateways[0]?.gateway.connections === 1 // Only the quick one is left.
    }, { message: 'the slow connection to be dropped', timeoutMs: 60_000 })
    slow.socket.resume()
    expect((await slow.closes()).code).toBe(4008)
  })

  it('gets all of a long resume if it reads at all: history waits for the line, and is not counted against it', async () => {
    const client = world.connect(bob)
    const { cursor } = await client.hello()
    client.socket.terminate()
    const text = 'y'.repeat(2_000)
    for (let index = 0; index < 300; index += 1) await world.say(alice, general, `${index} ${text}`)
    await world.settled()
    const again = world.connect(bob)
    await again.hello()
    again.send({ type: 'resume', data: { cursor } })
    again.socket.pause()
    await world.say(alice, general, 'meanwhile')
    again.socket.resume()
    await again.receives('resumed')
    await again.receives('message_sent', ({ data }) => data['content'] === 'meanwhile')
    expect(again.texts).toHaveLength(301)
    expect(again.texts.slice(0, 300).every((one, index) => String(one).startsWith(`${index} `))).toBe(true)
  })

  it('is told to read its state anew when it missed more than a resume gives', async () => {
    const client = world.connect(bob)
    const { cursor } = await client.hello()
    client.socket.terminate()
    const text = 'z'.repeat(30_000)
    for (let index = 0; index < 40; index += 1) await world.say(alice, general, text)
    await world.settled()
    const again = world.connect(bob)
    await again.hello()
    expect(await again.command('resume', { cursor })).toMatchObject({ data: { complete: false } })
    expect(again.news.map(({ type }) => type)).toEqual(['hello', 'resync_required', 'ack'])
  })
})

describe('a gateway that stops', () => {
  it('finishes what was begun, closes with 4009 and delays spread over ten seconds, and lets go', async () => {
    const stopping = await world.add()
    const index = world.gateways.indexOf(stopping)
    const clients = await Promise.all([...Array(10).fill(bob), ...Array(10).fill(alice)].map((person: Person) => live(person, index)))
    clients[0]?.send({ type: 'send_message', id: 'last', data: { channel_id: general.id, content: 'last words' } })
    await clients[0]?.receives('ack', ({ id }) => id === 'last')
    const stopped = world.stop(stopping)
    const ends = await Promise.all(clients.map((client) => client.closes()))
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([4009]))
    for (const { reason } of ends) expect(reason).toMatch(/^\d{1,4}$/)
    // That twenty of them are all in one half of the time happens by chance once in fifty thousand.
    const delays = ends.map(({ reason }) => Number(reason))
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(5_000)
    await stopped
    await expect(fetch(`http://127.0.0.1:${stopping.port}/health`)).rejects.toThrow()
  })
})
