import { setTimeout as delay } from 'node:timers/promises'
import type { Db, PlacedEvent } from '@afrochat/database'
import type { Redis } from '@afrochat/redis'
import { append, type Tail } from './append.ts'
import { watchEpoch } from './epoch-watch.ts'
import { refillTail } from './refill.ts'
import { createReport, type Logger } from './report.ts'

export interface AppenderOptions {
  readonly db: Db
  readonly redis: Redis
  readonly logger: Logger
  /** Events that a shard's tail keeps in Redis, about. */
  readonly tailLength?: number
}

/** Puts committed events into their tails, for speed alone: what it does not do, the log keeper does. */
export interface Appender {
  /** Takes the events of a committed transaction. Never throws, never waits. */
  publish(events: readonly PlacedEvent[]): void
  /** Appends what is waiting, then ends. */
  stop(): Promise<void>
}

export const TAIL_LENGTH = 20_000
/** More than this waiting means that Redis does not keep up or is away: the keeper reads them from PostgreSQL later. */
const MAX_WAITING = 10_000
const BATCH = 500
/** A neighbour has committed a lower position and appends it within this time, unless it died. */
const NEIGHBOUR_MS = 5

export function createAppender(options: AppenderOptions): Appender {
  const { db, redis, logger, tailLength = TAIL_LENGTH } = options
  const report = createReport(logger)
  const epochs = watchEpoch(db, report)
  const lanes = new Map<number, ReturnType<typeof createLane>>()

  return {
    publish(events) {
      for (const event of events) laneOf(event.shard).add(event)
      for (const shard of new Set(events.map((event) => event.shard))) laneOf(shard).start()
    },
    async stop() {
      await Promise.all([...lanes.values()].map((lane) => lane.finished()))
      await epochs.stop()
    },
  }

  function laneOf(shard: number) {
    const lane = lanes.get(shard) ?? createLane(send)
    lanes.set(shard, lane)
    return lane

    async function send(events: readonly PlacedEvent[]): Promise<void> {
      const epoch = epochs.current()
      // Nobody reads a tail whose name is not known yet; the keeper fills it.
      if (epoch === undefined) return
      try {
        await appendOrRefill(db, { redis, epoch, shard, length: tailLength }, events)
        report.works('appending to Redis')
      } catch (error) {
        report.failed('appending to Redis', error)
      }
    }
  }
}

async function appendOrRefill(db: Db, tail: Tail, events: readonly PlacedEvent[]): Promise<void> {
  const first = await append(tail, events)
  if (first.status === 'ok') return
  if (first.status === 'hole') await delay(NEIGHBOUR_MS)
  const second = first.status === 'hole' ? await append(tail, events) : first
  if (second.status !== 'ok') await refillTail(db, tail, events.at(-1)?.pos ?? 0)
}

/** One shard's queue: one append under way, what comes meanwhile goes together in the next. */
function createLane(send: (events: readonly PlacedEvent[]) => Promise<void>) {
  const waiting = new Map<number, PlacedEvent>()
  let running: Promise<void> | undefined

  return {
    add(event: PlacedEvent): void {
      if (waiting.size >= MAX_WAITING) waiting.clear()
      waiting.set(event.pos, event)
    },
    start(): void {
      running ??= run().finally(() => (running = undefined))
    },
    async finished(): Promise<void> {
      await running
    },
  }

  async function run(): Promise<void> {
    while (waiting.size > 0) {
      const run = nextRun(waiting)
      for (const { pos } of run) waiting.delete(pos)
      await send(run)
    }
  }
}

/** The lowest waiting events that follow each other without a hole: those of other processes lie between. */
function nextRun(waiting: ReadonlyMap<number, PlacedEvent>): PlacedEvent[] {
  const ordered = [...waiting.values()].toSorted((a, b) => a.pos - b.pos)
  const hole = ordered.findIndex((event, index) => index > 0 && event.pos !== (ordered[index - 1]?.pos ?? 0) + 1)
  return ordered.slice(0, hole === -1 ? BATCH : Math.min(hole, BATCH))
}
