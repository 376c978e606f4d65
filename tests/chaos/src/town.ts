import { setTimeout as delay } from 'node:timers/promises'
import { allOf, ApiError, createClient, NetworkError, type ChannelId, type Client, type UserId, type WorkspaceId } from '@afrochat/client'
import type { CatchUp } from './check/history.ts'

/** Somebody with an account. */
export interface Person {
  readonly userId: UserId
  readonly token: string
  /** One for each api: any may be used. */
  readonly clients: readonly [Client, ...Client[]]
}

export interface Town {
  readonly workspaceId: WorkspaceId
  readonly owner: Person
  /** In every channel, all the time. */
  readonly writers: readonly Person[]
  readonly readers: readonly Person[]
  /** In the workspace, and in and out of its channels. */
  readonly churners: readonly Person[]
  /** In another workspace: nothing of this one is theirs. */
  readonly outsiders: readonly Person[]
  readonly publicChannels: readonly ChannelId[]
  readonly privateChannels: readonly ChannelId[]
}

/** How many there are of each. */
export const SIZES = { writers: 8, readers: 30, churners: 5, outsiders: 5, channels: 20 } as const

/** Made through the API, as people would. */
export async function buildTown(apiUrls: readonly string[]): Promise<Town> {
  const owner = await aPerson(apiUrls, 'founder')
  const [client] = owner.clients
  const workspace = await client.createWorkspace({ name: 'Chaos' })
  const { token } = await client.createInvite({ workspace_id: workspace.id, max_uses: 1_000 })
  const several = (count: number, name: string) => inTurn(count, (index) => aPerson(apiUrls, `${name}${index}`))
  const [writers, readers, churners] = [await several(SIZES.writers, 'writer'), await several(SIZES.readers, 'reader'), await several(SIZES.churners, 'churner')]
  for (const { clients } of [...writers, ...readers, ...churners]) await clients[0].acceptInvite({ token })
  const outsiders = await several(SIZES.outsiders, 'outsider')
  for (const { clients } of outsiders) await clients[0].createWorkspace({ name: 'Elsewhere' })

  const user_ids = [...writers, ...readers].map(({ userId }) => userId)
  const channels = await inTurn(SIZES.channels, async (index) => {
    const kind = index % 2 === 0 ? 'public' : 'private'
    const { id } = await client.createChannel({ workspace_id: workspace.id, name: `c${index}`, kind })
    await client.addChannelMembers({ channel_id: id, user_ids })
    return { id, kind }
  })
  const ofKind = (wanted: string) => channels.filter(({ kind }) => kind === wanted).map(({ id }) => id)
  return { workspaceId: workspace.id, owner, writers, readers, churners, outsiders, publicChannels: ofKind('public'), privateChannels: ofKind('private') }
}

async function aPerson(apiUrls: readonly string[], username: string): Promise<Person> {
  const [url, ...others] = apiUrls
  const first = createClient({ url: url ?? '' })
  const { user, access_token: token } = await first.register({ email: `${username}@chaos.example`, username, password: 'correct horse', display_name: username })
  const { tokens } = first
  if (tokens === null) throw new Error('Registered and yet not signed in')
  return { userId: user.id, token, clients: [first, ...others.map((other) => createClient({ url: other, tokens }))] }
}

async function inTurn<T>(count: number, task: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let index = 0; index < count; index += 1) results.push(await task(index))
  return results
}

/** Every message of these channels that the person may read. */
export async function fetchAll({ clients }: Person, channels: readonly ChannelId[]): Promise<CatchUp[]> {
  const caughtUp: CatchUp[] = []
  for (const channelId of channels) {
    const messages = await untilAnswered(clients, (client) => allOf(client.listChannelChanges, { channel_id: channelId, since: 0 })).catch(toNothingIfRefused)
    caughtUp.push({ channelId, messageIds: messages.map(({ id }) => id) })
  }
  return caughtUp
}

const RETRY_MS = 100

/** Asks one api after the other, beginning with any, until one says yes or no. */
export async function untilAnswered<T>(clients: Person['clients'], ask: (client: Client) => Promise<T>, attempts = 60): Promise<T> {
  // Not in turn: people who wait for one api would come to be all at the same.
  const first = Math.floor(Math.random() * clients.length)
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask(clients[(first + attempt) % clients.length] ?? clients[0])
    } catch (error) {
      if (!isUnknown(error) || attempt >= attempts) throw error
      await delay(RETRY_MS)
    }
  }
}

/** Nobody knows whether it was done: no answer, or one that says that the server is not well. */
export const isUnknown = (error: unknown) => error instanceof NetworkError || (error instanceof ApiError && error.status >= 500)

function toNothingIfRefused(error: unknown): [] {
  if (error instanceof ApiError && !isUnknown(error)) return []
  throw error
}
