import { isRedisClusterUrl, readRedisClusterUrl } from '@afrochat/kernel'
import { Type } from 'typebox'
import { integer, url } from '../kinds.ts'
import { optional, setting, type Place } from '../setting.ts'

/** PostgreSQL, which holds everything. */
export const databaseSettings = Type.Object(
  {
    url: url(['postgres', 'postgresql'], {
      env: 'DATABASE_URL',
      doc: 'PostgreSQL 14 or newer. May point to pgbouncer in transaction mode.',
      default: 'postgres://user:password@localhost:5432/afrochat?sslmode=disable',
    }),
    directUrl: optional(
      url(['postgres', 'postgresql'], {
        env: 'DATABASE_DIRECT_URL',
        doc: 'The same database without pgbouncer, for what needs a session of its own, such as migrations. Unset: DATABASE_URL.',
        example: 'postgres://user:password@localhost:5432/afrochat?sslmode=disable',
      }),
    ),
    poolSize: integer({
      env: 'DATABASE_POOL_SIZE',
      doc: 'Connections of each process to PostgreSQL. All processes together must stay below its max_connections.',
      default: '10',
      min: 2,
      max: 500,
    }),
    connectionTimeoutMs: integer({
      env: 'DATABASE_CONNECTION_TIMEOUT_MS',
      doc: 'How long a request waits for a connection, a new one or one that is free again, before it is answered 503.',
      default: '2000',
      min: 100,
      max: 60_000,
    }),
  },
  { title: 'Database' },
)

/** Redis, which holds a copy of the log's tail, counters and queues: losing it loses nothing. */
export const redisSettings = Type.Object(
  {
    url: setting(Type.String(), {
      env: 'REDIS_URL',
      doc: 'Redis or Valkey 6.2 or newer. A Redis Cluster: redis+cluster://:password@node-1:6379,node-2:6379, with some of its nodes or its one endpoint. With TLS: rediss://… or rediss+cluster://….',
      default: 'redis://localhost:6379',
      expects: 'a URL of the form redis://… or rediss://…, or for a Redis Cluster redis+cluster://:password@node-1:6379,node-2:6379 or rediss+cluster://…',
      read: (value) => (/^rediss?(\+cluster)?:\/\/[^/]/.test(value) ? value : undefined),
      refuse: unreadableRedis,
      warn: openRedis,
    }),
  },
  { title: 'Redis' },
)

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])

function unreadableRedis(value: string): string | undefined {
  if (isRedisClusterUrl(value)) {
    if (readRedisClusterUrl(value) !== undefined) return undefined
    if (/\/\d+$/.test(value)) return 'names a numbered database: a Redis Cluster has none, leave the number out'
    return 'cannot be read: name nodes of the Redis Cluster as host:port, separated by commas, after one user and password for all'
  }
  const place = value.replace(/^.*@/, '')
  if (place.includes(',')) return 'names several nodes: if they are a Redis Cluster, begin it with redis+cluster:// or rediss+cluster://, else name one'
  return URL.parse(value) === null ? 'cannot be read: write redis://:password@host:6379' : undefined
}

function openRedis(value: string, { production }: Place): string | undefined {
  const { password, hosts } = redisLogin(value)
  if (!production || password !== '' || hosts.every((host) => LOOPBACK.has(host))) return undefined
  return 'has no password and is on another machine: whoever reaches that Redis can read and forge events. Set a password there and here'
}

function redisLogin(value: string): { password: string; hosts: readonly string[] } {
  const cluster = readRedisClusterUrl(value)
  if (cluster !== undefined) return { password: cluster.password, hosts: cluster.nodes.map(({ host }) => host) }
  const { hostname = '', password = '' } = URL.parse(value) ?? {}
  return { password, hosts: [hostname] }
}

/** The event log: how it is divided, and how much of it is at hand. */
export const eventLogSettings = Type.Object(
  {
    shards: integer({
      env: 'LOG_SHARDS',
      doc: 'Parts into which the event log is divided, for very large installations. The same for all processes; clients read everything anew after a change.',
      default: '1',
      min: 1,
      max: 1024,
    }),
    tailEvents: integer({
      env: 'LOG_TAIL_EVENTS',
      doc: 'Events of each shard that Redis keeps for gateways, approximately. Older ones are read from PostgreSQL.',
      default: '100000',
      min: 1000,
      max: 10_000_000,
    }),
  },
  { title: 'Event log' },
)
