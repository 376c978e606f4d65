import { setTimeout as delay } from 'node:timers/promises'
import type { LogPosition } from '@afrochat/contracts'
import { readLogPosition, type Db, type PlacedEvent } from '@afrochat/database'
import type { Redis, RedisFactory } from '@afrochat/redis'
import { readEvents } from './read-events.ts'
import { createReport, type Logger } from './report.ts'
import { fromEntry, tailKey } from './stream-entry.ts'

export interface LogReaderOptions {
  readonly db: Db
  /** Makes the reader's own connection: its reads block. */
  readonly redis: RedisFactory
  readonly shard: number
  /** The last event that the caller has: reading begins behind it. */
  readonly from: LogPosition
  /** Gets events in order, without a hole, each once. Must not throw. */
  readonly onEvents: (events: readonly PlacedEvent[]) => void
  /** The log began a new life (a restore): all before is void, reading goes on behind this position. */
  readonly onEpoch: (position: LogPosition) => void
  readonly logger: Logger
}

export interface LogReader {
  /** The last event handed over. */
  position(): LogPosition
  /** Whether it was at the head of the log within the last two seconds. */
  isFresh(): boolean
  stop(): Promise<void>
}

const PAGE = 1_000
/** A read that waited this long for nothing asks PostgreSQL whether there was really nothing. */
const BLOCK_MS = 1_000
/** A connection silent for longer than a blocked read ever is: half-open, destroyed. */
const SILENCE_MS = 3_000
/** While Redis is away. */
const POLL_MS = 500
const FRESH_MS = 2_000

/**
 * Follows one shard of the log: the tail in Redis for speed, PostgreSQL whenever that is away, has a hole or stands
 * still while the log moves. Positions decide, so whatever happens to Redis, nothing is skipped and nothing comes twice.
 */
export function startLogReader(options: LogReaderOptions): LogReader {
  const { db, shard, logger } = options
  const report = createReport(logger)
  const redis = options.redis({
    name: `afrochat-log-reader-${shard}`,
    silenceMs: SILENCE_MS,
    onError: (error) => report.failed('reading from Redis', error),
  })
  const stopping = new AbortController()
  let { epoch, pos } = options.from
  let freshAt = 0
  const running = run()

  return {
    position: () => ({ epoch, shard, pos }),
    isFresh: () => performance.now() - freshAt < FRESH_MS,
    async stop() {
      stopping.abort()
      redis.disconnect()
      await running
    },
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await (redis.status === 'ready' ? followTail(redis) : poll())
      } catch (error) {
        if (!stopping.signal.aborted) report.failed('reading from PostgreSQL', error)
        await pause(POLL_MS)
      }
    }
  }

  /** One blocking read. What it brings is taken only as far as it joins; the rest is read from PostgreSQL. */
  async function followTail(connection: Redis): Promise<void> {
    const entries = await readTail(connection)
    if (entries === undefined) return pollOnce()
    if (entries.length === 0) return pollOnce()
    report.works('reading from Redis')
    const joining: PlacedEvent[] = []
    for (const entry of entries) {
      const event = fromEntry(shard, entry)
      if (event?.pos !== pos + joining.length + 1) break
      joining.push(event)
    }
    deliver(joining)
    // A hole: the tail was cut past this reader, begun anew, or holds what this version cannot read.
    if (joining.length < entries.length) return pollOnce()
    if (entries.length < PAGE) freshAt = performance.now()
  }

  /** The entries behind the last position; none when nothing came in time; undefined when Redis failed. */
  async function readTail(connection: Redis): Promise<[string, string[]][] | undefined> {
    try {
      const answer = await connection.xread('COUNT', PAGE, 'BLOCK', BLOCK_MS, 'STREAMS', tailKey(epoch, shard), `${pos}-0`)
      return answer?.[0]?.[1] ?? []
    } catch (error) {
      if (!stopping.signal.aborted) report.failed('reading from Redis', error)
      return undefined
    }
  }

  async function poll(): Promise<void> {
    await pollOnce()
    await pause(POLL_MS)
  }

  /** All that PostgreSQL has behind the last position, and the epoch that it is of. */
  async function pollOnce(): Promise<void> {
    // The epoch first: events read after it are of this epoch or a later one, never of an earlier.
    const head = await readLogPosition(db, shard)
    if (head.epoch !== epoch || head.pos < pos) return beginAnew(head)
    let events: readonly PlacedEvent[]
    do {
      const startedAt = performance.now()
      events = await readEvents(db, { shard, after: pos, limit: PAGE })
      if (events.length > 0 && events[0]?.pos !== pos + 1) return beginAnew(head)
      deliver(events)
      if (events.length < PAGE) freshAt = startedAt
    } while (events.length === PAGE && !stopping.signal.aborted)
    report.works('reading from PostgreSQL')
  }

  /** Also where retention has passed this reader: events are missing for good, so its clients must begin anew. */
  function beginAnew(head: LogPosition): void {
    logger.warn({ shard, from: { epoch, pos }, to: head }, 'Event log: a new epoch, or events older than the log keeps; beginning anew')
    epoch = head.epoch
    pos = head.pos
    options.onEpoch(head)
  }

  function deliver(events: readonly PlacedEvent[]): void {
    const last = events.at(-1)
    if (last === undefined || stopping.signal.aborted) return
    pos = last.pos
    try {
      options.onEvents(events)
    } catch (error) {
      // A consumer that throws has a bug; stopping everybody's events would make it an outage.
      logger.error({ err: error, shard, upTo: pos }, 'Event log: a consumer of events failed')
    }
  }

  async function pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined)
  }
}
