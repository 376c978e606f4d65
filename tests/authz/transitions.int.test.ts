import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createChatWork, type ChatWork } from '@afrochat/chat'
import { routeCatalogue, type ErrorBody } from '@afrochat/contracts'
import { createTransact } from '@afrochat/database'
import { createAppender, type Appender } from '@afrochat/event-log'
import { newId, type ScheduledMessageId } from '@afrochat/kernel'
import { createLogger } from '@afrochat/logger'
import { openStage, type Answer, type Stage } from '@afrochat/test-stage'
import { waitFor } from '@afrochat/test-support'
import { TestClient } from '../../apps/websocket/src/testing/test-client.ts'
import { startTestGateways, type TestGateways } from '../../apps/websocket/src/testing/test-gateway.ts'
import { AFTER, BEFORE, Hands, MEANWHILE } from './src/hands.ts'
import { pausable, type Pausable } from './src/pausable.ts'
import { rightsLost } from './src/rights-lost.ts'
import { whereSeen } from './src/surfaces.ts'
import { transitions, type Transition } from './src/transitions.ts'

let stage: Stage
let gateways: TestGateways
/** Redis tells it nothing: it has to find out. */
let deaf: TestGateways
let gateway: Pausable
let appender: Appender
let work: ChatWork
beforeAll(async () => {
  stage = await openStage()
  const settings = { DATABASE_URL: stage.databaseUrl, WEBSOCKET_MAX_PER_ADDRESS: '0' }
  gateways = await startTestGateways(settings)
  deaf = await startTestGateways({ ...settings, REDIS_URL: 'redis://127.0.0.1:1' })
  const [first] = gateways.gateways
  if (first === undefined) throw new Error('There is a gateway')
  gateway = pausable(first)
  const { db, redis, chat } = stage.api.services
  appender = createAppender({ db, redis, logger: createLogger({ service: 'worker', level: 'silent' }) })
  const transact = createTransact({ db, shards: 1, publish: appender.publish })
  const pages = { visit: () => Promise.reject(new Error('No page is asked for here')), mayPointTo: () => false }
  work = createChatWork({ db, transact, chat, pages, publicUrl: 'https://chat.example.com' })
})
afterAll(async () => {
  await Promise.all([gateways.close(), deaf.close(), appender.stop()])
  await stage.close()
})

interface Past {
  readonly transition: Transition
  readonly hands: Hands
  /** Before it happened. */
  readonly cursor: string
  /** Their other connection, over the gateway to which Redis says nothing. */
  readonly other: TestClient
}
const past: Past[] = []

describe.each(['at once', 'while the gateway hears nothing'] as const)('%s', (timing) => {
  it.each(transitions.map((transition) => [transition.name, transition] as const))('%s', async (_name, transition) => {
    const { whose } = transition
    const hands = new Hands(stage, await stage.scene({ place: transition.place }))
    const scheduled = await schedule(hands, whose)
    await hands.sayBefore(whose, transition)
    await gateways.settled()
    const open = await connect(hands, whose)
    const other = await connect(hands, whose, deaf)
    const witness = await connect(hands, transition.place === 'dm' ? 'PA' : 'ADc')
    const cursor = open.cursor
    const heard = open.frames.length

    if (timing !== 'at once') gateway.pause()
    await transition.act(hands)
    if (transition.after !== undefined) await hands.say('PA', AFTER)
    const seen = await surfacesOf(hands, transition, scheduled)
    gateway.goOn()
    await isDelivered(transition, { open, witness })

    const frames = open.frames.slice(heard)
    expect({ ...seen, ...arrivalOf(frames), closes: open.closed?.code }).toEqual({ ...expected(transition), closes: transition.closes })
    for (const type of transition.told) expect(frames.map((frame) => frame.type)).toContain(type)
    past.push({ transition, hands, cursor, other })
    for (const { socket } of [open, witness]) socket.terminate()
  })
})

describe('over a gateway to which Redis says nothing', () => {
  it('everybody gets the same, and is put out the same', async () => {
    await deaf.settled()
    const wrong: string[] = []
    for (const { transition, other } of past) {
      if (transition.closes === undefined) await other.command('ping')
      const closed = transition.closes === undefined ? undefined : await other.closes()
      const { live, meanwhile } = arrivalOf(other.frames)
      if (live !== expected(transition).live || meanwhile || closed?.code !== transition.closes) wrong.push(transition.name)
      other.socket.terminate()
    }
    expect(wrong).toEqual([])
  })
})

describe('who comes back later', () => {
  it('to a gateway that was started since, gets what they may have got, and nothing else', async () => {
    const later = await gateways.add()
    const wrong: string[] = []
    for (const { transition, hands, cursor } of past) {
      const client = new TestClient(`ws://127.0.0.1:${later.port}/ws`, { headers: { authorization: `Bearer ${await hands.scene.tokenOf(transition.whose)}` } })
      await waitFor(() => client.frames.length > 0 || client.socket.readyState === client.socket.CLOSED)
      if (client.frames.length > 0) await client.command('resume', { cursor })
      const { live, meanwhile } = arrivalOf(client.frames)
      const { live: should } = expected(transition)
      if (live !== should || meanwhile) wrong.push(`${transition.name}: ${live ? 'got' : 'did not get'} what was said afterwards${meanwhile ? ', and what was said meanwhile' : ''}`)
      client.socket.terminate()
    }
    expect(wrong).toEqual([])
  })
})

describe('a right ends at once', () => {
  it.each(rightsLost.map((one) => [one.name, one] as const))('of %s', async (_name, { whose, act, then }) => {
    const hands = new Hands(stage, await stage.scene({ place: 'public' }))
    await act(hands)
    const words = []
    for (const { operation, params, body } of then) {
      words.push([operation, wordOf(await hands.try(whose, operation, { ...(params && { params: params(hands) }), ...(body && { body: body(hands) }) }))])
    }
    expect(words).toEqual(then.map(({ operation, word }) => [operation, word]))
  })
})

/** What is seen and done over HTTP. */
async function surfacesOf(hands: Hands, { whose, after }: Transition, scheduled: ScheduledMessageId) {
  const before = await whereSeen(hands, whose, BEFORE)
  return {
    before: before.length > 0, leaks: before,
    after: after === undefined ? undefined : (await whereSeen(hands, whose, AFTER)).length > 0,
    posting: wordOf(await hands.try(whose, 'sendMessage', { body: { content: 'may I?' } })),
    scheduled: await outcomeOf(scheduled),
  }
}

function expected({ before, after, comes = after === true, posting, scheduled = posting }: Transition) {
  return { before, leaks: before ? expect.arrayContaining(['listMessages', 'listChannelChanges']) : [], after, posting, scheduled, live: comes, meanwhile: false }
}

const arrivalOf = (frames: readonly object[]) => {
  const all = JSON.stringify(frames)
  return { live: all.includes(AFTER), meanwhile: all.includes(MEANWHILE) }
}

async function connect(hands: Hands, name: string, over = gateways): Promise<TestClient> {
  const client = new TestClient(over.url(), { headers: { authorization: `Bearer ${await hands.scene.tokenOf(name)}` } })
  await client.hello()
  await client.command('ping')
  return client
}

/** Everybody who was to get it has: one who sees what is said afterwards, and the one whom it is about. */
async function isDelivered({ after, told, closes }: Transition, { open, witness }: { open: TestClient; witness: TestClient }): Promise<void> {
  if (after !== undefined) await waitFor(() => arrivalOf(witness.frames).live, { message: 'the words to be delivered' })
  for (const type of told) await open.receives(type)
  if (closes !== undefined) return void (await open.closes())
  await gateways.settled()
  await open.command('ping')
}

async function schedule(hands: Hands, whose: string): Promise<ScheduledMessageId> {
  const id = newId<ScheduledMessageId>()
  await stage.query(
    `insert into scheduled_messages (id, workspace_id, channel_id, user_id, content, send_at) values ($1, $2, $3, $4, 'planned', now())`,
    [id, hands.id('workspace'), hands.channelId, hands.person(whose)],
  )
  return id
}

/** What comes of it when its time comes now. */
async function outcomeOf(id: ScheduledMessageId): Promise<string> {
  await work.sendScheduledMessage({ id, requestId: 'job' })
  const [row] = await stage.query<{ status: string; failure_code: string | null }>('select status, failure_code from scheduled_messages where id = $1', [id])
  if (row === undefined || row.failure_code === null) return row?.status === 'sent' ? 'A' : `${row?.status}`
  return `${statusOf(row.failure_code)}:${row.failure_code}`
}

const statusOf = (code: string) => Object.entries(routeCatalogue.sendMessage.errors).find(([, codes]) => codes.some((known) => known === code))?.[0]
const wordOf = ({ status, body }: Answer) => (status < 400 ? 'A' : `${status}:${(body as ErrorBody).code}`)
