import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { SUBPROTOCOL } from '@afrochat/contracts'
import { waitFor, type StackService } from '@afrochat/test-support'
import type { Violation } from '../check/history.ts'
import { startProxy } from '../proxy.ts'
import type { Arena, Fault } from '../run.ts'
import { endsOf, fewBeginAnew, returnsWithin } from './services.ts'

const MIB = 1024 * 1024
/** The latest events, which a gateway keeps for those who come back, are 64 MiB of it by and by. */
const MAX_GROWTH = 128 * MIB

/** Clients that fall silent, read too slowly, or come all at once. */
export const clientFaults: readonly Fault[] = [
  {
    id: 'F-25', name: 'a client falls silent without a word', pauseMs: 200,
    async inject({ stack, town: { readers: [reader] } }) {
      const gateway = stack.gateways[0] as StackService
      const line = await startProxy(Number(new URL(gateway.url).port))
      const before = await metricOf(gateway, 'websocket_connections')
      const socket = await connected(`ws://127.0.0.1:${line.port}/ws`, reader?.token ?? '')
      await waitFor(async () => (await metricOf(gateway, 'websocket_connections')) > before, { message: 'the client to be counted' })
      line.stall()
      const from = performance.now()
      await waitFor(async () => (await metricOf(gateway, 'websocket_connections')) <= before, { timeoutMs: 60_000, message: 'the gateway to give the client up' })
      const seconds = (performance.now() - from) / 1000
      socket.terminate()
      await line.close()
      return `the gateway gave it up after ${seconds.toFixed(1)} s`
    },
  },
  {
    id: 'F-26', name: 'a client stops reading', pauseMs: 10, size: 4_000,
    async inject(arena) {
      const { stack, town: { readers: [reader] } } = arena
      const gateway = stack.gateways[0] as StackService
      await delay(5_000)
      beginnings.set(arena, { at: arena.now(), bytes: memoryOf(gateway) })
      const socket = await connected(`${gateway.url.replace('http', 'ws')}/ws`, reader?.token ?? '')
      socket.pause()
      await waitFor(async () => (await metricOf(gateway, 'websocket_closed_total', 'code="4008"')) > 0, { timeoutMs: 90_000, message: 'the slow reader to be closed' })
      await delay(2_000)
      socket.terminate()
      return 'it was closed as too slow (4008)'
    },
    also(arena) {
      const { at, bytes } = beginnings.get(arena) ?? { at: 0, bytes: 0 }
      const [before, after] = [latencies(arena, (time) => time < at), latencies(arena, (time) => time >= at)]
      const grown = memoryOf(arena.stack.gateways[0] as StackService) - bytes
      return [
        ...(p99(after) > 3 * p99(before) + 100 ? [{ rule: 'others were delayed', detail: `p99 ${p99(before)} ms before, ${p99(after)} ms with a slow reader` }] : []),
        ...(grown > MAX_GROWTH ? [{ rule: 'memory grew', detail: `${Math.round(grown / MIB)} MiB` }] : []),
      ]
    },
  },
  {
    id: 'F-27', name: '2,000 sockets are cut at once, and come back', crowd: 2_000, pauseMs: 500,
    async inject({ clientLines, recorders, now, activity }) {
      await delay(2_000)
      activity.answers.tookMs.length = 0
      const cut = clientLines.reduce((sum, line) => sum + line.reset(), 0)
      const from = now()
      await waitFor(() => recorders.every(({ isLive, returns }) => isLive && returns.length > 0), { timeoutMs: 60_000, message: 'all sockets to be back' })
      return `${endsOf(recorders)} of ${cut} connections were reset, and all back after ${((now() - from) / 1000).toFixed(1)} s`
    },
    also: ({ recorders, activity }): Violation[] => [
      ...returnsWithin(recorders, { share: 1, ms: 60_000 }), ...fewBeginAnew(recorders),
      ...(p99(activity.answers.tookMs) < 1_000 ? [] : [{ rule: 'posting was held up', detail: `p99 ${p99(activity.answers.tookMs)} ms` }]),
    ],
  },
]

/** How it was before there was a slow reader. */
const beginnings = new WeakMap<Arena, { readonly at: number; readonly bytes: number }>()

/** Frames come as they are: compressed, what is posted here would be next to nothing. */
async function connected(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false, headers: { authorization: `Bearer ${token}` } })
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('message', resolve))
  socket.send('{"type":"ping","id":"1"}')
  return socket
}

/** A value of `/metrics`, of the line with this label if one is given; 0 when it is not there. */
async function metricOf({ url }: StackService, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(name) && one.includes(label))
  return Number(line?.split(' ').at(-1) ?? 0)
}

/** The bytes of memory that the process takes. */
function memoryOf(service: StackService): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${service.pid()}/status`, 'utf8'))?.[1] ?? 0) * 1024
}

/** From a post to its frames, of posts in this time. */
function latencies({ activity, recorders }: Arena, isMeant: (at: number) => boolean): number[] {
  const startedAt = new Map(activity.sends.flatMap(({ message, startedAt: at }) => (message !== null && isMeant(at) ? [[message.id, at] as const] : [])))
  return recorders.flatMap(({ connections }) => connections.flatMap(({ frames }) => frames.flatMap(({ messageId, at }) => {
    const from = startedAt.get(messageId ?? '')
    return from === undefined ? [] : [at - from]
  })))
}

const p99 = (times: readonly number[]) => Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0)
