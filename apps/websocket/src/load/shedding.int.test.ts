import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel } from '@afrochat/contracts'
import { waitFor } from '@afrochat/test-support'
import { sees, toldOf, watch } from '../testing/presence-client.ts'
import type { TestClient } from '../testing/test-client.ts'
import { startTestGateways, type Person, type TestGateways } from '../testing/test-gateway.ts'

/**
 * The gateway runs in this process: what blocks the loop here blocks it there. Half of it is calm, which a machine that is
 * busy with other things must leave room for.
 */
const THRESHOLDS = { WEBSOCKET_SHED_TYPING_MS: '400', WEBSOCKET_SHED_PRESENCE_MS: '410', WEBSOCKET_SHED_CONNECTIONS_MS: '420' }

let world: TestGateways
let alice: Person, bob: Person
let general: Channel
beforeAll(async () => {
  world = await startTestGateways(THRESHOLDS)
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
/** Not at once, where the machine itself stood still. */
const isReady = () => waitFor(async () => (await http('/health/ready')).status === 200, { message: 'the gateway to be ready' })
async function here(person: Person): Promise<TestClient> {
  const client = world.connect(person)
  await client.hello()
  await client.command('ping')
  return client
}

function block(): void {
  const until = performance.now() + 1_000
  while (performance.now() < until);
}

/** Makes the loop so late that everything is shed, and keeps it so for as long as this takes, however long that is. */
async function whileLate(work: () => Promise<void>): Promise<void> {
  await waitFor(() => {
    block()
    return sheds().length === 3
  }, { timeoutMs: 30_000 })
  // Three seconds of calm would end it.
  const blocking = setInterval(block, 2_000)
  await work().finally(() => clearInterval(blocking))
}

describe('a gateway whose event loop is late', () => {
  it('drops typing, is silent about presence, and refuses connections; messages go on; and all of it comes back', async () => {
    const [watcher, device] = [await here(alice), await here(bob)]
    await watch(watcher, bob)
    await sees(watcher, bob, 'active')
    await isReady()

    await whileLate(async () => {
      const refused = world.connect(alice).refused()
      await device.command('typing', { channel_id: general.id })
      await device.command('send_message', { channel_id: general.id, content: 'this goes on' })
      await watcher.receives('message_sent', ({ data }) => data['content'] === 'this goes on')
      await device.command('presence', { presence: 'away' })
      expect(await refused).toMatchObject({ status: 503, body: { code: 'service_unavailable' } })
      await waitFor(async () => {
        const answer = await http('/health/ready')
        expect([answer.status, await answer.json()]).toEqual([503, { status: 'unhealthy', load: 'down' }])
        return true
      })
      const metrics = await (await http('/metrics')).text()
      for (const what of ['typing', 'presence', 'connections']) expect(metrics).toContain(`websocket_shedding{what="${what}",service="websocket"} 1`)
      expect(metrics).toMatch(/websocket_shed_total\{what="connections",service="websocket"\} 1\n/)
      expect(sheds()).toHaveLength(3)
      expect([watcher.frames.some(({ type }) => type === 'user_typing'), toldOf(watcher, bob).at(-1)]).toEqual([false, 'active'])
    })

    await waitFor(() => sheds().length === 0, { timeoutMs: 60_000, message: 'the gateway to keep up again' })
    await sees(watcher, bob, 'away')
    await here(alice)
    await isReady()
    await waitFor(async () => {
      await device.command('typing', { channel_id: general.id })
      return watcher.frames.some(({ type }) => type === 'user_typing')
    })
  })

  it('tells who is turned away when to come back, not all at the same time', async () => {
    const times = new Set<string>()
    await whileLate(async () => {
      await waitFor(async () => {
        const answer = await new Promise<string | undefined>((resolve) => {
          const { socket } = world.connect(alice)
          socket.once('unexpected-response', (_request, response) => resolve(response.headers['retry-after']))
          socket.once('open', () => resolve(undefined))
        })
        if (answer !== undefined) times.add(answer)
        return times.size > 1
      })
    })
    for (const seconds of times) expect(Number(seconds)).toBeGreaterThanOrEqual(2)
  })
})
