import type { QueryResultRow } from 'pg'
import type { WorkspaceRole, WorkspaceSettings } from '@afrochat/contracts'
import type { SessionId, UserId } from '@afrochat/kernel'
import type { Connection } from '@afrochat/test-support'
import { createAccessTokens } from '../../../packages/auth/src/tokens/access-token.ts'
import { createTestApi, type TestApi } from '../../../apps/api/src/testing/test-api.ts'
import { TAG, usernameOf, type Part } from './backstage.ts'
import { isPlace, nameIn, type ActorCode, type Place } from './cast.ts'
import { copyOfId, copyOfTag, Copies } from './copies.ts'
import { createStagedDatabase } from './staged-database.ts'

/** One copy of the world, with one place in it. */
export interface Scene {
  readonly place: Place
  /** Of the copy. */
  readonly number: number
  /** Part of every name that is unique in the installation. */
  readonly tag: string
  /** The id of what has this name, in this copy; undefined when the place of the scene has no such thing. */
  find(name: string): string | undefined
  id(name: string): string
  /** The names of all who are somebody here, in the workspace or not. */
  readonly people: readonly string[]
  /** The name of the person who plays this part here. */
  nameOf(actor: ActorCode): string
  usernameOf(name: string): string
  /** What a channel of this scene is called (`private`, `elsewhere`); undefined: it was not there when the scene began. */
  channelName(id: string): string | undefined
  /** An access token of this person. */
  tokenOf(name: string): Promise<string>
}

export interface SceneFacts {
  readonly place: Place
  /** Settings of the workspace that differ from the defaults. */
  readonly settings?: Partial<WorkspaceSettings>
  /** What its channel is, other than the place says. */
  readonly channelIs?: { readonly posting: 'managers' }
}

/** The API on a database of its own, and as many copies of the world as are asked for. */
export interface Stage {
  readonly api: TestApi
  readonly databaseUrl: string
  /** The first of JWT_SECRET. */
  readonly secret: string
  scene(facts: SceneFacts): Promise<Scene>
  /** What a gateway would know of connections of these people, by their ids. */
  connections(userIds: readonly string[]): Promise<Map<string, Connection>>
  /** Asks or changes the database behind everybody's back. */
  query<R extends QueryResultRow>(statement: string, values?: unknown[]): Promise<R[]>
  close(): Promise<void>
}

const JWT = { JWT_SECRET: 'a secret of thirty-two bytes or so', JWT_ISSUER: 'afrochat' }
// Invites are made as where mail is sent; nothing sends it here.
const SETTINGS = { ...JWT, SMTP_HOST: 'mail.invalid' }
/** So many copies are made at once: it is the statements that cost. Of places that are seldom asked for, fewer. */
const AT_ONCE = { first: 3, most: 24 }

/** Close it in `afterAll`. */
export async function openStage(): Promise<Stage> {
  const { database, original } = await createStagedDatabase(SETTINGS)
  const api = await createTestApi({ ...SETTINGS, DATABASE_URL: database.url })
  const copies = await Copies.of(database.url, original)
  const tokens = createAccessTokens({ secrets: [JWT.JWT_SECRET], issuer: JWT.JWT_ISSUER, lifeSeconds: 3600 })
  // Copying twice gives the original again.
  const channelNames = new Map([...original.ids].flatMap(([name, id]) => (name.startsWith('channel ') ? [[id, name.slice(8).replace(/^dm .*/, 'dm')]] : [])))
  const ready = new Map<Place, number[]>()
  const madeOf = new Map<Place, number>()

  async function take(place: Place): Promise<number> {
    const waiting = ready.get(place)?.pop()
    if (waiting !== undefined) return waiting
    const before = madeOf.get(place) ?? 0
    const made = await copies.make(Math.min(Math.max(before, AT_ONCE.first), AT_ONCE.most), new Set<Part>(['other workspace', place]))
    madeOf.set(place, before + made.length)
    ready.set(place, made)
    return take(place)
  }

  return {
    api, databaseUrl: database.url, secret: JWT.JWT_SECRET,
    async scene({ place, settings, channelIs }) {
      const number = await take(place)
      const find = (name: string) => {
        const id = original.ids.get(name)
        const part = id === undefined ? undefined : original.partOf.get(id)
        return id === undefined || (part !== undefined && isPlace(part) && part !== place) ? undefined : copyOfId(id, number)
      }
      const id = (name: string): string => {
        const found = find(name)
        if (found === undefined) throw new Error(`There is no ${name} in the scene ${place}`)
        return found
      }
      if (channelIs !== undefined) await copies.query('update channels set posting = $1 where id = $2', [channelIs.posting, id(`channel ${place}`)])
      if (settings !== undefined) await copies.query('update workspaces set settings = settings || $1 where id = $2', [settings, id('workspace')])
      const issued = new Map<string, Promise<string>>()
      const issue = (name: string) => tokens.issue({ userId: id(`user ${name}`) as UserId, email: null, sessionId: id(`session ${name}`) as SessionId })
      return {
        place, number, find, id, tag: copyOfTag(number),
        people: [...original.ids.keys()].filter((name) => name.startsWith('user ') && find(name) !== undefined).map((name) => name.slice('user '.length)),
        channelName: (channelId) => channelNames.get(copyOfId(channelId, number)),
        usernameOf: (name) => usernameOf(name).replace(TAG, copyOfTag(number)),
        nameOf: (actor) => nameIn(place, actor),
        tokenOf(name) {
          const token = issued.get(name) ?? issue(name)
          issued.set(name, token)
          return token
        },
      }
    },
    async connections(userIds) {
      const connections = new Map(userIds.map((userId) => [userId, { userId, channels: new Set<string>(), roles: new Map<string, WorkspaceRole>() }]))
      const rows = await copies.query<{ user_id: string; place: string; role: WorkspaceRole | null }>(`
        select user_id, channel_id as place, null as role from channel_members where user_id = any($1) and to_seq is null
        union all select user_id, workspace_id, role from workspace_members where user_id = any($1) and deactivated_at is null`, [userIds])
      for (const { user_id: userId, place, role } of rows) {
        if (role === null) connections.get(userId)?.channels.add(place)
        else connections.get(userId)?.roles.set(place, role)
      }
      return connections
    },
    query: (statement, values = []) => copies.query(statement, values),
    async close() {
      await copies.close()
      await api.close()
      await database.drop()
    },
  }
}
