import { Cluster, Redis as OneRedis } from 'ioredis'
import { isRedisClusterUrl, readRedisClusterUrl } from '@afrochat/kernel'
import { checkCluster, createCluster } from './cluster.ts'

export interface RedisOptions {
  /** `redis://…`, or `redis+cluster://…` for a Redis Cluster. */
  readonly url: string
  /** Shown in CLIENT LIST. */
  readonly name: string
  /** Hears of the first error of an outage: the attempts to reconnect that follow would fill the log with the same line. */
  readonly onError: (error: Error) => void
  /**
   * A running command that hears nothing for this long ends its connection, also a half-open one that never says so.
   * A blocking read sets it above its own time limit.
   */
  readonly silenceMs?: number
  /** Whether it is for SSUBSCRIBE: in a cluster that takes a connection to the node of each channel. */
  readonly subscribes?: boolean
}

/** One Redis, or a Redis Cluster: whoever keeps to one key a command, or to keys of one hash tag, need not know which. */
export type Redis = OneRedis | Cluster

/** Makes a connection of its own; a blocking reader needs one to itself. */
export type RedisFactory = (options: Omit<RedisOptions, 'url'>) => Redis

const CONNECT_TIMEOUT_MS = 2_000
const SILENCE_MS = 2_000
/** Back within a second of Redis's return, without hammering it while it is away. */
const MAX_RECONNECT_DELAY_MS = 1_000

/**
 * A connection that fails at once while Redis is away instead of queueing: whoever calls has a way to go on without it,
 * and a queue that nobody awaits would only grow. It reconnects by itself for as long as it lives; ended by `disconnect()`.
 * In a cluster part of it may be away, and commands fail although its `status` is ready.
 */
export function createRedis({ url, name, onError, silenceMs = SILENCE_MS, subscribes = false }: RedisOptions): Redis {
  const node = {
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: silenceMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  }
  const retryStrategy = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_DELAY_MS)
  const address = readRedisClusterUrl(url)
  if (address !== undefined) return createCluster({ address, node, retryStrategy, subscribes, onError })
  if (isRedisClusterUrl(url)) throw new TypeError('The URL of the Redis Cluster cannot be read')
  const redis = new OneRedis(url, { ...node, enableOfflineQueue: false, retryStrategy })
  let isAway = false
  redis.on('ready', () => (isAway = false))
  redis.on('error', (error: Error) => {
    if (!isAway) onError(error)
    isAway = true
  })
  return redis
}

/** Rejects unless all of it answers. */
export async function checkRedis(redis: Redis): Promise<void> {
  if (redis instanceof Cluster) await checkCluster(redis)
  else await redis.ping()
}
