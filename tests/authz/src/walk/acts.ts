import { createChatWork, type ChatWork } from '@afrochat/chat'
import type { ClientFrameType, JobKey } from '@afrochat/contracts'
import { createTransact, type PlacedEvent } from '@afrochat/database'
import { newId, type ChannelId, type MessageId, type ReminderId, type ScheduledMessageId } from '@afrochat/kernel'
import {
  callApi, caseOf, createAttempt, isPlace, requestOf, routeOf, type ActorCode, type Attempt, type SceneFacts, type Stage,
} from '@afrochat/test-stage'
import { scenarios, type Scenario } from '../../../sync/src/scenarios.ts'
import { answered, type Onlooker } from './onlookers.ts'
import type { KnownSecrets } from './known-secrets.ts'

/** Something that somebody does, or that is done for them, in a scene of its own. */
export interface Act {
  readonly title: string
  readonly facts: SceneFacts
  readonly by: ActorCode
  readonly object: string
  /** Does it. `seats`: everybody's connections, for what is done over one. */
  readonly perform: (at: Attempt, doing: Doing) => Promise<unknown>
}

/** What acts are done with. */
export interface Doing {
  readonly stage: Stage
  readonly work: ChatWork
  readonly secrets: KnownSecrets
  readonly seats: readonly Onlooker[]
}

const actOf = (name: string, { object, by, settings }: Scenario, perform: Act['perform']): Act => ({
  title: `${name} · ${object} · ${by}`, object, by, perform,
  facts: { place: caseOf(name, object).place ?? (isPlace(object) ? object : 'public'), ...(settings && { settings }) },
})

/** Every operation that changes something, as `tests/sync` does it. */
const operations: readonly Act[] = Object.entries(scenarios).flatMap(([operation, some]) =>
  some.map((scenario) => actOf(operation, scenario, async (at, { stage, secrets }) => {
    const { scene, actor, object } = at
    const route = routeOf(operation)
    const request = requestOf(route, caseOf(operation, object), at)
    const answer = await callApi(stage, route, { ...request, token: actor === 'AN' ? null : await scene.tokenOf(scene.nameOf(actor)) })
    if (answer.status >= 400) throw new Error(`${operation} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
    secrets.note(request.body)
    secrets.note(answer.body)
  })))

const everywhere = (by: ActorCode): Scenario[] => ['public', 'private', 'dm', 'group dm'].map((object) => ({ object, by }))

interface Command {
  readonly data: (at: Attempt) => object | Promise<object>
  readonly scenarios: readonly Scenario[]
  readonly answer?: 'error'
}

/** What is said over a socket; none: the onlookers do it all the time. */
const frames: Readonly<Record<ClientFrameType, readonly Command[]>> = {
  authenticate: [{ data: async ({ scene, actor }) => ({ token: await scene.tokenOf(scene.nameOf(actor)) }), scenarios: [{ object: 'public', by: 'MC' }] }],
  resume: [{ data: () => ({ cursor: 'abcdefghijkl.0.1' }), scenarios: [{ object: 'public', by: 'MC' }] }],
  ping: [],
  typing: [{ data: ({ thing }) => ({ channel_id: thing('channel') }), scenarios: [...everywhere('MC'), ...everywhere('G1')] }],
  presence: [{ data: () => ({ presence: 'away' }), scenarios: [{ object: 'public', by: 'MC' }, { object: 'private', by: 'GM' }] }],
  watch_presence: [],
  send_message: [
    {
      data: ({ thing, object }) => ({ channel_id: thing('channel'), content: 'hello', ...(object === 'private' && { thread_id: thing('root') }) }),
      scenarios: [...everywhere('MC'), ...everywhere('G1')],
    },
    { data: ({ thing }) => ({ channel_id: thing('channel'), content: 'may I?' }), scenarios: [{ object: 'private', by: 'MN' }], answer: 'error' },
  ],
  mark_read: [{ data: ({ thing }) => ({ channel_id: thing('channel'), seq: 1_000 }), scenarios: [...everywhere('MC'), { object: 'public', by: 'GM' }] }],
}

const commands: readonly Act[] = (Object.keys(frames) as ClientFrameType[]).flatMap((type) => frames[type].flatMap(({ data, answer: expected = 'ack', ...command }) =>
  command.scenarios.map((scenario) => actOf(type, scenario, async (at, { seats }) => {
    const own = seats.find(({ name }) => name === at.scene.nameOf(at.actor))
    const answer = own && await answered(own.client, type, await data(at))
    if (answer?.type !== expected) throw new Error(`${type} was answered ${JSON.stringify(answer)}`)
  }))))

/** What is done later, by the worker; null: it writes no event. */
const jobs: Readonly<Record<JobKey, { readonly run: (at: Attempt, doing: Doing) => Promise<void>; readonly scenarios: readonly Scenario[] } | null>> = {
  sendInviteMail: null,
  sendScheduledMessage: {
    scenarios: [{ object: 'private', by: 'MC' }, { object: 'dm', by: 'G1' }],
    async run({ scene, thing, self }, { stage, work }) {
      const id = newId<ScheduledMessageId>()
      await stage.query(
        `insert into scheduled_messages (id, workspace_id, channel_id, user_id, content, send_at) values ($1, $2, $3, $4, 'good morning', now())`,
        [id, scene.id('workspace'), thing('channel'), self],
      )
      await work.sendScheduledMessage({ id, requestId: 'job' })
    },
  },
  fireReminder: {
    scenarios: [{ object: 'private', by: 'MC' }],
    async run({ scene, thing, self }, { stage, work }) {
      const id = newId<ReminderId>()
      await stage.query(
        'insert into reminders (id, workspace_id, user_id, message_id, remind_at) values ($1, $2, $3, $4, now())',
        [id, scene.id('workspace'), self, thing('message')],
      )
      await work.fireReminder({ id, requestId: 'job' })
    },
  },
  fetchPreviews: {
    scenarios: [{ object: 'private', by: 'MC' }],
    async run({ thing }, { stage, work }) {
      const id = thing('message') as MessageId
      await stage.query('update messages set content = $1 where id = $2', [A_LINK, id])
      await work.fetchPreviews({ messageId: id, requestId: 'job' })
    },
  },
  purgeChannel: {
    scenarios: [{ object: 'deleted', by: 'ADc' }],
    run: ({ thing }, { work }) => work.purgeChannel({ channelId: thing('channel') as ChannelId, requestId: 'job', signal: new AbortController().signal }),
  },
}

const A_LINK = 'https://news.example/today'
const A_PAGE = '<html><head><title>News</title><meta property="og:description" content="What happened"></head></html>'

/** The worker's work, on the database of the stage, where the web has one page. */
export function createStagedWork({ api }: Stage, publish: (events: readonly PlacedEvent[]) => void): ChatWork {
  const { db, chat } = api.services
  return createChatWork({
    db, chat, transact: createTransact({ db, shards: 1, publish }), publicUrl: 'https://chat.example.com',
    pages: {
      visit: (url, read) => read({ url, contentType: 'text/html', body: (async function* page() { yield Buffer.from(A_PAGE) })() }),
      mayPointTo: (url) => url === A_LINK,
    },
  })
}

const works: readonly Act[] = Object.entries(jobs).flatMap(([job, one]) =>
  (one?.scenarios ?? []).map((scenario) => actOf(job, scenario, async (at, doing) => one?.run(at, doing))))

export const acts: readonly Act[] = [...operations, ...commands, ...works]

export const attemptOf = async ({ facts, by, object }: Act, stage: Stage): Promise<Attempt> => createAttempt(await stage.scene(facts), by, object)
