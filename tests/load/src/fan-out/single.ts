import { setTimeout as delay } from 'node:timers/promises'
import { table } from '../measure.ts'
import { median, perMillion, thousands, type Effort } from './compare.ts'
import { startLoadGenerator, type LoadGenerator } from './load-generator.ts'
import type { Peer, RunningPeer } from './peers.ts'
import { residentBytes } from './processes.ts'
import { windowOf, type Shape } from './shapes.ts'

const MIB = 1024 * 1024
const WARM_UP_MS = 1_000

const IDLE = 5_000
/** Let in before, so that what a server takes once (compiled code, room for garbage) is not counted as theirs. */
const EARLIER = 1_000
/** After the last of them has come. */
const SETTLE_MS = 1_000

/** What connections cost that do nothing, and how fast they are let in: with a token that is checked, and memberships read, where there are any. */
export async function measureIdle(peers: readonly Peer[]): Promise<string> {
  const rows: (string | number)[][] = []
  for (const peer of peers) {
    await withCrowd(peer, { shape: { name: 'idle', connections: 0, channels: 1 } }, async ({ server, open }) => {
      await open(EARLIER)
      await delay(SETTLE_MS)
      const before = residentBytes(server.pid)
      const ms = await open(IDLE)
      await delay(SETTLE_MS)
      const kilobytes = (residentBytes(server.pid) - before) / IDLE / 1024
      rows.push([peer.name, (ms / 1000).toFixed(1), thousands((1000 * IDLE) / ms), ((kilobytes * 1000) / 1024).toFixed(0)])
    })
  }
  return table(['server', `s to let ${thousands(IDLE)} in`, 'a second', 'MiB per 1,000 idle'], rows)
}

const READERS: Shape = { name: '1,000', connections: 1_000, channels: 1 }
/** Large ones, and for long enough that the system's own buffers, some 4 MiB a connection, are full before half of the time. */
const LARGE_BYTES = 24_576
const LARGE_A_SECOND = 20
const STUCK_SECONDS = 14

/** One connection, and then a hundred, of a thousand that stop reading. */
export async function measureSlowReaders(peers: readonly Peer[]): Promise<string> {
  const rows: (string | number)[][] = []
  for (const peer of peers) {
    for (const stuck of [1, 100]) {
      await withCrowd(peer, { shape: READERS }, async ({ server, generator }) => {
        const before = residentBytes(server.pid)
        const { p50, p99, lost, twice, ended, reason } = await generator.run({
          pace: { perSecond: LARGE_A_SECOND }, warmUpMs: WARM_UP_MS, ms: STUCK_SECONDS * 1000, stuck, bytes: LARGE_BYTES,
        })
        const grown = (residentBytes(server.pid) - before) / MIB
        rows.push([peer.name, stuck, p50.toFixed(1), p99.toFixed(1), lost + twice, grown.toFixed(0), ended === 0 ? 'kept' : `${ended} ended: ${reason ?? ''}`])
      })
    }
  }
  return table(['server', 'stuck of 1,000', 'others: p50 ms', 'p99 ms', 'lost or twice', 'MiB grown', 'the stuck ones'], rows)
}

/** What each way of compressing takes of the line and of the processor. */
export async function measureCompression(peers: readonly Peer[], { runs, seconds }: Effort): Promise<string> {
  const rows: (string | number)[][] = []
  for (const peer of peers) {
    for (const deflate of [false, true]) {
      await withCrowd(peer, { shape: READERS, deflate }, async ({ generator }) => {
        const measured = []
        for (let run = 0; run < runs; run += 1) {
          measured.push(await generator.run({ pace: { window: windowOf(READERS) }, warmUpMs: WARM_UP_MS, ms: seconds * 1000 }))
        }
        rows.push([
          peer.name, deflate ? 'compressed' : 'as it is', thousands(median(measured, ({ deliveries, seconds: s }) => deliveries / s)),
          perMillion(measured), Math.round(median(measured, ({ bytes, deliveries }) => bytes / deliveries)),
        ])
      })
    }
  }
  return table(['server', 'messages', 'deliveries a second', 'CPU s per million', 'bytes a frame'], rows)
}

interface Scene {
  readonly server: RunningPeer
  readonly generator: LoadGenerator
  readonly open: (connections: number) => Promise<number>
}

interface Setting {
  readonly shape: Shape
  readonly deflate?: boolean
}

/** A fresh server with connections to it. */
async function withCrowd(peer: Peer, { shape, deflate = false }: Setting, work: (scene: Scene) => Promise<void>): Promise<void> {
  const server = await peer.start({ channels: shape.channels, deflate })
  const generator = startLoadGenerator(server)
  const { port, orderPort, tokens } = server
  const open = (connections: number) =>
    generator.open({ ...shape, connections, port, orderPort, dialect: peer.dialect, tokens: tokens.slice(0, connections), offersDeflate: deflate })
  try {
    if (shape.connections > 0) await open(shape.connections)
    await work({ server, generator, open })
  } finally {
    await generator.stop()
    await server.stop()
  }
}
