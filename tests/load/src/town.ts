import type { Tokens } from '@afrochat/client'
import type { Channel, CreatedInvite, SignedIn, Workspace } from '@afrochat/contracts'
import { openHttp, type HttpConnection } from './http-connection.ts'

export interface Person {
  readonly id: string
  readonly token: string
  /** What the SDK signs in with. */
  readonly tokens: Tokens
}

/** A workspace with people and channels in which everybody is, made through the API. */
export interface Town {
  readonly workspaceId: string
  readonly people: readonly Person[]
  readonly channelIds: readonly string[]
}

const AT_ONCE = 4

export async function buildTown(apiUrl: string, { people: count, channels }: { readonly people: number; readonly channels: number }): Promise<Town> {
  const connections = await Promise.all(Array.from({ length: AT_ONCE }, () => openHttp(apiUrl)))
  const [first] = connections
  if (first === undefined) throw new Error('no connection')
  const people = await inLanes(connections, count, (connection, index) => register(connection, index))
  const [owner, ...others] = people
  if (owner === undefined) throw new Error('nobody')
  const workspace = await ask<Workspace>(first, 'POST', '/workspaces', { token: owner.token, body: { name: 'Load' } })
  const { token: invite } = await anInvite(first, owner, workspace.id)
  await inLanes(connections, others.length, (connection, index) => accept(connection, others[index], invite))
  const channelIds: string[] = []
  for (let index = 0; index < channels; index += 1) {
    const body = { name: `load-${index}`, kind: 'public' }
    const channel = await ask<Channel>(first, 'POST', `/workspaces/${workspace.id}/channels`, { token: owner.token, body })
    channelIds.push(channel.id)
    await addAll(first, { owner, channelId: channel.id, people: others })
  }
  for (const connection of connections) connection.close()
  return { workspaceId: workspace.id, people, channelIds }
}

export const anInvite = (connection: HttpConnection, owner: Person, workspaceId: string): Promise<CreatedInvite> =>
  ask<CreatedInvite>(connection, 'POST', `/workspaces/${workspaceId}/invites`, { token: owner.token, body: { max_uses: 10_000 } })

export async function accept(connection: HttpConnection, person: Person | undefined, invite: string): Promise<void> {
  await ask(connection, 'POST', `/invites/${invite}/accept`, { token: person?.token ?? '' })
}

async function addAll(connection: HttpConnection, { owner, channelId, people }: { owner: Person; channelId: string; people: readonly Person[] }) {
  for (let from = 0; from < people.length; from += 100) {
    const user_ids = people.slice(from, from + 100).map(({ id }) => id)
    await ask(connection, 'POST', `/channels/${channelId}/members`, { token: owner.token, body: { user_ids } })
  }
}

/** Somebody who signed up as `load<index>`. */
export async function register(connection: HttpConnection, index: number): Promise<Person> {
  const name = `load${index}`
  const body = { email: `${name}@load.example`, username: name, password: 'correct horse battery', display_name: `Load ${index}` }
  const { user, access_token: token, refresh_token: refreshToken } = await ask<SignedIn>(connection, 'POST', '/auth/register', { body })
  return { id: user.id, token, tokens: { userId: user.id, accessToken: token, refreshToken, expiresAtMs: null } }
}

type Options = Parameters<HttpConnection['send']>[2]

/** A call that must succeed; its body, as the contract types it. */
export async function ask<T>(connection: HttpConnection, method: string, path: string, options: Options): Promise<T> {
  const { status, body } = await connection.send(method, `/api/v1${path}`, options)
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${body}`)
  // A tool of ours against a server of ours: the contract's type is taken at its word.
  return JSON.parse(body) as T
}

/** Runs a number of tasks on some connections, one at a time on each; results in order. */
async function inLanes<T>(
  connections: readonly HttpConnection[],
  count: number,
  task: (connection: HttpConnection, index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  let next = 0
  await Promise.all(connections.map(async (connection) => {
    while (next < count) {
      const index = next
      next += 1
      results[index] = await task(connection, index)
    }
  }))
  return results
}
