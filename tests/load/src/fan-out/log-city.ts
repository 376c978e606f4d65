import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import pg from 'pg'
import { startStack, type Stack } from '@afrochat/test-support'
import { createAccessTokens } from '../../../../packages/auth/src/tokens/access-token.ts'
import { channelsOf, largeChannel, PEOPLE, person, session, SMALL_CHANNELS, smallChannel, workspaceId } from './city.ts'
import { announced, ended, type RunningPeer } from './peers.ts'
import { LOAD_CORE, pin, profiling, SERVER_CORE, startOn } from './processes.ts'

/** PostgreSQL, Redis and the gateway as it is shipped, with people in channels; the log's stream is written from here. */
export interface LogCity {
  readonly redisUrl: string
  startGateway(channels: number): Promise<RunningPeer>
  stop(): Promise<void>
}

const DAY = 24 * 3600

export async function openLogCity(): Promise<LogCity> {
  const secret = randomBytes(48).toString('base64')
  const stack = await startStack({
    apis: 0, workers: 0,
    env: { JWT_SECRET: secret, WEBSOCKET_MAX_PER_ADDRESS: '0', RATE_LIMIT_COMMAND: '0', WEBSOCKET_SHED_CONNECTIONS_MS: '60000', NODE_OPTIONS: profiling(SERVER_CORE).join(' ') },
  })
  const database = new pg.Client({ connectionString: stack.databaseUrl })
  await database.connect()
  for (const statement of people) await database.query(statement)
  const access = createAccessTokens({ secrets: [secret], issuer: 'afrochat', lifeSeconds: DAY })
  // An id of ours, of a session that was inserted above.
  const tokens = await Promise.all(Array.from({ length: PEOPLE }, (_, number) =>
    access.issue({ userId: person(number), email: null, sessionId: session(number) as never })))
  return {
    redisUrl: stack.redisUrl,
    startGateway: (channels) => startGateway({ stack, database, tokens }, channels),
    async stop() {
      await database.end()
      await stack.stop()
    },
  }
}

interface City {
  readonly stack: Stack
  readonly database: pg.Client
  readonly tokens: readonly string[]
}

async function startGateway({ stack, database, tokens }: City, channels: number): Promise<RunningPeer> {
  const [gateway] = stack.gateways
  if (gateway === undefined) throw new Error('The stack has no gateway')
  await gateway.stop()
  await gateway.start()
  const pid = gateway.pid()
  pin(pid, SERVER_CORE)
  const { rows: [place] } = await database.query<{ epoch: string; pos: string }>('select epoch, (select coalesce(max(pos), 0) from events) as pos from log_epoch')
  const writer = startOn(LOAD_CORE, new URL('log-writer.ts', import.meta.url), [stack.redisUrl, place?.epoch ?? '', place?.pos ?? '0', String(channels)])
  const { orderPort } = await announced(writer)
  return {
    pid, orderPort, tokens, port: Number(new URL(gateway.url).port),
    async stop() {
      const answer = once(writer, 'message')
      writer.send('position')
      // What the writer answers to anything.
      const [{ pos }] = (await answer) as [{ pos: number }]
      await ended(writer)
      // The next gateway begins where the stream ends: its last event is in the table, as in a log that was cleared up to there.
      await database.query('delete from events')
      await database.query(
        `insert into events (shard, pos, stream_key, seq, type, payload) values (0, $1, $2, $1, 'channel_read', '{}')`, [pos, `c:${channelsOf(1)[0] ?? ''}`])
    },
  }
}

const numbered = `generate_series(0, ${PEOPLE - 1}) n`
/** The ids of `city.ts`, in SQL. */
const sqlId = (first: string, number: string) => `(left('${first}', 24) || lpad(to_hex(${number}), 12, '0'))::uuid`

const people = [
  `insert into users (id, username, display_name) select ${sqlId(person(0), 'n')}, 'load' || n, 'Load ' || n from ${numbered}`,
  `insert into sessions (id, user_id, expires_at) select ${sqlId(session(0), 'n')}, ${sqlId(person(0), 'n')}, now() + interval '1 day' from ${numbered}`,
  `insert into workspaces (id, name, slug, owner_id) values ('${workspaceId}', 'Load', 'load', '${person(0)}')`,
  `insert into workspace_members (workspace_id, user_id, role) select '${workspaceId}', ${sqlId(person(0), 'n')}, 'member' from ${numbered}`,
  `insert into channels (id, workspace_id, kind, name, created_by) values ('${largeChannel}', '${workspaceId}', 'public', 'large', '${person(0)}')`,
  `insert into channels (id, workspace_id, kind, name, created_by)
   select ${sqlId(smallChannel(0), 'n')}, '${workspaceId}', 'public', 'small-' || n, '${person(0)}' from generate_series(0, ${SMALL_CHANNELS - 1}) n`,
  `insert into channel_members (channel_id, user_id, workspace_id, from_seq) select '${largeChannel}', ${sqlId(person(0), 'n')}, '${workspaceId}', 1 from ${numbered}`,
  `insert into channel_members (channel_id, user_id, workspace_id, from_seq)
   select ${sqlId(smallChannel(0), `n % ${SMALL_CHANNELS}`)}, ${sqlId(person(0), 'n')}, '${workspaceId}', 1 from ${numbered}`,
  'analyze',
]
