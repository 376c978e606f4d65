/** The first retry comes within half a second: most breaks are short. */
const BASE_MS = 500
const CAP_MS = 30_000

/**
 * How long to wait before connecting again: full jitter, any time up to a bound that doubles with every failure, so
 * that thousands of clients that lost one server do not come back as one. `failures` is 1 after the first;
 * `random` is in [0, 1).
 */
export function backoffMs(failures: number, random: () => number): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures - 1, 30))
}
