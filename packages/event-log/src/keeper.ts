import { setTimeout as delay } from 'node:timers/promises'
import { readLogPosition, type Db } from '@afrochat/database'
import type { Redis } from '@afrochat/redis'
import { lastOfTail } from './append.ts'
import { TAIL_LENGTH } from './appender.ts'
import { drawEpoch, findClusterChange, removeOldEvents } from './keeper.repository.ts'
import { refillTail } from './refill.ts'
import { createReport, type Logger } from './report.ts'

export interface LogKeeperOptions {
  readonly db: Db
  readonly redis: Redis
  readonly shards: number
  readonly logger: Logger
  readonly tailLength?: number
  /** How long PostgreSQL keeps events, in days. */
  readonly retentionDays: number
}

export interface LogKeeper {
  stop(): Promise<void>
}

/** Several times a second: what a crash left behind is with the readers before anyone looks twice. */
const INTERVAL_MS = 200
const RETENTION_INTERVAL_MS = 10 * 60_000

/**
 * Appends what a dead writer could not, draws a new epoch when the database is not the one it was, and removes old
 * events. Any number may run: each step is decided by positions in Redis or by a condition in PostgreSQL.
 */
export function startLogKeeper(options: LogKeeperOptions): LogKeeper {
  const { db, redis, shards, logger, tailLength = TAIL_LENGTH } = options
  const report = createReport(logger)
  const stopping = new AbortController()
  /** The last position of each tail at the look before: behind and standing still means that nobody appends. */
  const seen = new Map<number, number>()
  let retentionAt = 0
  const running = run()

  return {
    async stop() {
      stopping.abort()
      await running
    },
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await attempt('looking after the log', lookAfterLog)
      for (let shard = 0; shard < shards; shard += 1) await attempt(`keeping the tail of shard ${shard}`, () => keepTail(shard))
      await attempt('removing old events', removeOld)
      await delay(INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  async function attempt(what: string, step: () => Promise<void>): Promise<void> {
    try {
      await step()
      report.works(what)
    } catch (error) {
      report.failed(what, error)
    }
  }

  async function lookAfterLog(): Promise<void> {
    const change = await findClusterChange(db)
    if (change === undefined) return
    const epoch = await drawEpoch(db, change.epoch)
    logger.warn({ ...change, newEpoch: epoch }, 'Event log: the database cluster or its timeline is another one; a new epoch begins')
  }

  async function keepTail(shard: number): Promise<void> {
    const { epoch } = await readLogPosition(db, shard)
    const tail = { redis, epoch, shard, length: tailLength }
    const last = await lastOfTail(tail)
    // Read after the tail's: the log can only have grown since, unless it is not the log that the tail was written from.
    const head = await readLogPosition(db, shard)
    if (head.epoch !== epoch) return
    if (head.pos < last) {
      const drawn = await drawEpoch(db, epoch)
      logger.warn({ shard, last, head, newEpoch: drawn }, 'Event log: PostgreSQL is behind its copy in Redis, it was restored; a new epoch begins')
      return
    }
    // Behind at one look is a writer between its commit and its append. Behind at two is a writer that died.
    if (head.pos > last && seen.get(shard) === last) {
      const { events, requestIds } = await refillTail(db, tail, head.pos)
      if (events > 0) logger.info({ shard, after: last, events, request_ids: requestIds }, 'Event log: appended what was left behind')
    }
    seen.set(shard, last)
  }

  async function removeOld(): Promise<void> {
    if (performance.now() < retentionAt) return
    const removed = await removeOldEvents(db, { shards, days: options.retentionDays, signal: stopping.signal })
    retentionAt = performance.now() + RETENTION_INTERVAL_MS
    if (removed > 0) logger.info({ removed }, 'Event log: old events removed')
  }
}
