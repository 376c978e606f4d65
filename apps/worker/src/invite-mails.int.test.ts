import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { CreatedInvite, Workspace } from '@afrochat/contracts'
import { createLogger } from '@afrochat/logger'
import { createChatWorld, emptyTestRedis, testRedisUrl, waitFor, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { startMailServer, type MailServer } from '@afrochat/test-support/mail-server'
import type { WorkspaceDomain } from '@afrochat/workspace'
import { buildWorkerApp } from './app.ts'
import { aWorker, type InProcessWorker } from './testing/in-process-worker.ts'

const JWT_SECRET = 'a secret of thirty-two bytes or so'

let world: ChatWorld
let domain: WorkspaceDomain
let workspace: Workspace
let owner: TestUser
let lines: string[] = []
const running: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  world = await createChatWorld()
  domain = world.workspaceMailing({ secrets: [JWT_SECRET], guard: { admit: async () => undefined, giveBack: async () => undefined } })
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
})
afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop()
  lines = []
})
afterAll(() => world.close())

async function start(env: Record<string, string>): Promise<InProcessWorker & { get(path: string): Promise<{ statusCode: number; body: string }> }> {
  const worker = await aWorker({
    databaseUrl: world.databaseUrl, redisUrl: testRedisUrl(), env: { JWT_SECRET, PUBLIC_URL: 'https://chat.example.com', ...env },
    log: { write: (line) => void lines.push(line) },
  })
  running.push(() => worker.stop())
  const app = await buildWorkerApp({
    ...worker, logger: createLogger({ service: 'worker', level: 'silent' }), trustedProxies: [], metricsAllowedAddresses: ['127.0.0.0/8'], isDraining: () => false,
  })
  running.push(() => app.close())
  return { ...worker, get: (path) => app.inject(path) }
}

async function aMailServer(facts: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer(facts)
  running.push(server.close)
  return server
}

const at = ({ port }: { port: number }) => ({ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port) })
const invite = (email: string) => domain.createInvite(owner, { workspace_id: workspace.id, email })
const statusOf = async ({ id }: CreatedInvite) =>
  (await world.db.selectFrom('workspace_invites').select('mail_status').where('id', '=', id).executeTakeFirstOrThrow()).mail_status
const isSettled = (made: CreatedInvite) => waitFor(async () => (await statusOf(made)) !== 'pending', { message: 'the mail to be settled' })

/** Takes connections and never says a word. */
async function aSilentServer(): Promise<{ port: number; readonly sockets: ReadonlySet<Socket> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket))))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  running.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // Listening on a port, it has such an address.
  return { port: (server.address() as AddressInfo).port, sockets }
}

describe('the worker', () => {
  it('mails an invite, tells its operator of it, and leaves the link and the address out of its log and its queue', async () => {
    const server = await aMailServer({ user: { name: 'afrochat@chat.example.com', password: 'let me in' } })
    const worker = await start({ ...at(server), SMTP_USERNAME: 'afrochat@chat.example.com', SMTP_PASSWORD: 'let me in' })
    const made = await invite('ada@example.com')
    await isSettled(made)
    expect(server.to('ada@example.com')).toMatchObject([{ user: 'afrochat@chat.example.com', from: { text: '"AfroChat" <afrochat@chat.example.com>' } }])
    expect(server.mails[0]?.text).toContain(`https://chat.example.com/invite/${made.token}`)
    const { body } = await worker.get('/metrics')
    expect(body).toContain('mail_enabled{service="worker"} 1')
    expect(body).toContain('mail_attempts_total{outcome="accepted",service="worker"} 1')
    expect(lines.filter((line) => line.includes(`invite-${made.id}`))).not.toEqual([])
    const kept = await Promise.all((await worker.redis.keys('{jobs:mail}*')).map((key) => worker.redis.dump(key)))
    for (const secret of [made.token, 'ada@example.com', 'let me in']) expect(`${lines.join('')}${kept.join('')}`).not.toContain(secret)
  })

  it('that finds its Redis emptied mails an invite all the same, and once', async () => {
    const server = await aMailServer()
    await start(at(server))
    const made = await invite('bob@example.com')
    await emptyTestRedis()
    await isSettled(made)
    expect(server.to('bob@example.com')).toHaveLength(1)
  })

  it('of two, each mail is sent by one', async () => {
    const server = await aMailServer()
    await Promise.all([start(at(server)), start(at(server))])
    const made = await Promise.all(Array.from({ length: 10 }, (_, index) => invite(`one-of-two-${index}@example.com`)))
    for (const one of made) await isSettled(one)
    expect(server.mails.flatMap(({ recipients }) => recipients).toSorted()).toEqual(made.map(({ email }) => email).toSorted())
  })

  it('is ready and does everything else while its mail server hangs or is away', async () => {
    const silent = await aSilentServer()
    const worker = await start(at(silent))
    const made = await Promise.all(Array.from({ length: 8 }, (_, index) => invite(`hanging-${index}@example.com`)))
    await waitFor(() => silent.sockets.size === 4, { message: 'all connections for mail to hang' })
    const { id } = await world.chat.createReminder(owner, { workspace_id: workspace.id, content: 'water', remind_at: new Date(Date.now() + 100).toISOString() })
    await waitFor(async () => (await world.chat.getReminder(owner, { workspace_id: workspace.id, reminder_id: id })).status === 'fired')
    for (const path of ['/health/ready', '/health']) await waitFor(async () => (await worker.get(path)).statusCode === 200, { message: path })
    for (const one of made) expect(await statusOf(one)).toBe('pending')
  })

  it('without a mail server says so once, mails nothing, and leaves what is to be mailed to who has one', async () => {
    const worker = await start({})
    const made = await invite('later@example.com')
    expect(lines.filter((line) => line.includes('SMTP_HOST is not set'))).toHaveLength(1)
    expect((await worker.get('/metrics')).body).toContain('mail_enabled{service="worker"} 0')
    const { id } = await world.chat.createReminder(owner, { workspace_id: workspace.id, content: 'water', remind_at: new Date(Date.now() + 100).toISOString() })
    await waitFor(async () => (await world.chat.getReminder(owner, { workspace_id: workspace.id, reminder_id: id })).status === 'fired')
    expect(await statusOf(made)).toBe('pending')
    const server = await aMailServer()
    await start(at(server))
    await isSettled(made)
    expect(server.to('later@example.com')).toHaveLength(1)
  })
})
