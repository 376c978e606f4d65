import { table } from '../measure.ts'
import { startLoadGenerator, type Measured } from './load-generator.ts'
import type { Peer } from './peers.ts'
import { FIXED_RATE, messagesFor, windowOf, type Shape } from './shapes.ts'

export interface Effort {
  readonly runs: number
  readonly seconds: number
}

/** One peer in one shape, run by run. */
interface Series {
  readonly saturated: readonly Measured[]
  readonly fixed: readonly Measured[]
}

/** Until the server's code is compiled, and until the pace of the one before is forgotten. */
const WARM_UP_MS = { first: 1_500, later: 500 }

const HEAD = [
  'connections', 'server', 'deliveries a second', 'CPU s per million', `at ${FIXED_RATE / 1000},000/s`, 'p50 ms', 'p99 ms',
  'bytes a frame', 'lost, twice, out of order', 'busy: server, load',
]

/** Each peer with the same connections and messages. Tells each row as it is known. */
export async function comparePeers(peers: readonly Peer[], shapes: readonly Shape[], effort: Effort): Promise<void> {
  console.log(table(HEAD, []))
  for (const shape of shapes) {
    for (const peer of peers) console.log(rowOf(shape, peer, await measure(peer, shape, effort)))
  }
}

async function measure(peer: Peer, shape: Shape, { runs, seconds }: Effort): Promise<Series> {
  const server = await peer.start({ channels: shape.channels })
  const generator = startLoadGenerator(server)
  const saturated: Measured[] = []
  const fixed: Measured[] = []
  try {
    await generator.open({ ...shape, port: server.port, orderPort: server.orderPort, dialect: peer.dialect, tokens: server.tokens.slice(0, shape.connections) })
    for (let run = 0; run < runs; run += 1) {
      const task = { warmUpMs: run === 0 ? WARM_UP_MS.first : WARM_UP_MS.later, ms: seconds * 1000 }
      fixed.push(await generator.run({ ...task, pace: { perSecond: messagesFor(shape, FIXED_RATE) } }))
      saturated.push(await generator.run({ ...task, pace: { window: windowOf(shape) } }))
    }
    return { saturated, fixed }
  } finally {
    await generator.stop()
    await server.stop()
  }
}

function rowOf(shape: Shape, peer: Peer, { saturated, fixed }: Series): string {
  const cells = [
    shape.name, peer.name,
    thousands(median(saturated, ({ deliveries, seconds }) => deliveries / seconds)),
    perMillion(saturated), perMillion(fixed),
    median(fixed, ({ p50 }) => p50).toFixed(1), median(fixed, ({ p99 }) => p99).toFixed(1),
    Math.round(median(saturated, ({ bytes, deliveries }) => bytes / deliveries)),
    faultsOf([...saturated, ...fixed]),
    // Where the server is below nine tenths of its core, something else limits it: the load generator, or other work of the machine.
    `${percent(median(saturated, ({ cpuSeconds, seconds }) => cpuSeconds / seconds))}, ${percent(median(saturated, ({ busy }) => busy))}`,
  ]
  return `| ${cells.join(' | ')} |`
}

export const perMillion = (all: readonly Measured[]): string => median(all, ({ cpuSeconds, deliveries }) => (1e6 * cpuSeconds) / deliveries).toFixed(1)

const percent = (share: number): string => `${Math.round(100 * share)} %`

export const thousands = (value: number): string => Math.round(value).toLocaleString('en')

export function median<T>(all: readonly T[], of: (one: T) => number): number {
  const sorted = all.map(of).toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** None, or what was wrong: then the figures beside it are worth nothing. */
export function faultsOf(all: readonly Measured[]): string {
  const last = all.at(-1)
  const ended = last?.ended ?? 0
  const totals = [Math.max(...all.map(({ lost }) => lost)), last?.twice ?? 0, last?.disordered ?? 0]
  return ended > 0 ? `${totals.join(', ')}; ${ended} ended: ${last?.reason ?? ''}` : totals.join(', ')
}
