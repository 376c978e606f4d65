import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Channel, Workspace } from '@afrochat/contracts'
import { createLogger } from '@afrochat/logger'
import { newId, type SessionId } from '@afrochat/kernel'
import { createChatWorld, emptyTestRedis, testRedisUrl, waitFor, type ChatWorld, type TestUser } from '@afrochat/test-support'
import { buildWorkerApp } from './app.ts'
import { aWorker, type InProcessWorker } from './testing/in-process-worker.ts'
import { startWeb, type TestWeb } from './testing/web-page.ts'

let world: ChatWorld
let workspace: Workspace
let room: Channel
let owner: TestUser, alice: TestUser
let web: TestWeb
let worker: InProcessWorker
let app: Awaited<ReturnType<typeof buildWorkerApp>>
let draining = false

beforeAll(async () => {
  ;[world, web] = await Promise.all([createChatWorld(), startWeb()])
  owner = await world.aUser()
  workspace = await world.aWorkspace({ owner })
  alice = await world.aMember({ of: workspace })
  room = await world.aChannel({ in: workspace, by: owner, members: [alice] })
  worker = await start()
  app = await buildWorkerApp({
    ...worker, logger: createLogger({ service: 'worker', level: 'silent' }), trustedProxies: [], metricsAllowedAddresses: ['127.0.0.0/8'], isDraining: () => draining,
  })
})
afterAll(async () => {
  await app.close()
  await worker.stop()
  web.close()
  await world.close()
})

const start = () => aWorker({ databaseUrl: world.databaseUrl, redisUrl: testRedisUrl(), trustedHosts: [web.host] })
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()
const schedule = (content: string, send_at: string) =>
  world.chat.scheduleMessage(alice, { workspace_id: workspace.id, channel_id: room.id, content, send_at })
const said = async (content: string) => (await world.chat.listMessages(owner, { channel_id: room.id })).items.filter((message) => message.content === content)

describe('the worker', () => {
  it('is healthy with its database, its Redis and its queue, and not ready while it stops', async () => {
    // What is well and late is not healthy for a moment.
    await waitFor(async () => (await app.inject('/health')).json<{ status: string }>().status === 'healthy')
    await waitFor(async () => (await app.inject('/health/ready')).statusCode === 200)
    draining = true
    expect((await app.inject('/health/ready')).statusCode).toBe(503)
    expect((await app.inject('/health/live')).statusCode).toBe(200)
    draining = false
  })

  it('adds to a message what is behind its link, and tells its operator of the job', async () => {
    const message = await world.aMessage({ in: room, by: alice, content: `look at http://${web.host}/one` })
    const previewed = await waitFor(async () => {
      const present = await world.chat.getMessage(alice, message.id)
      return present.previews.length > 0 && present
    })
    expect(previewed.previews).toMatchObject([{ url: `http://${web.host}/one`, title: 'Page /one' }])
    expect(previewed.edited_at).toBeNull()
    const metrics = await waitFor(async () => {
      const { body } = await app.inject('/metrics')
      return body.includes('queue_job_attempts_total{queue="previews",job="chat.fetch-previews",outcome="completed",service="worker"} 1') && body
    })
    expect(metrics).toMatch(/event_log_position\{shard="0",service="worker"\} [1-9]/)
    expect(metrics).toMatch(/event_log_consumer_position\{consumer="previews",shard="0",service="worker"\} [1-9]/)
    expect(metrics).toContain('queue_jobs{queue="previews",state="failed",service="worker"} 0')
    // The change that the preview was is not asked about again.
    expect(web.asked.filter((path) => path === '/one')).toHaveLength(1)
  })

  it('sends a scheduled message when its time has come', async () => {
    const send_at = inMs(1_500)
    const made = await schedule('on time', send_at)
    const [message] = await waitFor(async () => {
      const found = await said('on time')
      return found.length > 0 && found
    })
    expect(Date.parse(message?.created_at ?? '')).toBeGreaterThanOrEqual(Date.parse(send_at) - 1_000)
    const at = { workspace_id: workspace.id, scheduled_message_id: made.id }
    await waitFor(async () => (await world.chat.getScheduledMessage(alice, at)).status === 'sent')
  })

  it('reminds when the time has come', async () => {
    const { id } = await world.chat.createReminder(alice, { workspace_id: workspace.id, content: 'water', remind_at: inMs(200) })
    await waitFor(async () => (await world.chat.getReminder(alice, { workspace_id: workspace.id, reminder_id: id })).status === 'fired')
  })

  it('sends what was put off at the later time, and once', async () => {
    const made = await schedule('put off', inMs(9_000))
    // By now it has its job: offered ten seconds ahead.
    await waitFor(async () => ((await worker.queue.counts()).get('planned')?.delayed ?? 0) > 0)
    const later = new Date(Date.parse(made.send_at) + 1_500).toISOString()
    await world.chat.updateScheduledMessage(alice, { workspace_id: workspace.id, scheduled_message_id: made.id, send_at: later })
    const [message] = await waitFor(async () => {
      const found = await said('put off')
      return found.length > 0 && found
    })
    expect(Date.parse(message?.created_at ?? '')).toBeGreaterThanOrEqual(Date.parse(later) - 1_000)
  })

  it('sends, once, what had its job in a Redis that was emptied', async () => {
    await schedule('forgotten by Redis', inMs(5_000))
    await waitFor(async () => ((await worker.queue.counts()).get('planned')?.delayed ?? 0) > 0)
    await emptyTestRedis()
    await waitFor(async () => (await said('forgotten by Redis')).length > 0, { timeoutMs: 60_000 })
    expect(await said('forgotten by Redis')).toHaveLength(1)
  })
})

describe('a worker that starts', () => {
  it('does what was left: purges, sweeps, takes back statuses, sends what is overdue', async () => {
    await worker.stop()
    const doomed = await world.aChannel({ in: workspace, by: owner })
    await world.aMessage({ in: doomed, by: owner })
    await world.workspace.deleteChannel(owner, doomed.id)
    const overdue = await schedule('overdue', inMs(60_000))
    await world.db.updateTable('scheduled_messages').set({ send_at: new Date(Date.now() - 60_000) }).where('id', '=', overdue.id).execute()
    await world.db.updateTable('users').set({ status_text: 'in a meeting', status_emoji: null, status_expires_at: new Date(Date.now() - 1_000) })
      .where('id', '=', alice.userId).execute()
    const ancient = new Date(Date.now() - 40 * 86_400_000)
    await world.db.insertInto('sessions')
      .values({ id: newId<SessionId>(), user_id: alice.userId, user_agent: null, ip: null, revoked_at: null, expires_at: ancient }).execute()
    for (const [key, created_at] of [['old', ancient], ['new', new Date()]] as const) {
      await world.db.insertInto('idempotency_keys')
        .values({ user_id: alice.userId, key_hash: Buffer.from(key), fingerprint: Buffer.alloc(32), answer: null, created_at }).execute()
    }

    worker = await start()
    const leftovers = () => Promise.all([
      world.db.selectFrom('messages').select('id').where('channel_id', '=', doomed.id).execute(),
      world.db.selectFrom('sessions').select('id').where('expires_at', '<=', ancient).execute(),
      world.db.selectFrom('idempotency_keys').select('created_at').where('created_at', '<=', ancient).execute(),
      world.db.selectFrom('users').select('id').where('status_text', 'is not', null).execute(),
      world.db.selectFrom('scheduled_messages').select('id').where('status', '=', 'pending').execute(),
    ])
    await waitFor(async () => (await leftovers()).every((rows) => rows.length === 0))
    expect(await said('overdue')).toHaveLength(1)
    expect(await world.db.selectFrom('idempotency_keys').select('created_at').execute()).toHaveLength(1)
  })
})
