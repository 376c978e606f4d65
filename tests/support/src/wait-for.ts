import { setTimeout as sleep } from 'node:timers/promises'

/** How to wait. */
export interface WaitOptions {
  /**
   * Default 15,000: long enough for a busy machine, since nothing waits for it when all is well. Of a moment in which the
   * machine stood still, and with it what is waited for, a fifth of a second counts.
   */
  timeoutMs?: number
  /** What was waited for, for the failure: "bob receives the message". */
  message?: string
}

const MOST_OF_A_TURN_MS = 200

/**
 * Waits until the condition gives something other than false, null or undefined, and gives that. An error thrown by
 * the condition counts as "not yet", and is the cause of the failure if time runs out.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 15_000, message = 'the condition' }: WaitOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  let waitedMs = 0
  let lastError: unknown
  for (;;) {
    const turnBegan = performance.now()
    try {
      const value = await condition()
      if (value !== false && value !== null && value !== undefined) return value as Exclude<T, false | null | undefined>
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    if (waitedMs > timeoutMs) throw new Error(`Waited ${timeoutMs} ms in vain for ${message}`, { cause: lastError })
    await sleep(10)
    waitedMs += Math.min(performance.now() - turnBegan, MOST_OF_A_TURN_MS)
  }
}
