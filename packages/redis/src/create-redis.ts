import { Redis } from 'ioredis'

export interface RedisOptions {
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
}

export type { Redis }

/** Makes a connection of its own; a blocking reader needs one to itself. */
export type RedisFactory = (options: Omit<RedisOptions, 'url'>) => Redis

const CONNECT_TIMEOUT_MS = 2_000
const SILENCE_MS = 2_000
/** Back within a second of Redis's return, without hammering it while it is away. */
const MAX_RECONNECT_DELAY_MS = 1_000

/**
 * A connection that fails at once while Redis is away instead of queueing: whoever calls has a way to go on without it,
 * and a queue that nobody awaits would only grow. It reconnects by itself for as long as it lives; ended by `disconnect()`.
 */
export function createRedis({ url, name, onError, silenceMs = SILENCE_MS }: RedisOptions): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: silenceMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_DELAY_MS),
  })
  let isAway = false
  redis.on('ready', () => (isAway = false))
  redis.on('error', (error: Error) => {
    if (!isAway) onError(error)
    isAway = true
  })
  return redis
}
