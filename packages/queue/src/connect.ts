import { Redis } from 'ioredis'
import type { OutageReport } from './outage-report.ts'

export interface QueueConnection {
  readonly url: string
  /** Shown in CLIENT LIST. */
  readonly name: string
}

const CONNECT_TIMEOUT_MS = 2_000
/** Above the ten seconds that BullMQ's blocking reads take at most: a connection silent for longer is half-open, and destroyed. */
const SILENCE_MS = 15_000
/** Back within a second of Redis's return, without hammering it while it is away. */
const MAX_RECONNECT_DELAY_MS = 1_000

/**
 * A connection as BullMQ wants it: a command waits for Redis to return instead of failing, for BullMQ reads the version
 * of the server once, at the first connection, and would take that failure for final. Ended by `disconnect()`.
 */
export function connectQueue({ url, name }: QueueConnection, report: OutageReport): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_DELAY_MS),
  })
  redis.on('ready', () => report.works())
  redis.on('error', (error: Error) => report.failed(error))
  return redis
}

/** All keys of a queue begin with it. The braces are a hash tag: in a Cluster they are in one slot, as BullMQ's scripts need. */
export const keyPrefix = (queue: string): string => `{jobs:${queue}}`
