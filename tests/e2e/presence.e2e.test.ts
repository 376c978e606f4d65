import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createClient, type Client, type Connection, type Presence } from '@afrochat/client'
import { startStack, waitFor, type Stack } from '@afrochat/test-support'

let stack: Stack
beforeAll(async () => {
  // A lease that is renewed every two seconds, and outlasts a machine that stands still for three.
  stack = await startStack({ gateways: 2, env: { PRESENCE_LEASE_SECONDS: '6', PRESENCE_GRACE_SECONDS: '1' } })
})
afterAll(() => stack.stop(), 60_000)

async function aPerson(name: string, gateway: number): Promise<Client> {
  const url = stack.gateways[gateway]?.url ?? ''
  const client = createClient({ url: stack.apiUrl, socketUrl: `${url.replace('http', 'ws')}/ws` })
  await client.register({ email: `${name}@here.example`, username: name, password: 'correct horse', display_name: name })
  return client
}

async function connected(client: Client, onPresence?: (presence: Presence) => void): Promise<Connection> {
  const connection = client.connect({
    onEvent: () => undefined, onProblem: () => undefined, onPresence: ({ presence }) => onPresence?.(presence),
  })
  await waitFor(() => connection.status.state === 'live', { message: 'to be connected' })
  return connection
}

describe('who is here', () => {
  it('is told over processes that are killed: within the lease of a gateway, and over a Redis that comes back empty', async () => {
    const [ada, kofi] = [await aPerson('ada', 0), await aPerson('kofi', 1)]
    const workspace = await ada.createWorkspace({ name: 'Here' })
    await kofi.acceptInvite({ token: (await ada.createInvite({ workspace_id: workspace.id })).token })
    const kofiId = (await kofi.getMe({})).id
    const told: Presence[] = []
    const sees = (presence: Presence) => waitFor(() => told.at(-1) === presence, { message: `to be told ${presence}`, timeoutMs: 60_000 })

    const watcher = await connected(ada, (presence) => void told.push(presence))
    await watcher.watchPresence([kofiId])
    const device = await connected(kofi)
    await sees('active')
    device.setPresence('away')
    await sees('away')

    // The device comes back to it as often as it can, and says again that nobody is there.
    await stack.gateways[1]?.kill()
    await sees('offline')
    await stack.gateways[1]?.start()
    await sees('away')

    const before = told.length
    await stack.killRedis()
    device.setPresence('active')
    await sees('active')
    expect(told.slice(before)).toEqual(['active'])

    await kofi.setPresence({ presence: 'away' })
    await sees('away')
    device.close()
    await sees('offline')
    watcher.close()
  })
})
