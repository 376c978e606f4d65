import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createClient, type Client, type Connection, type Presence, type SyncEvent } from '@afrochat/client'
import { startRedisCluster, startStack, waitFor, type RunningRedisCluster, type Stack } from '@afrochat/test-support'
import { runStatement } from '../support/src/test-database.ts'

let cluster: RunningRedisCluster
let stack: Stack
beforeAll(async () => {
  cluster = await startRedisCluster()
  stack = await startStack({ gateways: 2, env: { REDIS_URL: cluster.url, PRESENCE_LEASE_SECONDS: '3', PRESENCE_GRACE_SECONDS: '1', RATE_LIMIT_LOGIN_FAIL: '100/900', RATE_LIMIT_POST: '1000/10' } })
})
afterAll(async () => {
  await stack.stop()
  await cluster.stop()
})

interface Listener {
  readonly client: Client
  readonly connection: Connection
  readonly heard: SyncEvent[]
  readonly typing: string[]
  readonly told: Presence[]
}

async function aPerson(name: string, gateway: number): Promise<Client> {
  const client = createClient({ url: stack.apiUrl, socketUrl: `${stack.gateways[gateway]?.url.replace('http', 'ws') ?? ''}/ws` })
  await client.register({ email: `${name}@cluster.example`, username: name, password: 'correct horse', display_name: name })
  return client
}

async function listen(client: Client): Promise<Listener> {
  const [heard, typing, told]: [SyncEvent[], string[], Presence[]] = [[], [], []]
  const connection = client.connect({
    onEvent: (event) => void heard.push(event), onProblem: () => undefined,
    onTyping: ({ user_id }) => void typing.push(user_id), onPresence: ({ presence }) => void told.push(presence),
  })
  await waitFor(() => connection.status.state === 'live', { message: 'to be connected' })
  return { client, connection, heard, typing, told }
}

const contentsOf = ({ heard }: Listener) => heard.flatMap((event) => (event.type === 'message_sent' && event.data.kind === 'user' ? [event.data.content] : []))
const health = async (url: string): Promise<unknown> => (await fetch(`${url}/health`)).json()
const isWell = (url: string) => waitFor(async () => (await fetch(`${url}/health`)).ok, { timeoutMs: 60_000, message: `${url} to be healthy` })

describe('on a Redis Cluster', () => {
  it('all is as on one Redis: messages, typing, presence and what is planned, and a node that is killed stops no message', async () => {
    const services = [...stack.apis, ...stack.gateways, ...stack.workers]
    await Promise.all(services.map(({ url }) => isWell(url)))
    const [one, other] = [await aPerson('ada', 0), await aPerson('kofi', 1)]
    const workspace = await one.createWorkspace({ name: 'Cluster' })
    await other.acceptInvite({ token: (await one.createInvite({ workspace_id: workspace.id })).token })
    const channel_id = (await one.boot({ workspace_id: workspace.id })).channels.find(({ name }) => name === 'general')?.id
    if (channel_id === undefined) throw new Error('A workspace without general')
    const [ada, kofi] = [await listen(one), await listen(other)]
    const said: string[] = []
    const say = async (content: string) => {
      said.push(content)
      await one.sendMessage({ channel_id, content })
    }
    const bothHave = () => waitFor(() => contentsOf(ada).length >= said.length && contentsOf(kofi).length >= said.length, {
      timeoutMs: 60_000, message: `both to have ${said.length} messages`,
    })
    const plan = async (content: string) => {
      said.push(content)
      await one.createScheduledMessage({ workspace_id: workspace.id, channel_id, content, send_at: new Date(Date.now() + 60_000).toISOString() })
      await runStatement(stack.databaseUrl, `update scheduled_messages set send_at = now() where status = 'pending'`)
    }
    // Said once it may be lost.
    const typesAcross = (message: string) => {
      const before = ada.typing.length
      return waitFor(() => {
        kofi.connection.typing({ channel_id })
        return ada.typing.length > before
      }, { message })
    }

    await ada.connection.watchPresence([(await other.getMe({})).id])
    await waitFor(() => ada.told.at(-1) === 'active')
    await say('by the tail')
    await bothHave()
    await typesAcross('typing to cross the gateways')
    kofi.connection.setPresence('away')
    await waitFor(() => ada.told.at(-1) === 'away', { message: 'presence to cross the gateways' })
    await plan('as planned')
    await bothHave()

    // Without a copy of its part none of the cluster serves: what must go on without Redis does.
    await cluster.nodes[0]?.kill()
    for (let index = 0; index < 5; index += 1) await say(`by PostgreSQL ${index}`)
    await bothHave()
    await waitFor(async () => !(await fetch(`${stack.apiUrl}/health`)).ok, { message: 'the outage to be shown' })
    expect(await health(stack.apiUrl)).toMatchObject({ status: 'unhealthy', redis: 'down' })
    await waitFor(async () => (await fetch(`${stack.apiUrl}/health/ready`)).ok, { message: 'the api to be ready all the same' })

    await cluster.nodes[0]?.restart()
    await Promise.all(services.map(({ url }) => isWell(url)))
    await typesAcross('typing to cross the gateways again')
    kofi.connection.setPresence('active')
    await waitFor(() => ada.told.at(-1) === 'active', { message: 'presence to cross the gateways again' })
    await plan('as planned, after all')
    await say('by the tail again')
    await bothHave()
    for (const listener of [ada, kofi]) {
      expect(contentsOf(listener).toSorted()).toEqual(said.toSorted())
      listener.connection.close()
    }
  })
})
