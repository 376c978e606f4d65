import { routeCatalogue, type ClientFrameType, type RouteDefinition } from '@afrochat/contracts'
import { newId } from '@afrochat/kernel'
import { createAttempt, isPlace, type ActorCode, type Attempt, type Scene, type Stage, type WriteLog } from '@afrochat/test-stage'
import { waitFor } from '@afrochat/test-support'
import { TestClient, type ReceivedFrame } from '../../../apps/websocket/src/testing/test-client.ts'
import type { Expectation } from './expectation.ts'

/** What a frame says when it is tried on an object. */
const frames: Readonly<Record<ClientFrameType, (at: Attempt) => object | Promise<object>>> = {
  authenticate: ({ scene, actor, object }) => scene.tokenOf(object === 'own token' ? scene.nameOf(actor) : 'TM').then((token) => ({ token })),
  resume: ({ object }) => ({ cursor: object === 'made up' ? 'abcdefghijkl.0.1' : object }),
  ping: () => ({}),
  typing: (at) => ({ channel_id: channelOf(at) }),
  presence: () => ({ presence: 'active' }),
  watch_presence: (at) => ({ user_ids: [personOf(at)] }),
  send_message: (at) => ({ channel_id: channelOf(at), content: 'hello' }),
  mark_read: (at) => ({ channel_id: channelOf(at), seq: 1_000 }),
}

function channelOf({ object, scene, thing }: Attempt): string {
  if (object === 'random') return newId()
  return object === 'of another workspace' ? scene.id('channel of another workspace') : thing('channel')
}

function personOf({ object, person, self }: Attempt): string {
  if (object === 'oneself') return self
  return object === 'random' ? newId() : person(PEOPLE[object] ?? object)
}

/** As the operations about people call them. */
const PEOPLE: Readonly<Record<string, string>> = {
  'in the same channels': 'PA', 'in no channel of guests': 'TM', 'who left': 'EX', 'who deactivated their account': 'DE', 'of another workspace': 'XW',
}

/** Frames have no status: the operation of the HTTP interface that does the same says which one a code has. */
const sameOverHttp: Readonly<Record<string, RouteDefinition>> = {
  send_message: routeCatalogue.sendMessage, mark_read: routeCatalogue.markChannelRead, typing: routeCatalogue.sendMessage,
}

/** Tries what rows about frames say on connections to a real gateway. */
export function createSocketJudge({ stage, log, url }: { stage: Stage; log: WriteLog; url: string }) {
  const clients = new Map<string, TestClient>()
  const unchanged = new Map<string, Scene>()

  async function connect(scene: Scene, name: string): Promise<TestClient> {
    const key = `${scene.tag} ${name}`
    const open = clients.get(key)
    if (open !== undefined && open.closed === undefined) return open
    const client = new TestClient(url, { headers: { authorization: `Bearer ${await scene.tokenOf(name)}` } })
    await client.hello()
    // Its first frame is what makes it live.
    await ask(client, 'ping', {})
    clients.set(key, client)
    return client
  }

  async function cellOf({ operation, object, settings, cells }: Expectation, actor: ActorCode): Promise<string> {
    const type = operation.slice('socket '.length) as ClientFrameType
    const facts = { place: isPlace(object) ? object : 'public', settings } as const
    const key = JSON.stringify(facts)
    const mayChange = cells[actor] === 'A' && type in sameOverHttp && type !== 'typing'
    const scene = mayChange ? await stage.scene(facts) : unchanged.get(key) ?? await stage.scene(facts)
    if (!mayChange) unchanged.set(key, scene)
    if (actor === 'AN' || actor === 'DE') return refusedHandshake(url, actor === 'AN' ? undefined : await scene.tokenOf('DE'))

    const attempt = createAttempt(scene, actor, object)
    const client = await connect(scene, scene.nameOf(actor))
    if (type === 'typing') return typingWord(client, attempt, cells[actor])
    if (type === 'watch_presence') return watchWord(client, attempt, cells[actor])
    const answer = await ask(client, type, await frames[type]({ ...attempt, object: object === 'own position' ? client.cursor : object }))
    const written = await log.take()
    if (answer === 'closed') return String(client.closed?.code)
    if (answer.type !== 'error') return type in sameOverHttp && written.length === 0 ? '=' : answer.data['complete'] === false ? 'N' : 'A'
    if (written.length > 0) return `${String(answer.data['code'])}, but wrote ${written.map(({ table }) => table).join(', ')}`
    return refusalWord(client, type, { attempt, answer, expected: cells[actor] })
  }

  /** Nothing is written; whether it was allowed shows in who sees it. */
  async function typingWord(client: TestClient, attempt: Attempt, expected: string | undefined): Promise<string> {
    const [partner, stranger] = await Promise.all([connect(attempt.scene, 'PA'), connect(attempt.scene, 'NG')])
    const answer = await ask(client, 'typing', await frames.typing(attempt))
    if (answer === 'closed') return String(client.closed?.code)
    if (answer.type === 'error') return refusalWord(client, 'typing', { attempt, answer, expected })
    const isOurs = ({ type, data }: ReceivedFrame) => type === 'user_typing' && data['user_id'] === attempt.self
    // It may be lost, to who has something else to read yet: whoever goes on typing says so again.
    const isShown = () => waitFor(() => partner.frames.some(isOurs), { timeoutMs: 4_000, message: 'typing to be shown' })
    await isShown().catch(() => ask(client, 'typing', { channel_id: channelOf(attempt) }).then(isShown))
    return stranger.frames.some(isOurs) ? 'A, but somebody outside saw it' : 'A'
  }

  /** Whether they are told how somebody is. Whoever is not here is only known to be offline once all gateways have spoken. */
  async function watchWord(client: TestClient, attempt: Attempt, expected: string | undefined): Promise<string> {
    const look = async () => {
      const answer = await ask(client, 'watch_presence', await frames.watch_presence(attempt))
      if (answer === 'closed') return String(client.closed?.code)
      const { presences } = answer.data as { presences?: unknown[] }
      return presences?.length === 1 ? 'A' : JSON.stringify(answer.data) === '{"presences":[]}' ? 'N' : JSON.stringify(answer.data)
    }
    // Seen once it is seen: a gateway that stood still for longer than its lease may know less a moment later.
    const isSeen = expected === 'A' && await waitFor(async () => (await look()) === 'A').catch(() => false)
    return isSeen ? 'A' : look()
  }

  async function refusalWord(
    client: TestClient, type: ClientFrameType, { attempt, answer, expected }: { attempt: Attempt; answer: ReceivedFrame; expected: string | undefined },
  ): Promise<string> {
    const code = String(answer.data['code'])
    const errors = sameOverHttp[type]?.errors ?? { 401: ['invalid_token'] }
    const [status] = Object.entries(errors).find(([, codes]) => codes.includes(code)) ?? []
    if (expected !== '404') return `${status}:${code}`
    const nothing = await ask(client, type, await frames[type]({ ...attempt, object: 'random' }))
    return nothing !== 'closed' && JSON.stringify(nothing.data) === JSON.stringify(answer.data) ? '404' : `${status}:${code}`
  }

  return {
    async rowOf(expectation: Expectation): Promise<Partial<Record<ActorCode, string>>> {
      const row: Partial<Record<ActorCode, string>> = {}
      for (const actor of Object.keys(expectation.cells) as ActorCode[]) row[actor] = await cellOf(expectation, actor)
      return row
    },
    close() {
      for (const { socket } of clients.values()) socket.terminate()
    },
  }
}

/** The ack or error, or that the connection ended over it. */
async function ask(client: TestClient, type: ClientFrameType, data: object): Promise<ReceivedFrame | 'closed'> {
  const id = newId()
  client.send({ type, id, data })
  return waitFor(() => client.frames.find((frame) => frame.id === id) ?? (client.closed && 'closed' as const), { message: `the answer to ${type}` })
}

/** Without a token that is good there is no connection to send a frame on. */
async function refusedHandshake(url: string, token: string | undefined): Promise<string> {
  const client = new TestClient(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  if (token !== undefined) return String((await client.refused()).status)
  await waitFor(() => client.socket.readyState === client.socket.OPEN)
  client.send({ type: 'ping', id: 'early' })
  return (await client.closes()).code === 4001 ? '401' : 'open'
}
