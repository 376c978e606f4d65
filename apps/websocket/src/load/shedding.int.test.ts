import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel } from '@afrochat/contracts'
import { waitFor } from '@afrochat/test-support'
import { sees, toldOf, watch } from '../testing/presence-client.ts'
import type { TestClient } from '../testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from '../testing/test-gateway.ts'

/** The gateway runs in this process: what blocks the loop here blocks it there. */
const THRESHOLDS = { WEBSOCKET_SHED_TYPING_MS: '200', WEBSOCKET_SHED_PRESENCE_MS: '210', WEBSOCKET_SHED_CONNECTIONS_MS: '220' }

let world: TestGateways
let alice: Person, bob: Person
let general: Channel
beforeAll(async () => {
  world = await startTestGateways({ ...THRESHOLDS, PRESENCE_LEASE_SECONDS: '3' })
  ;[alice, bob] = [await world.signUp(), await world.signUp()]
  ;({ general } = await world.aWorkspace(alice, [bob]))
})
afterAll(() => world.close())

const gateway = () => {
  const [first] = world.gateways
  if (first === undefined) throw new Error('There is no gateway')
  return first
}
const sheds = () => (['typing', 'presence', 'connections'] as const).filter((what) => gateway().gateway.load.sheds(what))
const http = (path: string) => fetch(world.url().replace('ws:', 'http:').replace('/ws', path))
async function here(person: Person): Promise<TestClient> {
  const client = world.connect(person)
  await client.hello()
  await client.command('ping')
  return client
}

/** Turns of the loop that take long, for as long as something is not so. */
async function blockUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await waitFor(async () => {
    const until = performance.now() + 700
    while (performance.now() < until);
    return isSo()
  }, { timeoutMs: 30_000 })
}

describe('a gateway whose event loop is late', () => {
  it('drops typing, is silent about presence, and refuses connections; messages go on; and all of it comes back', async () => {
    const [watcher, device] = [await here(alice), await here(bob)]
    await watch(watcher, bob)
    await sees(watcher, bob, 'active')
    expect((await http('/health/ready')).status).toBe(200)

    await blockUntil(() => sheds().length === 3)
    const refused = world.connect(alice).refused()
    await device.command('typing', { channel_id: general.id })
    await device.command('send_message', { channel_id: general.id, content: 'this goes on' })
    await watcher.receives('message_sent', ({ data }) => data['content'] === 'this goes on')
    await device.command('presence', { presence: 'away' })
    expect(await refused).toMatchObject({ status: 503, body: { code: 'service_unavailable' } })
    const ready = await waitFor(async () => {
      const answer = await http('/health/ready')
      return answer.status === 503 && answer
    })
    expect(await ready.json()).toEqual({ status: 'unhealthy', load: 'down' })
    const metrics = await (await http('/metrics')).text()
    for (const what of ['typing', 'presence', 'connections']) expect(metrics).toContain(`websocket_shedding{what="${what}",service="websocket"} 1`)
    expect(metrics).toMatch(/websocket_shed_total\{what="connections",service="websocket"\} 1\n/)
    expect(sheds()).toHaveLength(3)
    expect([watcher.frames.some(({ type }) => type === 'user_typing'), toldOf(watcher, bob).at(-1)]).toEqual([false, 'active'])

    await waitFor(() => sheds().length === 0, { timeoutMs: 30_000 })
    await sees(watcher, bob, 'away')
    await here(alice)
    expect((await http('/health/ready')).status).toBe(200)
    await waitFor(async () => {
      await device.command('typing', { channel_id: general.id })
      return watcher.frames.some(({ type }) => type === 'user_typing')
    })
  })

  it('tells who is turned away when to come back, not all at the same time', async () => {
    await blockUntil(() => sheds().length === 3)
    const times = new Set<string>()
    await waitFor(async () => {
      const answer = await new Promise<string | undefined>((resolve) => {
        const { socket } = world.connect(alice)
        socket.once('unexpected-response', (_request, response) => resolve(response.headers['retry-after']))
        socket.once('open', () => resolve(undefined))
      })
      if (answer !== undefined) times.add(answer)
      return times.size > 1
    })
    for (const seconds of times) expect(Number(seconds)).toBeGreaterThanOrEqual(2)
    await waitFor(() => sheds().length === 0, { timeoutMs: 30_000 })
  })
})
