import {
  callApi, caseOf, createAttempt, eventsAmong, isPlace, requestOf, routeOf,
  type Attempt, type Stage, type WriteLog, type Written, type WrittenEvent,
} from '@afrochat/test-stage'
import { applyEvents, payloadOf, receives } from '@afrochat/test-support'
import { afterAsking, withoutCursor } from '../../support/src/boot-replay.ts'
import { applyToBoot, type ClientState } from '../../support/src/boot-state.ts'
import type { FirstLooks } from './first-looks.ts'
import { applyToKept } from './kept-state.ts'
import type { Scenario } from './scenarios.ts'
import { look, type View } from './view.ts'

/** Beside who acts: one of each standing, those to whom things are done, and a second person of some. */
const VIEWERS = ['MC', 'MN', 'GM', 'GMx', 'AD', 'OW', 'PA', 'TM', 'TG']

export interface Replayed {
  /** What each knows by what they read before and the events since, and what they read afterwards. */
  readonly viewers: Readonly<Record<string, { readonly known: unknown; readonly read: unknown }>>
  readonly written: readonly Written[]
}

export interface Onlooking {
  readonly stage: Stage
  readonly log: WriteLog
  readonly firstLooks: FirstLooks
}

/** Everybody reads, somebody acts over HTTP, everybody reads again. The actor is there with another device of theirs. */
export async function replayScenario(on: Onlooking, operation: string, { object, by, settings }: Scenario): Promise<Replayed> {
  const { stage, firstLooks } = on
  const tried = caseOf(operation, object)
  const facts = { place: tried.place ?? (isPlace(object) ? object : 'public'), ...(settings && { settings }) }
  const scene = await stage.scene(facts)
  const attempt = createAttempt(scene, by, object)
  const names = [...new Set([scene.nameOf(by), ...VIEWERS])].filter((name) => name !== 'AN')
  const channelId = attempt.thing('channel')
  const connections = await stage.connections(names.map((name) => scene.id(`user ${name}`)))
  const before = await Promise.all(names.map((name) => firstLooks.look(scene, facts, { name, channelId })))

  const written = await act(on, operation, attempt)
  const after = await Promise.all(names.map((name) => look(stage, scene, { name, channelId })))
  const events = eventsAmong(written)
  const viewers = names.map((name, index) => {
    const connection = connections.get(scene.id(`user ${name}`))
    const [one, other] = [before[index], after[index]]
    if (connection === undefined || one === undefined || other === undefined) throw new Error(`${name} is nobody`)
    // A connection is one for all workspaces, and what is looked at is one.
    const isOfHere = ({ workspace_id }: WrittenEvent) => workspace_id === null || workspace_id === scene.id('workspace')
    return [name, compare(one, events.filter((event) => receives(connection, event) && isOfHere(event)), other)] as const
  })
  return { written, viewers: Object.fromEntries(viewers) }
}

async function act({ stage, log }: Onlooking, operation: string, attempt: Attempt): Promise<Written[]> {
  const { scene, actor } = attempt
  const route = routeOf(operation)
  await log.take()
  const token = actor === 'AN' ? null : await scene.tokenOf(scene.nameOf(actor))
  const answer = await callApi(stage, route, { ...requestOf(route, caseOf(operation, attempt.object), attempt), token })
  if (answer.status >= 400) throw new Error(`${operation} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
  return log.take()
}

/** Both sides without what no client can know. */
function compare(before: View, received: readonly WrittenEvent[], after: View): { known: unknown; read: unknown } {
  // Who comes in begins by reading.
  if (before.boot === undefined) return { known: undefined, read: undefined }
  const known = knownAfter({ ...before, boot: before.boot }, received, after)
  if (after.boot === undefined) return { known: isToldOfTheEnd(before, received) ? 'gone' : known, read: 'gone' }
  const read = { boot: withoutCursor(after.boot), kept: after.kept, messages: plain(after.messages), threads: after.threads }
  return { known: withoutUnknowable(known, { before, received, after }), read: withoutUnknowable(read, { before, received, after }) }
}

type Known = { boot: object; kept: View['kept']; messages: unknown; threads: View['threads'] }

function knownAfter(before: View & { boot: NonNullable<View['boot']> }, received: readonly WrittenEvent[], after: View): Known {
  const boot = received.reduce<ClientState>(applyToBoot, { ...withoutCursor(before.boot), ...before.counting })
  const messages = before.messages && applyEvents(before.messages, received.filter(({ stream_key }) => stream_key === `c:${before.kept.channel?.id}`))
  return {
    boot: afterAsking(boot, after.boot),
    kept: received.reduce(applyToKept, before.kept),
    messages: plain(messages),
    threads: threadsAfter(before, received, messages),
  }
}

/** A root with replies is a thread, followed or not; of one that nobody spoke of, one is nothing to it. Who replies has read. */
function threadsAfter(before: View, received: readonly WrittenEvent[], messages: View['messages']): View['threads'] {
  const own = received.reduce<View['threads']>((threads, event) => {
    if (event.type === 'thread_subscription_updated') {
      const { message_id, following, last_read_seq } = payloadOf<'thread_subscription_updated'>(event)
      return { ...threads, [message_id]: { following, last_read_seq } }
    }
    const sent = event.type === 'message_sent' ? payloadOf<'message_sent'>(event) : undefined
    const thread = threads[sent?.thread_id ?? '']
    if (sent === undefined || thread?.following !== true || sent.user_id !== before.kept.me) return threads
    return { ...threads, [sent.thread_id ?? '']: { following: true, last_read_seq: sent.seq } }
  }, before.threads)
  const roots = [...messages?.values() ?? []].filter(({ reply_count }) => reply_count > 0)
  return Object.fromEntries(roots.map(({ id }) => [id, own[id] ?? { following: false, last_read_seq: 0 }]))
}

const isToldOfTheEnd = ({ kept: { me } }: View, received: readonly WrittenEvent[]): boolean => received.some((event) =>
  event.type === 'workspace_deleted' || (event.type === 'workspace_member_left' && payloadOf<'workspace_member_left'>(event).user_id === me))

interface Seen {
  readonly before: View
  readonly received: readonly WrittenEvent[]
  readonly after: View
}

/** What nobody can know by events is the same on both sides here. */
function withoutUnknowable({ boot, kept, messages, threads }: Known, { before, received, after }: Seen): Known {
  const [was, is] = [before.boot?.role === 'guest', after.boot?.role === 'guest']
  // Who becomes a guest, or ceases to be one, knows other people from then on, and reads anew.
  const isAnother = was !== is
  // Whom a guest sees who comes into a channel, or loses one, or whom somebody leaves, they read in the lists of members.
  const meets = is && received.some((event) => event.type === 'member_left' || event.type === 'channel_deleted'
    || (event.type === 'member_joined' && payloadOf<'member_joined'>(event).user.id === before.kept.me))
  // Who comes into the channel reads it then.
  const stayed = before.messages !== undefined && after.messages !== undefined
  return {
    boot: { ...boot, ...((isAnother || meets) && { users: [] }), ...(isAnother && { groups: [] }) },
    kept: { ...kept, ...(isAnother && { members: undefined }), ...(!stayed && { channel: undefined }) },
    messages: stayed ? messages : undefined,
    threads: stayed ? threads : {},
  }
}

const plain = (messages: View['messages']) => messages && Object.fromEntries(messages)

