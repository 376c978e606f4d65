import { loadConfig } from '@afrochat/config'
import type { Channel, SignedIn, Workspace } from '@afrochat/contracts'
import { readLogPosition } from '@afrochat/database'
import { newId, type Actor } from '@afrochat/kernel'
import { createLogger } from '@afrochat/logger'
import { createTestDatabase, PATIENT, testRedisUrl, waitFor } from '@afrochat/test-support'
import type { ClientOptions } from 'ws'
import { websocketSettings } from '../config.ts'
import { startGateway, type RunningGateway } from '../start-gateway.ts'
import { TestClient } from './test-client.ts'

/** Somebody with an account and a token. */
export interface Person extends SignedIn {
  readonly actor: Actor
}

/** One or more real gateways on a database of their own, and people who connect to them. */
export interface TestGateways {
  readonly gateways: readonly RunningGateway[]
  /** Acts through the domains of the first gateway. */
  readonly services: RunningGateway['services']
  /** `ws://…/ws` of a gateway. */
  url(index?: number): string
  signUp(): Promise<Person>
  /** A workspace of this person with these members, whom `general` has as well. */
  aWorkspace(owner: Person, members?: readonly Person[]): Promise<{ workspace: Workspace; general: Channel }>
  aChannel(workspace: Workspace, facts: { by: Person; private?: boolean; members?: readonly Person[] }): Promise<Channel>
  say(person: Person, channel: Channel, content: string): Promise<void>
  /** Resolves when every gateway has delivered all that has happened: who connects then starts from there. */
  settled(): Promise<void>
  /** Connects with the token in the header. */
  connect(person: Person, options?: ClientOptions & { gateway?: number }): TestClient
  /** Cuts every connection that `connect` made. */
  disconnectAll(): void
  /** Stops one of the gateways as its process would. */
  stop(gateway: RunningGateway): Promise<void>
  /** One more gateway. */
  add(env?: Record<string, string>): Promise<RunningGateway>
  close(): Promise<void>
}

const NO_LIMITS = {
  ...Object.fromEntries(['POST', 'COMMAND', 'RESUME'].map((name) => [`RATE_LIMIT_${name}`, '0'])),
  // A machine that runs other tests besides is late, and nothing is dropped for that.
  ...Object.fromEntries(['TYPING', 'PRESENCE', 'CONNECTIONS'].map((what) => [`WEBSOCKET_SHED_${what}_MS`, '60000'])),
}
const ORIGIN = 'https://app.example.com'

/** `env`: settings of the gateways that differ from the defaults. */
export async function startTestGateways(env: Record<string, string> = {}, count = 1): Promise<TestGateways> {
  const database = await createTestDatabase()
  const gateways: RunningGateway[] = []
  const clients: TestClient[] = []

  const add = async (more: Record<string, string> = {}): Promise<RunningGateway> => {
    const config = loadConfig(websocketSettings, {
      env: {
        NODE_ENV: 'test', JWT_SECRET: 'a secret of thirty-two bytes or so', DATABASE_URL: database.url, REDIS_URL: testRedisUrl(),
        HOST: '127.0.0.1', WEBSOCKET_PORT: '0', ALLOWED_ORIGINS: ORIGIN, ...PATIENT, ...NO_LIMITS, ...env, ...more,
      },
    })
    const gateway = await startGateway(config, createLogger({ service: 'websocket', level: 'silent' }))
    gateways.push(gateway)
    await waitFor(() => gateway.readers.every((reader) => reader.isFresh()))
    await waitFor(() => ({ ...env, ...more })['REDIS_URL'] !== undefined || gateway.services.redis.status === 'ready')
    return gateway
  }
  const first = await add()
  for (let index = 1; index < count; index += 1) await add()
  const { services } = first
  const { auth, workspace: workspaces, chat } = services
  const url = (index = 0) => `ws://127.0.0.1:${gateways[index]?.port ?? 0}/ws`

  return {
    gateways, services, url, add,
    async signUp() {
      const username = `u-${newId().slice(-12)}`
      const signedIn = await auth.register({
        email: `${username}@example.com`, username, password: 'correct horse battery', displayName: username,
        device: { address: '127.0.0.1', userAgent: null }, requestId: null,
      })
      const { userId, sessionId } = await auth.authenticate(signedIn.access_token)
      return { ...signedIn, actor: { userId, sessionId, requestId: null } }
    },
    async aWorkspace(owner, members = []) {
      const workspace = await workspaces.createWorkspace(owner.actor, { name: 'Acme' })
      for (const member of members) {
        const invite = await workspaces.createInvite(owner.actor, { workspace_id: workspace.id })
        await workspaces.acceptInvite(member.actor, invite.token)
      }
      const { items } = await workspaces.listChannels(owner.actor, { workspace_id: workspace.id, filter: 'mine', limit: 1 })
      const [general] = items
      if (general === undefined) throw new Error('The workspace has no channel')
      return { workspace, general }
    },
    async aChannel(workspace, { by, private: isPrivate = false, members = [] }) {
      const channel = await workspaces.createChannel(by.actor, {
        workspace_id: workspace.id, name: `c-${newId().slice(-12)}`, kind: isPrivate ? 'private' : 'public',
      })
      if (members.length > 0) await workspaces.addChannelMembers(by.actor, { channel_id: channel.id, user_ids: members.map(({ user }) => user.id) })
      return channel
    },
    async say(person, channel, content) {
      await chat.sendMessage(person.actor, { channel_id: channel.id, content })
    },
    async settled() {
      const { pos } = await readLogPosition(services.db, 0)
      await waitFor(() => gateways.every(({ gateway }) => (gateway.positions[0] ?? 0) >= pos), { message: 'the gateways to be up to date' })
    },
    connect(person, { gateway, headers, ...options } = {}) {
      const client = new TestClient(url(gateway), { ...options, headers: { authorization: `Bearer ${person.access_token}`, ...headers } })
      clients.push(client)
      return client
    },
    async stop(gateway) {
      gateways.splice(gateways.indexOf(gateway), 1)
      await gateway.stop()
    },
    disconnectAll() {
      for (const { socket } of clients.splice(0)) socket.terminate()
    },
    async close() {
      for (const { socket } of clients) socket.terminate()
      await Promise.all(gateways.map((gateway) => gateway.stop()))
      await database.drop()
    },
  }
}
