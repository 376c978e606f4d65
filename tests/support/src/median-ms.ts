/**
 * What the act takes, in milliseconds: the median of some tries, so that one in which the machine stood still does not
 * count. To tell "at once" from "after a time-out": never for a figure.
 */
export const medianMs = (act: () => unknown, tries = 3): Promise<number> => medianOf(() => performance.now(), act, tries)

/** What the act computes, in milliseconds of this thread, whatever else the machine does meanwhile. To tell linear from quadratic. */
export const medianCpuMs = (act: () => unknown, tries = 3): Promise<number> => medianOf(cpuMs, act, tries)

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

async function medianOf(clock: () => number, act: () => unknown, tries: number): Promise<number> {
  const taken: number[] = []
  for (let index = 0; index < tries; index += 1) {
    const startedAt = clock()
    await act()
    taken.push(clock() - startedAt)
  }
  return taken.toSorted((one, other) => one - other)[tries >> 1] ?? 0
}
