import type { CreatedInvite, HttpMethod, Message, SignedIn } from '@afrochat/contracts'
import type { InviteId, UserId } from '@afrochat/kernel'
import type { TestApi } from '../../../apps/api/src/testing/test-api.ts'
import { OUTSIDERS, type Place } from './cast.ts'
import { sending } from './http-door.ts'

/** In every name that is unique in the installation; each copy has its own instead. */
export const TAG = 'tt000000'

/** What belongs to one place alone, and is copied only with it. */
export type Part = Place | 'other workspace'

/** What somebody of the original is called, unique in the installation. */
export const usernameOf = (name: string): string => `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}-${TAG}`

/** What the original of the stage is put together with: people who call the API, and names for what comes of it. */
export class Backstage {
  readonly ids = new Map<string, string>()
  readonly partOf = new Map<string, Part>()
  readonly api: TestApi
  readonly #people = new Map<string, SignedIn>()

  constructor(api: TestApi) {
    this.api = api
  }

  id(name: string): string {
    const id = this.ids.get(name)
    if (id === undefined) throw new Error(`There is no ${name} yet`)
    return id
  }

  has(name: string): boolean {
    return this.ids.has(name)
  }

  userIds(names: readonly string[]): string[] {
    return names.map((name) => this.id(`user ${name}`))
  }

  remember(name: string, { id }: { readonly id: string }, part?: Part): void {
    this.ids.set(name, id)
    if (part !== undefined) this.partOf.set(id, part)
  }

  /** Calls as somebody; whatever is not done throws. */
  async as<T = unknown>(name: string, request: `${HttpMethod} /${string}`, body?: object): Promise<T> {
    const person = this.#people.get(name)
    if (person === undefined) throw new Error(`${name} has not come yet`)
    const space = request.indexOf(' ')
    const answer = await this.api.call(request.slice(0, space), request.slice(space + 2), { as: person, ...sending(body) })
    if (answer.statusCode >= 400) throw new Error(`${name}: ${request} was answered ${answer.statusCode} ${answer.body}`)
    return (answer.body === '' ? undefined : answer.json<T>()) as T
  }

  /** The same below `/workspaces/<id>`. */
  inWorkspace<T = unknown>(name: string, request: `${HttpMethod} /${string}`, body?: object): Promise<T> {
    const [method, path] = request.split(' ', 2) as [HttpMethod, string]
    return this.as<T>(name, `${method} /workspaces/${this.id('workspace')}${path}`, body)
  }

  /** Makes it so that the time of an invite is over. */
  async expire(name: string): Promise<void> {
    const id = this.id(name) as InviteId
    await this.api.services.db.updateTable('workspace_invites').set({ expires_at: new Date(0) }).where('id', '=', id).execute()
  }

  /** Messages in the channel by people who are not in it: they wrote them before they left. */
  async inheritFromLeavers(place: Place, channelId: string): Promise<void> {
    for (const actor of OUTSIDERS) {
      const message = await this.say('PA', channelId, { content: 'in my own words' })
      this.remember(`own ${place} ${actor}`, message, place)
      await this.api.services.db.updateTable('messages').set({ user_id: this.id(`user ${actor}`) as UserId }).where('id', '=', message.id).execute()
    }
  }

  /** Somebody registers. */
  async come(name: string, part?: Part): Promise<void> {
    const username = usernameOf(name)
    const answer = await this.api.call('POST', 'auth/register', {
      body: { email: `${username}@mail.example`, username, password: 'correct horse battery', display_name: name },
    })
    const signedIn = answer.json<SignedIn>()
    const { sessionId } = await this.api.services.auth.authenticate(signedIn.access_token)
    this.#people.set(name, signedIn)
    this.remember(`user ${name}`, signedIn.user, part)
    this.remember(`session ${name}`, { id: sessionId }, part)
  }

  /** They come into the workspace by an invite of this person. */
  async invite(names: readonly string[], by: string, facts: { role: string; channel_ids?: string[]; single_channel?: boolean }): Promise<void> {
    const { token } = await this.inWorkspace<CreatedInvite>(by, 'POST /invites', facts)
    for (const name of names) await this.as(name, `POST /invites/${token}/accept`)
  }

  say(name: string, channelId: string, body: object): Promise<Message> {
    return this.as<Message>(name, `POST /channels/${channelId}/messages`, body)
  }
}
