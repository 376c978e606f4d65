import type { RouteName } from '@afrochat/contracts'
import { callApi, retold, routeOf, type Scene, type Stage } from '@afrochat/test-stage'

/** Something that was read, as it came; undefined: it is not theirs to read, or not there. */
export type Found = Readonly<Record<string, unknown>> | undefined

type Params = Readonly<Record<string, string>>
type Ask = (operation: RouteName, params: Params, query?: Params) => Promise<Found>

/** What one person can read over HTTP: each thing that an event may speak of, by the operation that shows it. */
export class Reads {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  message = (message_id: string): Promise<Found> => this.#ask('getMessage', { message_id })
  channel = (channel_id: string): Promise<Found> => this.#ask('getChannel', { channel_id })
  workspace = (workspace_id: string): Promise<Found> => this.#ask('getWorkspace', { workspace_id })
  boot = (workspace_id: string): Promise<Found> => this.#ask('boot', { workspace_id })
  user = (user_id: string): Promise<Found> => this.#ask('getUser', { user_id })
  preferences = (): Promise<Found> => this.#ask('getPreferences', {})
  group = (workspace_id: string, group_id: string): Promise<Found> => this.#ask('getGroup', { workspace_id, group_id })
  scheduled = (workspace_id: string, scheduled_message_id: string): Promise<Found> => this.#ask('getScheduledMessage', { workspace_id, scheduled_message_id })
  reminder = (workspace_id: string, reminder_id: string): Promise<Found> => this.#ask('getReminder', { workspace_id, reminder_id })
  draft = (channel_id: string, thread_id: string | null): Promise<Found> => this.#ask('getDraft', { channel_id }, thread_id === null ? {} : { thread_id })

  saved = async (id: string): Promise<Found> => oneOf(await this.#ask('listSaved', {}, ALL), ({ message_id }) => message_id === id)
  pin = async (channel_id: string, id: string): Promise<Found> => oneOf(await this.#ask('listPins', { channel_id }), (pin) => pin['id'] === id)
  emoji = async (workspace_id: string, name: string): Promise<Found> => oneOf(await this.#ask('listEmoji', { workspace_id }), (emoji) => emoji['name'] === name)
  channelMember = async (channel_id: string, id: string): Promise<Found> => oneOf(await this.#ask('listChannelMembers', { channel_id }, ALL), isAbout(id))
  workspaceMember = async (workspace_id: string, id: string): Promise<Found> => oneOf(await this.#ask('listWorkspaceMembers', { workspace_id }, ALL), isAbout(id))

  /** Whether this person's id stands somewhere in what was said in the channel: as an author, or as one of whom it is said. */
  isNamedIn = async (channel_id: string, id: string): Promise<boolean> => JSON.stringify(await this.#ask('listMessages', { channel_id }) ?? null).includes(id)
}

const ALL = { limit: '200' }
const isAbout = (id: string) => ({ user }: Readonly<Record<string, unknown>>): boolean => (user as { id?: string }).id === id

function oneOf(list: Found, matches: (item: Readonly<Record<string, unknown>>) => boolean): Found {
  return (list as { items?: Readonly<Record<string, unknown>>[] } | undefined)?.items?.find(matches)
}

/** Reads as anybody, now or as it was before anything happened. What is asked for again is not read again: nothing happens meanwhile. */
export class Answers {
  readonly #stage: Stage
  readonly #known = new Map<string, Promise<Found>>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  now(scene: Scene, name: string): Reads {
    return new Reads((operation, params, query = {}) => this.#read(scene, name, { operation, params, query }))
  }

  /** In a copy of the scene in which nobody does anything, told with the names of this one. */
  before(scene: Scene, twin: Scene, name: string): Reads {
    return new Reads(async (operation, params, query = {}) => {
      const there = <T>(value: T, from: Scene, to: Scene): T => JSON.parse(retold(JSON.stringify(value), { from: from.number, to: to.number })) as T
      const found = await this.#read(twin, name, { operation, params: there(params, scene, twin), query: there(query, scene, twin) })
      return found && there(found, twin, scene)
    })
  }

  #read(scene: Scene, name: string, request: { operation: RouteName; params: Params; query: Params }): Promise<Found> {
    const key = JSON.stringify([scene.number, name, request])
    const known = this.#known.get(key) ?? this.#call(scene, name, request)
    this.#known.set(key, known)
    return known
  }

  async #call(scene: Scene, name: string, { operation, params, query }: { operation: RouteName; params: Params; query: Params }): Promise<Found> {
    const { status, body } = await callApi(this.#stage, routeOf(operation), { params, query, token: await scene.tokenOf(name) })
    return status === 200 ? body as Found : undefined
  }
}
