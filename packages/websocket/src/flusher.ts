/** Something that joined writes and can hand them to the system now. */
export interface Flushable {
  flush(): void
}

/** Ends the joining of writes at the end of the loop's turn in which it began. */
export interface Flusher {
  /** `flush()` is called once for each call of this, later in this turn or in one of the next. */
  add(item: Flushable): void
}

/**
 * One system call a socket: 512 of them take some 5 ms. The rest waits for the next turn, so that a message to 5,000
 * sockets does not keep everybody else waiting; what comes for a waiting socket meanwhile is joined to its write.
 */
const PER_TURN = 512

/** One for all connections of a process. */
export function createFlusher(schedule: (run: () => void) => void = setImmediate): Flusher {
  let waiting: Flushable[] = []
  let isScheduled = false

  return {
    add(item) {
      waiting.push(item)
      if (isScheduled) return
      isScheduled = true
      schedule(run)
    },
  }

  function run(): void {
    const turn = waiting.length > PER_TURN ? waiting.splice(0, PER_TURN) : waiting
    if (turn === waiting) waiting = []
    isScheduled = waiting.length > 0
    if (isScheduled) schedule(run)
    for (const item of turn) item.flush()
  }
}
