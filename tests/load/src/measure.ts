/** Percentiles of durations, in the unit of the samples. */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export function percentiles(samples: readonly number[]): Percentiles {
  const sorted = Float64Array.from(samples).toSorted()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

export const ms = (value: number): string => value.toFixed(1)

/** A table in Markdown, to be pasted where figures are kept. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** What was measured is wrong in itself. The message has the figures too. */
export class Fault extends Error {}
