import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { createClient } from '@afrochat/client'
import { SUBPROTOCOL } from '@afrochat/contracts'
import { waitFor, type Stack } from '@afrochat/test-support'
import { openHttp } from './http-connection.ts'
import { ms, percentiles, table } from './measure.ts'
import { ask, buildTown, type Person, type Town } from './town.ts'

const CONNECTIONS = [100, 1_000] as const
const PEOPLE = 100
const MESSAGES_A_SECOND = 20
const SECONDS = Number(process.env['LOAD_SECONDS'] ?? 60)
const CONTENT = 'x'.repeat(60)

/** From a POST being sent to its frame being received by each of the connections in the channel: two people with the SDK, then many sockets. */
export async function measureDelivery(stack: Stack): Promise<string> {
  const town = await buildTown(stack.apiUrl, { people: PEOPLE, channels: 1 })
  const rows = [await measure(stack, town, { name: '2, with the SDK', count: 2, open: openWithSdk })]
  for (const count of CONNECTIONS) rows.push(await measure(stack, town, { name: String(count), count, open: openReceiver }))
  return table(['connections', 'sent', 'received', 'lost', 'twice', 'out of order', 'p50 ms', 'p99 ms', 'max ms'], rows)
}

interface Receiver {
  readonly seqs: number[]
  close(): void
}

interface Crowd {
  readonly name: string
  readonly count: number
  readonly open: (stack: Stack, person: Person, onMessage: (clientMsgId: string) => void) => Promise<Receiver>
}

async function measure(stack: Stack, town: Town, { name, count, open }: Crowd): Promise<(string | number)[]> {
  const [channelId] = town.channelIds
  const [sender] = town.people
  if (channelId === undefined || sender === undefined) throw new Error('an empty town')
  const sentAt = new Map<string, number>()
  const samples: number[] = []
  const onMessage = (clientMsgId: string) => samples.push(performance.now() - (sentAt.get(clientMsgId) ?? Number.NaN))
  const receivers: Receiver[] = []
  for (let index = 0; index < count; index += 1) receivers.push(await open(stack, town.people[index % PEOPLE] ?? sender, onMessage))

  const total = MESSAGES_A_SECOND * SECONDS
  const acknowledged = await sendSteadily(stack, { sender, channelId, total, sentAt })
  await waitFor(() => samples.length >= total * count, { timeoutMs: 10_000, message: 'every frame' }).catch(() => undefined)
  for (const receiver of receivers) receiver.close()

  const expected = acknowledged.toSorted((a, b) => a - b)
  const distinct = receivers.map(({ seqs }) => new Set(seqs))
  const lost = distinct.reduce((sum, seqs) => sum + expected.filter((seq) => !seqs.has(seq)).length, 0)
  const twice = receivers.reduce((sum, { seqs }, index) => sum + seqs.length - (distinct[index]?.size ?? 0), 0)
  const disordered = receivers.filter(({ seqs }) => seqs.some((seq, index) => index > 0 && seq <= (seqs[index - 1] ?? 0))).length
  const { p50, p99, max } = percentiles(samples)
  return [name, total, samples.length, lost, twice, disordered, ms(p50), ms(p99), ms(max)]
}

/** Uncompressed: a thousand clients in one process would inflate each frame a thousand times. */
async function openReceiver(stack: Stack, { token }: Person, onMessage: (clientMsgId: string) => void): Promise<Receiver> {
  const socket = new WebSocket(stack.socketUrl, SUBPROTOCOL, { perMessageDeflate: false, headers: { authorization: `Bearer ${token}` } })
  const seqs: number[] = []
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      // What the server sent, by its own protocol.
      const frame = JSON.parse(data.toString()) as { type: string; seq: number; data: { client_msg_id: string } }
      if (frame.type === 'hello') {
        socket.send('{"type":"ping","id":"1"}')
        resolve()
      }
      if (frame.type !== 'message_sent') return
      onMessage(frame.data.client_msg_id)
      seqs.push(frame.seq)
    })
  })
  return { seqs, close: () => socket.terminate() }
}

async function openWithSdk(stack: Stack, person: Person, onMessage: (clientMsgId: string) => void): Promise<Receiver> {
  const client = createClient({ url: stack.apiUrl, socketUrl: stack.socketUrl, tokens: person.tokens })
  const { items: [workspace] } = await client.listWorkspaces({})
  if (workspace === undefined) throw new Error('a person without a workspace')
  const seqs: number[] = []
  const connection = client.connect({
    from: await client.boot({ workspace_id: workspace.id }),
    onEvent: (event) => {
      if (event.type !== 'message_sent') return
      onMessage(event.data.client_msg_id ?? '')
      seqs.push(event.data.seq)
    },
  })
  await waitFor(() => connection.status.state === 'live', { message: 'the SDK to be connected' })
  return { seqs, close: () => connection.close() }
}

interface Steadily {
  readonly sender: Person
  readonly channelId: string
  readonly total: number
  readonly sentAt: Map<string, number>
}

/** On four connections in turn, so that a slow answer does not hold up the next post. Returns the seqs that were acknowledged. */
async function sendSteadily(stack: Stack, { sender, channelId, total, sentAt }: Steadily): Promise<number[]> {
  const connections = await Promise.all(Array.from({ length: 4 }, () => openHttp(stack.apiUrl)))
  const lanes = connections.map(() => Promise.resolve())
  const seqs: number[] = []
  const startedAt = performance.now()
  for (let index = 0; index < total; index += 1) {
    await delay(Math.max(0, startedAt + (index * 1000) / MESSAGES_A_SECOND - performance.now()))
    const lane = index % connections.length
    const connection = connections[lane]
    if (connection === undefined) continue
    lanes[lane] = (lanes[lane] ?? Promise.resolve()).then(async () => {
      const clientMsgId = randomUUID()
      sentAt.set(clientMsgId, performance.now())
      const body = { content: CONTENT, client_msg_id: clientMsgId }
      const { seq } = await ask<{ seq: number }>(connection, 'POST', `/channels/${channelId}/messages`, { token: sender.token, body })
      seqs.push(seq)
    })
  }
  await Promise.all(lanes)
  for (const connection of connections) connection.close()
  return seqs
}
