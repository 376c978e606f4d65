import { Counter, Gauge } from 'prom-client'
import { closeCodes } from '@afrochat/contracts'
import type { PoolState } from '@afrochat/database'
import type { LogReader } from '@afrochat/event-log'
import type { Registry } from '@afrochat/middleware'
import type { Gateway } from './gateway.ts'
import { SHED_ORDER } from './load/shedding.ts'

/** What happens, counted as it happens. */
export interface GatewayMetrics {
  /** A connection ended, after so many durable frames. */
  closed(code: number, framesSent: number): void
  /** A request for a socket was refused. */
  refused(status: number): void
  /** Durable frames on connections that have ended. */
  framesOfClosed(): number
}

/** RFC 6455, 7.4.1, and ours. Clients may send any of two thousand others, which are not worth a time series each. */
const NAMED_CODES: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1013, ...Object.values(closeCodes).map(({ code }) => code),
])

export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry]
  const closed = new Counter({ name: 'websocket_closed_total', help: 'Connections that ended, by close code', labelNames: ['code'], registers })
  const refused = new Counter({ name: 'websocket_refused_total', help: 'Handshakes refused, by status', labelNames: ['status'], registers })
  let frames = 0
  return {
    closed(code, framesSent) {
      closed.inc({ code: NAMED_CODES.has(code) ? String(code) : 'other' })
      frames += framesSent
    },
    refused: (status) => refused.inc({ status }),
    framesOfClosed: () => frames,
  }
}

export interface Observed {
  readonly gateway: Pick<Gateway, 'connections' | 'framesSent' | 'backlog' | 'positions' | 'load' | 'presence'>
  readonly metrics: GatewayMetrics
  readonly readers: readonly LogReader[]
  readonly pool: () => PoolState
}

/** What is read when somebody asks. */
export function observeGateway(registry: Registry, { gateway, metrics, readers, pool }: Observed): void {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({ name, help, registers, collect() { this.set(read()) } })
  gauge('websocket_connections', 'Open connections', () => gateway.connections)
  gauge('websocket_events_waiting', 'Events read from the log and not yet delivered', () => gateway.backlog)
  gauge('event_log_reader_fresh', '1 while this gateway is at the head of the log', () => (readers.every((reader) => reader.isFresh()) ? 1 : 0))
  observeLoad(registers, gateway, gauge)
  new Counter({
    name: 'websocket_frames_sent_total',
    help: 'Durable frames sent',
    registers,
    collect() {
      // Counted by each connection for itself: a counter in the loop over a room's sockets would cost more than the rest of it.
      this.reset()
      this.inc(metrics.framesOfClosed() + gateway.framesSent)
    },
  })
  new Gauge({
    name: 'event_log_reader_position',
    help: 'Last event of the shard that was delivered',
    labelNames: ['shard'],
    registers,
    collect() {
      for (const [shard, position] of gateway.positions.entries()) this.set({ shard }, position)
    },
  })
  new Gauge({
    name: 'database_pool_connections',
    help: 'Connections to PostgreSQL by state; requests that wait for one',
    labelNames: ['state'],
    registers,
    collect() {
      const { total, idle, waiting } = pool()
      this.set({ state: 'busy' }, total - idle)
      this.set({ state: 'idle' }, idle)
      this.set({ state: 'waiting' }, waiting)
    },
  })
}

/** How late the gateway is and what it does without; and presence, which is passing, so that no log tells of it. */
function observeLoad(registers: Registry[], gateway: Observed['gateway'], gauge: (name: string, help: string, read: () => number) => unknown): void {
  gauge('websocket_lateness_seconds', 'How long what came in during the last half second waited for the event loop, on average', () => gateway.load.latenessMs / 1_000)
  gauge('presence_users', 'People whose devices are on this gateway, or were a moment ago', () => gateway.presence.people)
  gauge('presence_watched_users', 'People of whom somebody on this gateway wants to know whether they are here', () => gateway.presence.watched)
  new Gauge({
    name: 'websocket_shedding', help: '1 while the gateway, being late, does without this', labelNames: ['what'], registers,
    collect() {
      for (const what of SHED_ORDER) this.set({ what }, gateway.load.sheds(what) ? 1 : 0)
    },
  })
  new Counter({
    name: 'websocket_shed_total', help: 'Frames and signals dropped, and connections turned away, because the gateway was late', labelNames: ['what'], registers,
    collect() {
      this.reset()
      for (const what of SHED_ORDER) this.inc({ what }, gateway.load.dropped[what])
    },
  })
  new Counter({
    name: 'presence_changes_told_total', help: 'Frames `presence_changed` sent', registers,
    collect() {
      this.reset()
      this.inc(gateway.presence.told)
    },
  })
}
