/**
 * What the act takes, in milliseconds: the median of some tries, so that one in which the machine stood still does not
 * count. To tell "at once" from "after a time-out", or linear from quadratic: never for a figure.
 */
export async function medianMs(act: () => unknown, tries = 3): Promise<number> {
  const taken: number[] = []
  for (let index = 0; index < tries; index += 1) {
    const startedAt = performance.now()
    await act()
    taken.push(performance.now() - startedAt)
  }
  return taken.toSorted((one, other) => one - other)[tries >> 1] ?? 0
}
