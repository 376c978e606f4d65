import { clientEventCatalogue, isClientEventName } from '@afrochat/contracts'
import {
  ACTORS, eventsAmong, insideOf, isInsider, outsideOf,
  type ActorCode, type Attempt, type Case, type Scene, type Stage, type Written, type WrittenEvent,
} from '@afrochat/test-stage'
import { payloadOf, receives, type Connection } from '@afrochat/test-support'
import { rowsOf, type Expectation } from './expectation.ts'
import { faultOf } from './payload-check.ts'

/** The rows of the table about events, by `event <type>` and object. */
export type Audience = ReadonlyMap<string, Expectation>

export function audienceOf(expectations: readonly Expectation[]): Audience {
  return new Map(rowsOf('event', expectations).map((row) => [`${row.operation} · ${row.object}`, row]))
}

/** The connections that everybody has open before something is done. */
export type Watching = ReadonlyMap<ActorCode, Connection>

export async function watch(stage: Stage, scene: Scene): Promise<Watching> {
  const watchers = ACTORS.filter((actor) => actor !== 'AN').map((actor) => [actor, scene.id(`user ${scene.nameOf(actor)}`)] as const)
  const connections = await stage.connections(watchers.map(([, id]) => id))
  return new Map(watchers.flatMap(([actor, id]) => {
    const connection = connections.get(id)
    return connection === undefined ? [] : [[actor, connection] as const]
  }))
}

interface Act {
  readonly trial: Attempt
  readonly tried: Case
  readonly written: readonly Written[]
  readonly watching: Watching
}

/** What everybody should have got and did, of one kind of event about one thing. */
interface Tally {
  readonly title: string
  readonly expected: Map<ActorCode, boolean>
  readonly got: Map<ActorCode, boolean>
}

/** The first thing that is wrong about who received what; undefined when nothing is. */
export function faultOfAudience(audience: Audience, { trial, tried, written, watching }: Act): string | undefined {
  const { scene } = trial
  /** What everybody is to the channel by now: who has joined is judged as one who is in it. */
  const standings = new Map<ActorCode, ActorCode>(ACTORS.map((actor) => [actor, actor]))
  const tallies = new Map<string, Tally>()

  for (const event of eventsAmong(written)) {
    if (!isClientEventName(event.type)) continue
    const fault = faultOf(clientEventCatalogue[event.type], JSON.parse(event.payload))
    if (fault !== undefined) return `its event ${event.type} ${fault}`
    if (event.payload.includes('@mail.example')) return `its event ${event.type} shows an address`

    const subject = subjectOf(scene, event)
    const title = `event ${event.type} · ${subject === scene.place ? tried.eventsOf ?? subject : subject}`
    const row = audience.get(title)
    if (row === undefined) return `there is no row "${title}"`
    const tally = tallies.get(`${title} ${subjectIdOf(event)}`) ?? { title, expected: new Map(), got: new Map() }
    tallies.set(`${title} ${subjectIdOf(event)}`, tally)
    for (const [actor, connection] of watching) {
      const word = row.cells[standings.get(actor) ?? actor]
      // Nobody plays this part here.
      if (word === undefined) continue
      const should = word === 'A' || (word === 'O' && actor !== trial.actor) || (word === 'D' && actor === trial.actor) || (word === 'S' && concerns(event, connection.userId))
      tally.expected.set(actor, should || tally.expected.get(actor) === true)
      tally.got.set(actor, receives(connection, event) || tally.got.get(actor) === true)
    }
    follow(standings, watching, { event, isOfPlace: subject === scene.place })
  }
  return [...tallies.values()].flatMap(faultsOfTally)[0]
}

function faultsOfTally({ title, expected, got }: Tally): string[] {
  return [...expected].filter(([actor, should]) => got.get(actor) !== should)
    .map(([actor, should]) => `${title} ${should ? 'did not reach' : 'reached'} ${actor}`)
}

/** What an event is about, in the words of the table: a channel by its place, otherwise `workspace` or `own`. */
function subjectOf(scene: Scene, event: WrittenEvent): string {
  const [kind] = event.stream_key.split(':')
  if (kind === 'u') return 'own'
  if (event.workspace_id !== scene.id('workspace')) return event.workspace_id === scene.id('workspace of another workspace') ? 'another workspace' : 'a new workspace'
  if (kind === 'w' && !event.type.startsWith('channel_')) return 'workspace'
  const name = scene.channelName(subjectIdOf(event))
  // Who is in it differs: insiders play in the place of the scene.
  return name === 'default' && scene.place !== 'default' ? 'general' : name ?? 'a new channel'
}

function subjectIdOf(event: WrittenEvent): string {
  const [kind, ...ids] = event.stream_key.split(':')
  return kind === 'w' && event.type.startsWith('channel_') ? payloadOf<'channel_created'>(event).id : ids.join(':')
}

function concerns(event: WrittenEvent, userId: string): boolean {
  if (event.stream_key.startsWith('u:')) return event.stream_key.endsWith(`:${userId}`)
  const payload = JSON.parse(event.payload) as { user_id?: string; user?: { id: string } }
  return payload.user_id === userId || payload.user?.id === userId
}

/** What somebody is from here on, when it was about them. */
function follow(standings: Map<ActorCode, ActorCode>, watching: Watching, { event, isOfPlace }: { event: WrittenEvent; isOfPlace: boolean }): void {
  if (event.stream_key.startsWith('c:') && !isOfPlace) return
  for (const [actor, { userId }] of watching) {
    if (concerns(event, userId)) standings.set(actor, standingAfter(event, standings.get(actor) ?? actor))
  }
}

function standingAfter(event: WrittenEvent, before: ActorCode): ActorCode {
  switch (event.type) {
    case 'member_joined': return insideOf[before] ?? before
    case 'member_left': return isInsider(before) ? outsideOf[before] : before
    case 'workspace_member_joined': return payloadOf<'workspace_member_joined'>(event).role === 'guest' ? 'GMx' : 'MN'
    case 'workspace_member_left': return 'EX'
    default: return before
  }
}
