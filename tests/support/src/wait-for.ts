import { setTimeout as sleep } from 'node:timers/promises'

/** How to wait. */
export interface WaitOptions {
  /** Default 5,000: long enough for a busy machine, since nothing waits for it when all is well. */
  timeoutMs?: number
  /** What was waited for, for the failure: "bob receives the message". */
  message?: string
}

/**
 * Waits until the condition gives something other than false, null or undefined, and gives that. An error thrown by
 * the condition counts as "not yet", and is the cause of the failure if time runs out.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 5_000, message = 'the condition' }: WaitOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + timeoutMs
  let lastError: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value !== false && value !== null && value !== undefined) return value as Exclude<T, false | null | undefined>
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${message}`, { cause: lastError })
    await sleep(10)
  }
}
