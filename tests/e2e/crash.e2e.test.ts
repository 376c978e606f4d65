import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { allOf, ChannelLog, createClient, newClientMsgId, type Channel, type Client, type Message, type SyncEvent } from '@afrochat/client'
import { startStack, waitFor, type Stack, type StackService } from '@afrochat/test-support'

const CHANNELS = 3
const WRITERS = 4
const READERS = 6
/** Acknowledged between two crashes. */
const BETWEEN = 40

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ apis: 2, gateways: 2 })
})
afterAll(() => stack.stop(), 60_000)

/** Somebody with an SDK for each api: any client may use any of them. */
interface Person {
  readonly clients: readonly Client[]
}

interface Reader {
  readonly logs: ReadonlyMap<string, ChannelLog>
  readonly sent: string[]
  close(): void
}

async function aPerson(name: string): Promise<Person> {
  const gateway = stack.gateways[randomInt(stack.gateways.length)] as StackService
  const socketUrl = `${gateway.url.replace('http', 'ws')}/ws`
  const first = createClient({ url: stack.apiUrl, socketUrl })
  await first.register({ email: `${name}@crash.example`, username: name, password: 'correct horse', display_name: name })
  const tokens = first.tokens
  if (tokens === null) throw new Error('registered and yet not signed in')
  return { clients: stack.apis.map(({ url }) => createClient({ url, socketUrl, tokens })) }
}

async function read({ clients: [client] }: Person, workspaceId: Channel['workspace_id']): Promise<Reader> {
  if (client === undefined) throw new Error('a person without a client')
  const boot = await client.boot({ workspace_id: workspaceId })
  const logs = new Map(boot.channels.map((channel) => [channel.id as string, new ChannelLog(channel)]))
  const sent: string[] = []
  const onEvent = (event: SyncEvent) => {
    if (event.type === 'message_sent') sent.push(event.data.id)
    for (const log of logs.values()) log.apply(event)
  }
  const connection = client.connect({ from: boot, onEvent, onProblem: () => undefined })
  await waitFor(() => connection.status.state === 'live', { message: 'the reader to be connected' })
  return { logs, sent, close: () => connection.close() }
}

interface Writing {
  readonly acknowledged: Message[]
  over: boolean
}

/** Posts without a pause until it is over; after an unknown outcome again, with the same id, to the other api. */
async function write({ clients }: Person, channels: readonly Channel[], writing: Writing): Promise<void> {
  while (!writing.over) {
    const channel = channels[randomInt(channels.length)] as Channel
    const body = { channel_id: channel.id, content: `after ${writing.acknowledged.length}`, client_msg_id: newClientMsgId() }
    let message: Message | undefined
    for (let attempt = 0; message === undefined; attempt += 1) {
      message = await clients[attempt % clients.length]?.sendMessage(body).catch(() => undefined)
    }
    writing.acknowledged.push(message)
  }
}

/** Waits until so many more posts have been acknowledged: of those that begin at an api that is away each takes seconds. */
async function goOn({ acknowledged }: Writing): Promise<void> {
  const target = acknowledged.length + BETWEEN
  await waitFor(() => acknowledged.length >= target, { timeoutMs: 100_000, message: 'posting to go on' })
}

describe('while people post', () => {
  it('kill -9 of any process loses no acknowledged message, doubles none, and every client comes to the same', async () => {
    const owner = await aPerson('ada')
    const [client] = owner.clients
    if (client === undefined) throw new Error('no client')
    const workspace = await client.createWorkspace({ name: 'Crash' })
    const invite = await client.createInvite({ workspace_id: workspace.id })
    const people = await Promise.all(Array.from({ length: WRITERS + READERS }, (_, index) => aPerson(`person${index}`)))
    for (const { clients } of people) await clients[0]?.acceptInvite({ token: invite.token })
    const channels = await Promise.all(Array.from({ length: CHANNELS }, (_, index) =>
      client.createChannel({ workspace_id: workspace.id, name: `c${index}`, kind: index === 0 ? 'private' : 'public' })))
    const user_ids = await Promise.all(people.map(async ({ clients }) => (await (clients[0] as Client).getMe()).id))
    for (const { id } of channels) await client.addChannelMembers({ channel_id: id, user_ids })

    const readers = await Promise.all(people.slice(WRITERS).map((person) => read(person, workspace.id)))
    const writing: Writing = { acknowledged: [], over: false }
    const writers = Promise.all(people.slice(0, WRITERS).map((person) => write(person, channels, writing)))
    // One of each; `npm run chaos` kills them all, and more.
    for (const service of [stack.apis[0], stack.gateways[0], stack.workers[0]].filter((one) => one !== undefined)) {
      await goOn(writing)
      await service.kill()
      await goOn(writing)
      await service.start()
    }
    await goOn(writing)
    await stack.killRedis()
    await goOn(writing)
    writing.over = true
    await writers
    const { acknowledged } = writing

    for (const { id } of channels) {
      const stored = await allOf(client.listChannelChanges, { channel_id: id, since: 0 })
      // Each was sent until it was acknowledged, so what is stored is what was acknowledged: nothing less, nothing twice.
      const expected = acknowledged.filter(({ channel_id }) => channel_id === id).map((message) => message.id)
      // (Who was added was said before the readers came.)
      const posted = stored.filter(({ kind }) => kind === 'user')
      expect(posted.map((message) => message.id).toSorted()).toEqual(expected.toSorted())
      for (const { logs } of readers) {
        await waitFor(() => logs.get(id)?.all().length === posted.length, { timeoutMs: 60_000, message: `a reader to have all of channel ${id}` })
        expect(logs.get(id)?.all().map(({ id: messageId, seq }) => [messageId, seq])).toEqual(posted.map((message) => [message.id, message.seq]))
      }
    }
    for (const { sent } of readers) expect(new Set(sent).size).toBe(sent.length)
    for (const reader of readers) reader.close()
  }, 300_000)
})
