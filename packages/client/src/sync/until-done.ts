import { isPassing } from '../http/errors.ts'
import { backoffMs } from '../socket/backoff.ts'
import { wait } from '../wait.ts'

/** Tries until it works, waiting longer each time; rejects when it never will, or when the signal is aborted. */
export async function untilDone<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error
      await wait(backoffMs(failures, Math.random), signal)
    }
  }
}
