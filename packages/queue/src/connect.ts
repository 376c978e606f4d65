import { isRedisClusterUrl, readRedisClusterUrl } from '@afrochat/kernel'
import { Cluster, Redis } from 'ioredis'
import type { OutageReport } from './outage-report.ts'

export interface QueueConnection {
  /** `redis://…`, or `redis+cluster://…` for a Redis Cluster. */
  readonly url: string
  /** Shown in CLIENT LIST. */
  readonly name: string
}

const CONNECT_TIMEOUT_MS = 2_000
/** Above the ten seconds that BullMQ's blocking reads take at most: a connection silent for longer is half-open, and destroyed. */
const SILENCE_MS = 15_000
/** Back within a second of Redis's return, without hammering it while it is away. */
const MAX_RECONNECT_DELAY_MS = 1_000

/** In a cluster: how soon a command whose node is away, or has handed its slot over, is sent again. */
const RESEND_MS = 250
const RESEND_MOVED_MS = 20

/**
 * A connection as BullMQ wants it: a command waits for Redis to return instead of failing, for BullMQ reads the version
 * of the server once, at the first connection, and would take that failure for final. Ended by `disconnect()`.
 */
export function connectQueue({ url, name }: QueueConnection, report: OutageReport): Redis | Cluster {
  const node = { connectionName: name, connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_MS, maxRetriesPerRequest: null }
  const redis = isRedisClusterUrl(url) ? connectCluster(url, node) : new Redis(url, { ...node, retryStrategy })
  redis.on('ready', () => report.works())
  redis.on('error', (error: Error) => report.failed(error))
  return redis
}

const retryStrategy = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_DELAY_MS)

function connectCluster(url: string, node: object): Cluster {
  const address = readRedisClusterUrl(url)
  if (address === undefined) throw new TypeError('The URL of the Redis Cluster cannot be read')
  const { nodes, username, password, tls } = address
  return new Cluster([...nodes], {
    redisOptions: { ...node, username, password, ...(tls && { tls: {} }) },
    clusterRetryStrategy: retryStrategy,
    // However long that takes: whoever waits has a limit of their own.
    maxRedirections: Infinity,
    retryDelayOnFailover: RESEND_MS,
    retryDelayOnClusterDown: RESEND_MS,
    retryDelayOnTryAgain: RESEND_MS,
    retryDelayOnMoved: RESEND_MOVED_MS,
    // A certificate is for a name; ioredis would connect to the address behind it.
    ...(tls && { dnsLookup: (host, callback) => callback(null, host) }),
  })
}

/** All keys of a queue begin with it. The braces are a hash tag: in a Cluster they are in one slot, as BullMQ's scripts need. */
export const keyPrefix = (queue: string): string => `{jobs:${queue}}`
