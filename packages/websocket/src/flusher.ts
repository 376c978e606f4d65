import { Run } from './run.ts'

/** Something that joined frames and can hand them to the system now. */
export interface Flushable {
  flush(): void
}

/** Decides when joined frames are written: at the end of the loop's turn while there is little to do, later when there is much. */
export interface Flusher {
  /** `flush()` is called once for each call of this, later in this turn or in one of the next. */
  add(item: Flushable): void
  /** The run of this one frame, shared with those who begin one with it meanwhile. */
  begin(frame: Buffer): Run
  /** Resolves when some of what waits has been written, at once if nothing does. For who would bring more. */
  turn(): Promise<void>
}

export interface FlusherOptions {
  /** Calls back in a later turn of the loop, `afterMs` from now at the earliest. */
  readonly schedule?: (run: () => void, afterMs: number) => void
  readonly now?: () => number
}

/** One system call a socket: 512 of them take some 5 ms. The rest waits for the next turns, so that nobody else is kept waiting. */
const PER_TURN = 512
/**
 * Sockets that came while others are being written, in each turn: those of small rooms need not wait for all of a room of
 * thousands.
 */
const LATECOMERS_PER_TURN = 64
/** Longest pause for joining more, in milliseconds: as long as writing took, so that it has half of the time at most. */
const MAX_PAUSE_MS = 5
/** A timer's grain. What was written faster was little. */
const MIN_PAUSE_MS = 1

const inALaterTurn = (run: () => void, afterMs: number) => void (afterMs > 0 ? setTimeout(run, afterMs) : setImmediate(run))

/** One for all connections of a process. */
export function createFlusher({ schedule = inALaterTurn, now = () => performance.now() }: FlusherOptions = {}): Flusher {
  /** Being written, from `next` on. */
  let round: Flushable[] = []
  let next = 0
  /** Written in the round after that. */
  let waiting: Flushable[] = []
  let isScheduled = false
  let roundMs = 0
  let pauseUntil = 0
  let first: Run | undefined
  let listeners: (() => void)[] = []

  return {
    add(item) {
      waiting.push(item)
      if (!isScheduled) scheduleRound()
    },
    begin(frame) {
      if (first?.startsWith(frame) !== true) first = new Run(frame)
      return first
    },
    turn: () => (isScheduled ? new Promise((resolve) => listeners.push(resolve)) : Promise.resolve()),
  }

  function scheduleRound(): void {
    isScheduled = true
    schedule(run, Math.max(0, Math.round(pauseUntil - now())))
  }

  function run(): void {
    const startedAt = now()
    if (next === round.length) begin()
    const until = Math.min(next + PER_TURN, round.length)
    while (next < until) round[next++]?.flush()
    for (const item of next < round.length ? waiting.splice(0, LATECOMERS_PER_TURN) : []) item.flush()
    const endedAt = now()
    roundMs += endedAt - startedAt
    goOn(endedAt)
    const told = listeners
    listeners = []
    for (const listener of told) listener()
  }

  function begin(): void {
    round = waiting
    waiting = []
    next = 0
    roundMs = 0
    // What is begun from here on is not what these were given; and runs hold frames that nobody else may hold any more.
    first = undefined
  }

  function goOn(endedAt: number): void {
    if (next < round.length) return schedule(run, 0)
    round = []
    next = 0
    pauseUntil = roundMs < MIN_PAUSE_MS ? 0 : endedAt + Math.min(roundMs, MAX_PAUSE_MS)
    isScheduled = false
    if (waiting.length > 0) scheduleRound()
    else first = undefined
  }
}
