import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { allOf, createClient, type Boot, type ChannelId, type Client, type Message, type SyncEvent, type WorkspaceId } from '@afrochat/client'
import { decodeLogCursor, isClientEventName } from '@afrochat/contracts'
import { startStack, waitFor, type Stack } from '@afrochat/test-support'
import { TestClient, type ReceivedFrame } from '../../apps/websocket/src/testing/test-client.ts'
import { runStatement } from '../support/src/test-database.ts'
import { Device, toEvent } from './device.ts'

// Ada has no device connected while others talk, are added and put out, and gateways die. Wanda is in the same places as she,
// everything is done to both of them, and she is connected all the time: what Ada has afterwards is what Wanda has.

interface Person {
  readonly client: Client
  readonly id: Boot['me']['id']
}

let stack: Stack
let people: Readonly<Record<'ada' | 'wanda' | 'bob' | 'chi', Person>>
let places: Readonly<Record<'general' | 'plans' | 'secrets' | 'later' | 'dm', ChannelId>>
/** Where Ada's device was when it went, and what it had kept. */
let cursor: string
let kept: (client: Client) => Promise<Device>
/** Wanda's connection, and what she keeps by it. */
let witness: TestClient
let witnessing: Device
let heardBefore = 0

const GONE = 'said before she was put out'
const NEVER = 'said after she was put out'
const TAKEN_BACK = 'taken back'
const DELETED = 'one of several'
const BEFORE_SHE_CAME = 'said before she came'
/** All of it while she is away. */
const WHAT_HAPPENED: ReadonlySet<string> = new Set([
  'message_sent', 'message_updated', 'message_deleted', 'messages_bulk_deleted', 'thread_updated', 'reaction_added', 'reaction_removed',
  'message_pinned', 'member_joined', 'member_left', 'channel_updated', 'channel_archived', 'group_updated', 'user_updated', 'thread_subscription_updated',
])
const PASSWORD = 'correct horse'

beforeAll(async () => {
  stack = await startStack({ gateways: 2 })
  people = { ada: await aPerson('ada'), wanda: await aPerson('wanda'), bob: await aPerson('bob'), chi: await aPerson('chi') }
  const { ada, wanda, bob } = people
  const { id: workspace_id } = await bob.client.createWorkspace({ name: 'Away' })
  const { token } = await bob.client.createInvite({ workspace_id })
  for (const name of ['ada', 'wanda', 'chi'] as const) await people[name].client.acceptInvite({ token })
  const { items: [general] } = await bob.client.listChannels({ workspace_id })
  if (general === undefined) throw new Error('a workspace without a channel')
  const [plans, secrets] = [await aPrivateChannel('plans'), await aPrivateChannel('secrets')]
  await bob.client.sendMessage({ channel_id: general.id, content: 'when everybody was there' })

  const boot = await ada.client.boot({ workspace_id })
  const read = new Map<string, Message[]>()
  for (const { id } of boot.channels) read.set(id, await allOf(ada.client.listChannelChanges, { channel_id: id, since: 0 }))
  const leaving = await aLiveConnection(ada, 0)
  witness = await aLiveConnection(wanda, 1)
  witnessing = await Device.from(wanda.client, await wanda.client.boot({ workspace_id }))
  await say('bob', general.id, 'the last that she hears')
  await leaving.receives('message_sent')
  cursor = leaving.cursor
  leaving.socket.terminate()
  kept = async (client) => {
    const device = await Device.from(client, boot, read)
    for (const frame of durable(leaving)) device.apply(toEvent(frame))
    return device
  }
  places = { general: general.id, plans, secrets, ...await whileSheIsAway(workspace_id, { general: general.id, plans, secrets }) }
  await bothHeardAll()
}, 300_000)

afterAll(async () => {
  witness.socket.terminate()
  await stack.stop()
}, 60_000)

describe('who was away while others talked, and gateways died', () => {
  it.each([['that lived', 1], ['that was killed twice', 0]] as const)('gets by resuming on a gateway %s all that she may see, once and in order', async (_which, gateway) => {
    const { ada } = people
    const connection = aConnection(ada, gateway)
    await connection.hello()
    expect(await connection.command('resume', { cursor })).toMatchObject({ type: 'ack', data: { complete: true } })
    const frames = durable(connection)
    const heard = new Map(durable(witness).map((frame) => [frame.cursor, frame]))

    const positions = frames.map(positionOf)
    expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b))
    expect(frames.filter(isShared).map(({ cursor: at }) => at))
      .toEqual([...heard.values()].filter((frame) => isShared(frame) && positionOf(frame) > positionOf({ cursor })).map(({ cursor: at }) => at))
    expect(new Set(frames.map(({ type }) => type))).toEqual(WHAT_HAPPENED)
    // The same as was sent to who was there, but for words that are not there any more.
    const isEmpty = ({ data }: ReceivedFrame) => data['content'] === ''
    for (const frame of frames.filter((one) => isShared(one) && !isEmpty(one))) expect(frame).toEqual(heard.get(frame.cursor))
    expect(frames.filter(isEmpty).map(({ cursor: at }) => heard.get(at)?.data['content'])).toEqual([TAKEN_BACK, TAKEN_BACK, DELETED, DELETED])
    expect(frames.filter(({ channel_id: id }) => id === places.secrets)).toMatchObject([{ type: 'member_left', data: { user_id: ada.id } }])
    for (const place of [places.later, places.dm]) {
      expect(frames.find(({ channel_id: id }) => id === place)).toMatchObject({ type: 'member_joined' })
      expect(frames.filter(({ channel_id: id, type, data }) => id === place && type === 'member_joined' && isOf(data, ada.id))).toHaveLength(1)
    }
    for (const words of [GONE, NEVER, TAKEN_BACK, DELETED, BEFORE_SHE_CAME]) expect(JSON.stringify(frames)).not.toContain(words)

    const device = await kept(ada.client)
    for (const frame of frames) device.apply(toEvent(frame))
    await isWhatTheWitnessHas(device)
    connection.socket.terminate()
  })

  it('has on a new device what was there all the time on another', async () => {
    const client = createClient({ url: stack.apiUrl, socketUrl: socketOf(0) })
    await client.login({ login: 'ada', password: PASSWORD })
    const { items: [workspace] } = await client.listWorkspaces({})
    if (workspace === undefined) throw new Error('ada is in a workspace')
    await isWhatTheWitnessHas(await Device.from(client, await client.boot({ workspace_id: workspace.id })))
  })

  it('is told to read the state anew when she missed more than a resume gives, and has the same by that', async () => {
    // Of 1 MiB.
    for (let count = 0; count < 30; count += 1) await say('bob', places.general, `${count} ${'x'.repeat(39_000)}`)
    await bothHeardAll()
    await comesBackByReadingAnew(1)
  })

  it('is told so when the log does not reach back to where she was, and has the same by that', async () => {
    await runStatement(stack.databaseUrl, `delete from events where pos <= ${positionOf({ cursor }) + 3}`)
    // One that was there then remembers.
    await stack.gateways[0]?.kill()
    await stack.gateways[0]?.start()
    await comesBackByReadingAnew(0)
  })
})

async function comesBackByReadingAnew(gateway: number): Promise<void> {
  const { ada } = people
  const connection = aConnection(ada, gateway)
  await connection.hello()
  expect(await connection.command('resume', { cursor })).toMatchObject({ type: 'ack', data: { complete: false } })
  expect(connection.frames.map(({ type }) => type)).toEqual(['hello', 'resync_required', 'ack'])
  connection.socket.terminate()

  const { tokens } = ada.client
  if (tokens === null) throw new Error('ada is signed in')
  const client = createClient({ url: stack.apiUrl, socketUrl: socketOf(gateway), tokens })
  const device = await kept(client)
  const [events, problems] = [new Array<SyncEvent>(), new Array<unknown>()]
  const line = client.connect({
    from: { cursor, seqs: device.seqs() },
    onEvent(event) {
      events.push(event)
      device.apply(event)
    },
    onProblem: (problem) => void problems.push(problem),
  })
  await waitFor(async () => {
    await device.openAll()
    await isWhatTheWitnessHas(device)
    return true
  }, { timeoutMs: 60_000, message: 'her to have what the witness has' })
  line.close()
  expect(events.filter(({ type }) => type === 'workspace_refreshed')).toMatchObject([{ history: 'kept' }])
  expect(problems).toEqual([])
}

/** What events led to is what the API answers, for both of them, and the same for one as for the other. */
async function isWhatTheWitnessHas(device: Device): Promise<void> {
  const [hers, theirs] = [await device.shows(), await witnessing.shows()]
  for (const { state, boot } of [hers, theirs]) expect(state).toEqual(boot)
  expect(sharedOf(hers)).toEqual(sharedOf(theirs))
}

/** Without what each is alone: who they are, and where in a channel they came in, one after the other. */
function sharedOf({ boot: { me: _, preferences: _preferences, channels, ...state }, messages }: Awaited<ReturnType<Device['shows']>>) {
  return {
    ...state,
    channels: channels.map(({ last_read_seq: _seq, ...channel }) => channel),
    messages: Object.fromEntries([...messages].map(([id, all]) => [id, all.filter(({ seq }) => seq > bothThereSince(id))])),
  }
}

/** Since when both of them are in a channel that they came into meanwhile; 0 for those that they knew. */
const bothThereSince = (channelId: string): number =>
  Math.max(0, ...durable(witness).filter(({ type, channel_id: id }) => type === 'member_joined' && id === channelId).map(({ seq = 0 }) => seq))

async function bothHeardAll(): Promise<void> {
  const { id } = await say('chi', places.general, 'the last that she misses')
  await witness.receives('message_sent', ({ data }) => data['id'] === id)
  for (const frame of durable(witness).slice(heardBefore)) witnessing.apply(toEvent(frame))
  heardBefore = durable(witness).length
}

/** What reaches both of them alike: not what is about one of them, nor what is of the channel that they were put out of. */
const isShared = ({ type, channel_id: id }: ReceivedFrame): boolean => id !== places.secrets && type !== 'member_joined' && type !== 'thread_subscription_updated'

const isOf = ({ user }: ReceivedFrame['data'], userId: string): boolean => (user as { id?: string }).id === userId
const positionOf = ({ cursor: at = '' }: Pick<ReceivedFrame, 'cursor'>): number => decodeLogCursor(at)?.[0]?.pos ?? 0

/** Others talk, change what they said, add her and put her out, and gateways are killed and come back. */
async function whileSheIsAway(workspace_id: WorkspaceId, { general, plans, secrets }: Record<'general' | 'plans' | 'secrets', ChannelId>) {
  const { ada, wanda, bob, chi } = people
  const [gateway] = stack.gateways
  const both = [ada.id, wanda.id]

  const root = await say('bob', general, `what do you think, <@${ada.id}> and <@${wanda.id}>?`)
  await say('bob', secrets, GONE)
  const wrong = await say('chi', general, TAKEN_BACK)
  await bob.client.addReaction({ message_id: root.id, emoji: 'eyes' })
  await gateway?.kill()
  await chi.client.sendMessage({ channel_id: general, content: `much, <@${ada.id}> <@${wanda.id}>`, thread_id: root.id })
  await chi.client.deleteMessage({ message_id: wrong.id })
  for (const { id: user_id } of [ada, wanda]) await bob.client.removeChannelMember({ channel_id: secrets, user_id })
  await say('bob', secrets, NEVER)
  const { id: later } = await bob.client.createChannel({ workspace_id, name: 'later', kind: 'private' })
  await say('bob', later, BEFORE_SHE_CAME)
  await bob.client.addChannelMembers({ channel_id: later, user_ids: both })
  await gateway?.start()

  const draft = await say('bob', later, TAKEN_BACK)
  await bob.client.editMessage({ message_id: draft.id, content: 'what I mean' })
  await chi.client.addReaction({ message_id: root.id, emoji: 'tada' })
  await bob.client.removeReaction({ message_id: root.id, emoji: 'eyes' })
  const { id: dm } = await chi.client.openDm({ workspace_id, user_ids: both })
  await say('chi', dm, 'psst')
  await bob.client.pinMessage({ message_id: root.id })
  await gateway?.kill()
  const several = await Promise.all([1, 2].map(() => say('bob', plans, DELETED)))
  await bob.client.bulkDeleteMessages({ channel_id: plans, message_ids: several.map(({ id }) => id) })
  await bob.client.updateChannel({ channel_id: plans, topic: 'what is to come' })
  await bob.client.createGroup({ workspace_id, handle: 'friends', name: 'Friends', user_ids: both })
  await chi.client.setStatus({ status_text: 'in Accra', status_emoji: null })
  await bob.client.archiveChannel({ channel_id: plans })
  await gateway?.start()
  return { later, dm }
}

async function aPerson(name: string): Promise<Person> {
  const client = createClient({ url: stack.apiUrl, socketUrl: stack.socketUrl })
  const { user } = await client.register({ email: `${name}@away.example`, username: name, password: PASSWORD, display_name: name })
  return { client, id: user.id }
}

async function aPrivateChannel(name: string): Promise<ChannelId> {
  const { ada, wanda, bob, chi } = people
  const [{ id: workspace_id } = { id: undefined }] = (await bob.client.listWorkspaces({})).items
  if (workspace_id === undefined) throw new Error('There is a workspace')
  const { id } = await bob.client.createChannel({ workspace_id, name, kind: 'private' })
  await bob.client.addChannelMembers({ channel_id: id, user_ids: [ada.id, wanda.id, chi.id] })
  return id
}

const say = (name: keyof typeof people, channel_id: ChannelId, content: string) => people[name].client.sendMessage({ channel_id, content })

/** What comes over it is what the gateway sent: the SDK would drop what comes twice. */
function aConnection({ client }: Person, gateway: number): TestClient {
  return new TestClient(socketOf(gateway), { headers: { authorization: `Bearer ${client.tokens?.accessToken ?? ''}` } })
}

async function aLiveConnection(person: Person, gateway: number): Promise<TestClient> {
  const connection = aConnection(person, gateway)
  await connection.hello()
  await connection.command('ping')
  return connection
}

const socketOf = (gateway: number): string => `${stack.gateways[gateway]?.url.replace('http:', 'ws:') ?? ''}/ws`
const durable = ({ frames }: TestClient): ReceivedFrame[] => frames.filter(({ type }) => isClientEventName(type))
