import { conversation } from '@afrochat/chat'
import { connectDatabase, createTransact, type Db, type PlacedEvent, type Transact } from '@afrochat/database'
import type { Channel, Invite, Workspace } from '@afrochat/contracts'
import { newId, type Actor, type ChannelId, type SessionId, type UserId } from '@afrochat/kernel'
import type { Memberships } from '@afrochat/auth'
import { createMemberships, createWorkspace, type InviteMailing, type WorkspaceDomain } from '@afrochat/workspace'
import { PATIENCE_MS } from './patient.ts'
import { createTestDatabase } from './test-database.ts'

/** Somebody signed in: use cases take it as the actor. */
export interface TestUser extends Actor {
  readonly username: string
  readonly displayName: string
  readonly email: string
}

/** A database with the domains on it, for one test file. */
export interface World {
  readonly db: Db
  readonly databaseUrl: string
  readonly transact: Transact
  /** All events so far, in the order of their commits. */
  readonly events: PlacedEvent[]
  readonly workspace: WorkspaceDomain
  /** The same, as an installation has it that mails invites in this way. */
  workspaceMailing(mailing: InviteMailing): WorkspaceDomain
  /** What the domain `auth` needs of `workspace`. */
  readonly memberships: Memberships
  /** Somebody with a live session. Without the hash of a password, which would take longer than most tests. */
  aUser(facts?: { username?: string; email?: string }): Promise<TestUser>
  /** A workspace of this owner, or of somebody new. */
  aWorkspace(facts?: { owner?: TestUser; name?: string }): Promise<Workspace>
  /** Somebody who came into the workspace by an invite of its owner. A guest needs a channel to come into. */
  aMember(facts: { of: Workspace; role?: Invite['role']; channels?: readonly Channel[] }): Promise<TestUser>
  /** A channel made by this member, who may add others to it at once. */
  aChannel(facts: { in: Workspace; by: TestUser; private?: boolean; name?: string; members?: readonly TestUser[] }): Promise<Channel>
  /** The channel `general`. */
  generalOf(workspace: Workspace, by: TestUser): Promise<Channel>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly shards?: number
  /** Connections at most: as many transactions run at once. */
  readonly poolSize?: number
}

/** Where people would reach the installation. */
export const PUBLIC_URL = 'https://chat.example.com'

/** A world of its own: a database that no other test sees. Close it in `afterAll`. */
export async function createWorld({ shards = 1, poolSize = 10 }: WorldOptions = {}): Promise<World> {
  const database = await createTestDatabase()
  const failures: Error[] = []
  const db = connectDatabase({
    // Fifty at once share ten connections: the last of them waits, and has not failed for that.
    url: database.url, poolSize, applicationName: 'afrochat-test', connectionTimeoutMs: PATIENCE_MS,
    onError: (error) => void failures.push(error),
  })
  const events: PlacedEvent[] = []
  const transact = createTransact({ db, shards, publish: (placed) => void insertInOrder(events, placed) })
  const deps = { db, transact, shards, publicUrl: PUBLIC_URL, conversation }
  const workspace = createWorkspace(deps)
  const owners = new Map<string, TestUser>()

  return {
    db, databaseUrl: database.url, transact, events, workspace, memberships: createMemberships(conversation),
    workspaceMailing: (mailing) => createWorkspace({ ...deps, mailing }),
    aUser: (facts = {}) => insertUser(db, facts),
    async aWorkspace({ owner: given, name = 'Acme' } = {}) {
      const owner = given ?? await insertUser(db, {})
      const made = await workspace.createWorkspace(owner, { name })
      owners.set(made.id, owner)
      return made
    },
    async aMember({ of, role = 'member', channels = [] }) {
      const owner = owners.get(of.id)
      if (owner === undefined) throw new Error('The workspace was not made by aWorkspace()')
      const [user, invite] = await Promise.all([
        insertUser(db, {}),
        workspace.createInvite(owner, { workspace_id: of.id, role, channel_ids: channels.map(({ id }) => id) }),
      ])
      await workspace.acceptInvite(user, invite.token)
      return user
    },
    async aChannel({ in: place, by, private: isPrivate = false, name = `c-${newId().slice(-12)}`, members = [] }) {
      const made = await workspace.createChannel(by, { workspace_id: place.id, name, kind: isPrivate ? 'private' : 'public' })
      if (members.length === 0) return made
      await workspace.addChannelMembers(by, { channel_id: made.id, user_ids: members.map(({ userId }) => userId) })
      return workspace.getChannel(by, made.id)
    },
    async generalOf(place, by) {
      const { items } = await workspace.listChannels(by, { workspace_id: place.id, filter: 'browse', limit: 1 })
      const [general] = items
      if (general === undefined) throw new Error('The workspace has no channel')
      return general
    },
    async close() {
      // Before the database goes: it ends connections that are still saying good-bye.
      const broken = [...failures]
      await db.destroy()
      await database.drop()
      if (broken.length > 0) throw new AggregateError(broken, 'Connections to the database broke during the test')
    },
  }
}

/** Transactions that commit at the same time may report in the other order. */
export function insertInOrder(events: PlacedEvent[], placed: readonly PlacedEvent[]): void {
  events.push(...placed)
  events.sort((one, other) => one.shard - other.shard || one.pos - other.pos)
}

async function insertUser(db: Db, { username, email }: { username?: string; email?: string }): Promise<TestUser> {
  const userId = newId<UserId>()
  const sessionId = newId<SessionId>()
  const name = username ?? `u-${userId.slice(-12)}`
  const user = { userId, sessionId, requestId: null, username: name, displayName: `Person ${name}`, email: email ?? `${name}@example.com` }
  await db.insertInto('users').values({
    id: userId, username: name, display_name: user.displayName, email: user.email,
    avatar_url: null, status_text: null, status_emoji: null, password_hash: null,
  }).execute()
  await db.insertInto('sessions').values({
    id: sessionId, user_id: userId, user_agent: null, ip: null, revoked_at: null, expires_at: new Date(Date.now() + 3_600_000),
  }).execute()
  return user
}

/** For reading what one channel's stream holds. */
export const eventsOf = (world: World, channelId: ChannelId): PlacedEvent[] => world.events.filter((event) => event.stream_key === `c:${channelId}`)
