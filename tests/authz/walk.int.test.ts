import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { clientEventCatalogue, decodeLogCursor, isClientEventName, serverFrameCatalogue, type ClientEventName } from '@afrochat/contracts'
import { createAppender, type Appender } from '@afrochat/event-log'
import { createLogger } from '@afrochat/logger'
import { eventsAmong, openStage, WriteLog, type Attempt, type Scene, type SceneFacts, type Stage, type WrittenEvent } from '@afrochat/test-stage'
import { receives, waitFor, type Connection } from '@afrochat/test-support'
import type { ReceivedFrame } from '../../apps/websocket/src/testing/test-client.ts'
import { startTestGateways, type TestGateways } from '../../apps/websocket/src/testing/test-gateway.ts'
import { acts, attemptOf, createStagedWork, type Act, type Doing } from './src/walk/acts.ts'
import { KnownSecrets } from './src/walk/known-secrets.ts'
import { allHasCome, answered, seatEverybody, taken, type Onlooker } from './src/walk/onlookers.ts'
import { Answers } from './src/walk/reads.ts'
import { faultsOf } from './src/walk/judge.ts'

// Everybody of a world is connected, somebody does something, and each frame that comes to anybody is held against what that
// person can read over HTTP. Nothing here knows how the gateway finds out who gets what.

/** Events of the catalogue that nothing makes yet: what comes with files and notifications, until it has an act here. */
const NOT_MADE_YET: readonly ClientEventName[] = []

let stage: Stage
let log: WriteLog
let gateways: TestGateways
let appender: Appender
let doing: Omit<Doing, 'seats'>
let answers: Answers
let secrets: KnownSecrets
/** Of a workspace in which nothing is ever done. */
let bystanders: Onlooker[]
const seen = new Set<string>()

beforeAll(async () => {
  stage = await openStage()
  log = await WriteLog.on(stage.databaseUrl)
  gateways = await startTestGateways({
    DATABASE_URL: stage.databaseUrl, WEBSOCKET_MAX_PER_ADDRESS: '0', WEBSOCKET_HEARTBEAT_SECONDS: '1',
  }, 2)
  const { db, redis } = stage.api.services
  appender = createAppender({ db, redis, logger: createLogger({ service: 'worker', level: 'silent' }) })
  secrets = new KnownSecrets()
  answers = new Answers(stage)
  doing = { stage, secrets, work: createStagedWork(stage, appender.publish) }
  bystanders = await seatEverybody(await stage.scene({ place: 'public' }), gateways)
}, 120_000)
afterAll(async () => {
  for (const { client } of bystanders) client.socket.terminate()
  await Promise.all([gateways.close(), appender.stop()])
  await log.close()
  await stage.close()
})

describe('nobody is sent anything that they cannot read', () => {
  it.each(acts.map((act) => [act.title, act] as const))('%s', async (_title, act) => {
    expect(await walk(act)).toEqual([])
  })
})

describe('in all of this', () => {
  it('nobody of a workspace in which nothing is done is sent anything but what the connection says of itself', async () => {
    await allHasCome(bystanders, gateways)
    await Promise.all(bystanders.map(({ client }) => client.receives('heartbeat')))
    const told = bystanders.flatMap((bystander) => taken(bystander).map(({ type }) => type))
    for (const type of told) seen.add(type)
    expect(told.filter((type) => !['hello', 'heartbeat', 'ack'].includes(type))).toEqual([])
  })

  it('no secret was in any frame', async () => {
    await secrets.noteDatabase(stage)
    expect(secrets.leaked()).toEqual([])
  })

  it('every event that there is was seen', () => {
    const events = Object.keys(clientEventCatalogue).filter((type) => !NOT_MADE_YET.some((one) => one === type))
    expect([...seen].filter(isClientEventName).toSorted()).toEqual(events.toSorted())
  })

  it('every frame of the connection was seen, too', () => {
    expect([...seen].filter((type) => !isClientEventName(type)).toSorted()).toEqual(Object.keys(serverFrameCatalogue).toSorted())
  })
})

/** What is wrong with what everybody was sent. */
async function walk(act: Act): Promise<string[]> {
  const at = await attemptOf(act, stage)
  const { scene } = at
  const twin = await twinOf(act.facts)
  const seats = await seatEverybody(scene, gateways)
  if (/presence/i.test(act.title)) await watchEverybody(scene, seats)
  const connections = await stage.connections(seats.map(({ name }) => scene.id(`user ${name}`)))
  await secrets.noteScene(scene)
  await log.take()
  await act.perform(at, { ...doing, seats })
  const written = await log.take()
  for (const { row } of written) secrets.note(row)
  await passingHasCome(act, { at, seats, connections })
  await allHasCome(seats, gateways)

  const events = eventsAmong(written)
  const wrong = await Promise.all(seats.map(async (seat) => {
    const live = taken(seat)
    const connection = connections.get(scene.id(`user ${seat.name}`))
    const completeness = connection === undefined ? [] : faultOfDelivery(seat, positionsOf(live), events.filter((event) => receives(connection, event)))
    // What they would get if they had been away, by another way than what they get live.
    const isThere = await answered(seat.client, 'resume', { cursor: seat.cursor })
    const again = isThere === undefined ? [] : taken(seat)
    for (const { type } of [...live, ...again]) seen.add(type)
    for (const frame of [...live, ...again]) secrets.sent(frame.type, JSON.stringify(frame))
    const viewer = { me: scene.id(`user ${seat.name}`), now: answers.now(scene, seat.name), before: answers.before(scene, twin, seat.name) }
    const faults = await Promise.all([...live, ...again].map((frame) => faultsOf(frame, viewer, scene)))
    seat.client.socket.terminate()
    return [...completeness, ...faults.flat()]
  }))
  return [...new Set(wrong.flat())]
}

const positionsOf = (frames: readonly ReceivedFrame[]): number[] =>
  frames.filter(({ type }) => isClientEventName(type)).map(({ cursor = '' }) => decodeLogCursor(cursor)?.[0]?.pos ?? 0)

/** Everything that the rules of the streams say, once and in order. Whose session ended may not have got the last of it. */
function faultOfDelivery({ name, client }: Onlooker, got: readonly number[], due: readonly WrittenEvent[]): string[] {
  const expected = due.map(({ pos }) => pos)
  const compared = client.closed === undefined ? expected : expected.slice(0, got.length)
  return JSON.stringify(got) === JSON.stringify(compared) ? [] : [`${name} got ${got.join()} and not ${expected.join()}`]
}

const twins = new Map<string, Promise<Scene>>()
/** A scene like this one, in which nothing is ever done. */
function twinOf(facts: SceneFacts): Promise<Scene> {
  const key = JSON.stringify(facts)
  const twin = twins.get(key) ?? stage.scene(facts)
  twins.set(key, twin)
  return twin
}

interface Going {
  readonly at: Attempt
  readonly seats: readonly Onlooker[]
  readonly connections: ReadonlyMap<string, Connection>
}

/** What is in no log goes from gateway to gateway by a way of its own. */
async function passingHasCome({ title, by }: Act, { at, seats, connections }: Going): Promise<void> {
  const { scene } = at
  const actor = scene.nameOf(by)
  if (title.startsWith('typing')) {
    const [typist, partner] = [actor, 'PA'].map((one) => seats.find(({ name }) => name === one))
    if (typist === undefined || partner === undefined) throw new Error('PA is in every channel, and so is who types')
    await typingHasCome(scene, { typist, channelId: at.thing('channel'), to: [partner] })
    // What this gateway or that says afterwards is heard afterwards, and there are people of the default channel on both.
    const general = scene.id('channel default')
    await answered(partner.client, 'typing', { channel_id: general })
    const others = seats.filter(({ name }) => name !== 'PA' && connections.get(scene.id(`user ${name}`))?.channels.has(general) === true)
    await typingHasCome(scene, { typist: partner, channelId: general, to: others })
  }
  if (/^(?:setPresence|presence)/.test(title)) {
    const members = seats.filter(({ name }) => (connections.get(scene.id(`user ${name}`))?.roles.get(scene.id('workspace')) ?? 'guest') !== 'guest')
    await Promise.all(members.filter(({ name }) => name !== actor)
      .map(({ client }) => client.receives('presence_changed', ({ data }) => data['user_id'] === scene.id(`user ${actor}`))))
  }
}

const TRIES = 5

/** It may be lost on the way: whoever goes on typing says so again. */
async function typingHasCome(scene: Scene, { typist, channelId, to }: { typist: Onlooker; channelId: string; to: readonly Onlooker[] }): Promise<void> {
  const isShownTo = ({ client }: Onlooker) => client.frames.some(({ type, data }) =>
    type === 'user_typing' && data['user_id'] === scene.id(`user ${typist.name}`) && data['channel_id'] === channelId)
  for (let tried = 1; ; tried += 1) {
    try {
      return void await waitFor(() => to.every(isShownTo), { timeoutMs: 4_000, message: `typing of ${typist.name} to be shown` })
    } catch (error) {
      if (tried === TRIES) throw error
      await answered(typist.client, 'typing', { channel_id: channelId })
    }
  }
}

async function watchEverybody(scene: Scene, seats: readonly Onlooker[]): Promise<void> {
  const user_ids = scene.people.map((name) => scene.id(`user ${name}`))
  await Promise.all(seats.map(({ client }) => answered(client, 'watch_presence', { user_ids })))
}
