import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createClient, type Client, type ClientEvent, type Connection, type SyncEvent } from '@afrochat/client'
import { startStack, waitFor, type Stack } from '@afrochat/test-support'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ workers: 2 })
})
afterAll(() => stack.stop(), 60_000)

const open: Connection[] = []
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
})

let count = 0

async function aPerson(name: string): Promise<Client> {
  count += 1
  const client = createClient({ url: stack.apiUrl, socketUrl: stack.socketUrl })
  await client.register({ email: `${name}${count}@plan.example`, username: `${name}${count}`, password: 'correct horse', display_name: name })
  return client
}

/** ada and bob in one workspace, both listening, and its channel general. */
async function twoListeners() {
  const [ada, bob] = await Promise.all([aPerson('ada'), aPerson('bob')])
  const workspace = await ada.createWorkspace({ name: `Plan ${count}` })
  await bob.acceptInvite({ token: (await ada.createInvite({ workspace_id: workspace.id })).token })
  const [adas, bobs] = await Promise.all([ada, bob].map(async (client) => {
    const boot = await client.boot({ workspace_id: workspace.id })
    const heard: SyncEvent[] = []
    const connection = client.connect({ from: boot, onEvent: (event) => void heard.push(event), onProblem: () => undefined })
    open.push(connection)
    await waitFor(() => connection.status.state === 'live')
    return { heard, general: boot.channels.find(({ name }) => name === 'general') }
  }))
  if (adas?.general === undefined || bobs === undefined) throw new Error('A workspace without general')
  return { ada, bob, workspace_id: workspace.id, channel_id: adas.general.id, adas: adas.heard, bobs: bobs.heard }
}

/** Not so soon that it is over when the server reads it, should the machine stand still on the way. */
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()
const sentIn = (heard: readonly SyncEvent[], content: string) =>
  heard.filter((event): event is Extract<ClientEvent, { type: 'message_sent' }> => event.type === 'message_sent' && event.data.content === content)
const statusesIn = (heard: readonly SyncEvent[]) => heard.flatMap((event) => (event.type === 'scheduled_message_updated' ? [event.data.status] : []))

describe('what is planned', () => {
  it('is sent at its time, reaches the others, and its author\'s devices hear of it', async () => {
    const { ada, workspace_id, channel_id, adas, bobs } = await twoListeners()
    const send_at = inMs(5_000)
    const made = await ada.createScheduledMessage({ workspace_id, channel_id, content: 'good morning', send_at })
    await waitFor(() => sentIn(bobs, 'good morning').length > 0, { timeoutMs: 30_000, message: 'bob to receive it' })
    await waitFor(() => statusesIn(adas).includes('sent'))
    const [received] = sentIn(bobs, 'good morning')
    expect(Date.parse(received?.data.created_at ?? '')).toBeGreaterThanOrEqual(Date.parse(send_at) - 1_000)
    expect(statusesIn(adas)).toEqual(['pending', 'sent'])
    expect(statusesIn(bobs)).toEqual([])
    expect(await ada.getScheduledMessage({ workspace_id, scheduled_message_id: made.id })).toMatchObject({ status: 'sent', message_id: received?.data.id })
  })

  it('is sent once when all workers are killed around its time, and Redis with them', async () => {
    const { ada, workspace_id, channel_id, bobs } = await twoListeners()
    const texts = Array.from({ length: 20 }, (_, index) => `number ${index}`)
    await Promise.all(texts.map((content, index) => ada.createScheduledMessage({ workspace_id, channel_id, content, send_at: inMs(5_000 + 100 * index) })))
    await waitFor(() => sentIn(bobs, 'number 3').length > 0, { timeoutMs: 30_000 })
    await Promise.all(stack.workers.map((worker) => worker.kill()))
    await stack.killRedis()
    await Promise.all(stack.workers.map((worker) => worker.start()))
    await waitFor(() => texts.every((content) => sentIn(bobs, content).length > 0), { timeoutMs: 60_000, message: 'all of them to be received' })
    const listed = await ada.listMessages({ channel_id, limit: 200 })
    const contents = listed.items.filter(({ kind }) => kind === 'user').map(({ content }) => content)
    expect(contents.toSorted()).toEqual(texts.toSorted())
  })

  it('reminds on all devices of who asked for it, and nobody else', async () => {
    const { ada, workspace_id, adas, bobs } = await twoListeners()
    await ada.createReminder({ workspace_id, content: 'tea', remind_at: inMs(5_000) })
    const fired = (heard: readonly SyncEvent[]) => heard.filter((event) => event.type === 'reminder_updated' && event.data.status === 'fired')
    await waitFor(() => fired(adas).length === 1, { timeoutMs: 30_000 })
    expect(bobs.some(({ type }) => type === 'reminder_updated')).toBe(false)
  })
})
