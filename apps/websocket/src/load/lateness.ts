import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How late the event loop is. */
export interface Lateness {
  /** Milliseconds that something which comes in at any moment waited for its turn, on average, since the last call. */
  read(): number
  stop(): void
}

const RESOLUTION_MS = 20
const NANOSECONDS = 1e6

/**
 * By a timer that should fire every so often. Of the time between two firings, `d`, whatever comes in waits half on average, and
 * it comes in during a long one more often than during a short one: `Σ d² / 2 Σ d`. Neither a mean, in which one long
 * block vanishes among the short ones, nor a maximum, of which a single collection of garbage is enough.
 */
export function watchLateness(): Lateness {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  let before = sumsOf(histogram)
  return {
    read() {
      // By what was added, never by `reset`: that forgets when the timer fired last, and so a block that is under way.
      const now = sumsOf(histogram)
      const [times, squares] = [now.times - before.times, now.squares - before.squares]
      before = now
      return times > 0 ? Math.max(0, squares / (2 * times) - RESOLUTION_MS / 2) : 0
    },
    stop: () => histogram.disable(),
  }
}

/** The sum of all times, and that of their squares, in milliseconds. */
function sumsOf({ count, mean, stddev }: ReturnType<typeof monitorEventLoopDelay>): { readonly times: number; readonly squares: number } {
  if (count === 0) return { times: 0, squares: 0 }
  const [meanMs, deviationMs] = [mean / NANOSECONDS, stddev / NANOSECONDS]
  return { times: count * meanMs, squares: count * (deviationMs ** 2 + meanMs ** 2) }
}
