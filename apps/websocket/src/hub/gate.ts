/** Runs work, but not more of it at a time than the gate lets through; the rest waits in order. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>

export function createGate(atOnce: number): Gate {
  const waiting: (() => void)[] = []
  let running = 0

  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      // Whoever waits takes over the place.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
