import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { SUBPROTOCOL } from '@afrochat/contracts'
import { waitFor, type StackService } from '@afrochat/test-support'
import { startProxy } from '../proxy.ts'
import { memoryOf } from '../memory.ts'
import { noteSlowdown } from '../processor-share.ts'
import type { Arena, Fault } from '../run.ts'
import { AS_SHIPPED, endsOf, fewBeginAnew, quantile, returnsOf, returnsWithin, sum } from './services.ts'

const MIB = 1024 * 1024

/** Clients that fall silent, read too slowly, or come all at once. */
export const clientFaults: readonly Fault[] = [
  {
    id: 'F-25', name: '500 clients of somebody fall silent without a word', pauseMs: 200,
    async inject({ stack, town: { owner, readers: [watcher] }, logFile, broken }) {
      const [gateway, other] = stack.gateways as [StackService, StackService]
      const line = await startProxy(Number(new URL(gateway.url).port))
      const memory = async () => (await memoryOf(gateway, logFile)) - (await memoryOf(other, logFile))
      // Both gateways hold the same events: what this one has more is for its clients.
      const [before, empty] = [await metricOf(gateway, 'websocket_connections'), await memory()]
      const sockets = await Promise.all(Array.from({ length: SILENT }, () => connected(`ws://127.0.0.1:${line.port}/ws`, owner.token)))
      const isSeen = await watched(other, { watcher: watcher?.token ?? '', userId: owner.userId })
      await waitFor(() => isSeen() === 'active', { timeoutMs: 30_000, message: 'the client to be seen' })
      const full = await memory()
      line.stall()
      const from = performance.now()
      await waitFor(async () => {
        await delay(100)
        return (await metricOf(gateway, 'websocket_connections')) <= before
      }, { timeoutMs: 90_000, message: 'the gateway to give the clients up' })
      const seconds = (performance.now() - from) / 1000
      await waitFor(() => isSeen() === 'offline', { timeoutMs: 60_000, message: 'others to be told that the client is gone' })
      const gone = (performance.now() - from) / 1000
      const left = await memory()
      for (const socket of sockets) socket.terminate()
      await line.close()
      // Half: what the two gateways differ by from one look to the next is a good part of it.
      if (left - empty > (full - empty) / 2) broken('memory kept', `${mib(full - empty)} MiB with the clients, ${mib(left - empty)} MiB without them`)
      return [
        `the gateway gave them up after ${seconds.toFixed(1)} s, and others were told after ${gone.toFixed(1)} s`,
        `of ${mib(full - empty)} MiB for them, ${mib(left - empty)} MiB were left`,
      ].join('\n  ')
    },
  },
  {
    id: 'F-26', name: 'ten clients stop reading', pauseMs: 40, size: 4_000,
    async inject({ stack, town: { readers }, recorders, activity, admit, logFile, now, broken }) {
      const [gateway, other] = stack.gateways as [StackService, StackService]
      const others = [...recorders]
      // Both gateways hold the same events; what one has more is for those who do not read. In both phases, since it takes time.
      const memory = async () => (await memoryOf(gateway, logFile)) - (await memoryOf(other, logFile))
      const slow = readers.slice(0, SLOW).map((reader) => admit(reader, gateway))
      await waitFor(() => slow.every(({ isLive }) => isLive), { timeoutMs: 30_000, message: 'the slow ones to be connected' })
      let least = Infinity
      for (let look = 0; look < 5; look += 1) {
        await delay(1_000)
        least = Math.min(least, await memory())
      }
      const from = now()
      for (const recorder of slow) recorder.freeze()
      let most = -Infinity
      await waitFor(async () => {
        await delay(1_000)
        most = Math.max(most, await memory())
        return (await metricOf(gateway, 'websocket_closed_total', 'code="4008"')) >= SLOW
      }, { timeoutMs: 120_000, message: 'the slow ones to be closed' })
      const until = now()
      for (const recorder of slow) recorder.thaw()
      await waitFor(() => slow.every(({ isLive, returns }) => isLive && returns.length > 0), { timeoutMs: 60_000, message: 'the slow ones to be back' })
      const of = (isMeant: (at: number) => boolean) => p99(latencies({ activity, recorders: others }, isMeant))
      const [before, during] = [of((at) => at < from), of((at) => at >= from && at < until)]
      if (during > 3 * before + 100) broken('others were delayed', `p99 ${before} ms before, ${during} ms with slow readers`)
      const each = (most - least) / SLOW
      if (each > MAX_GROWTH) broken('memory grew', `${mib(each)} MiB for each`)
      const events = activity.sends.filter(({ startedAt }) => startedAt >= from && startedAt < until).length
      return [
        `all were closed as too slow (4008), within ${events} posts of 4,000 characters; the gateway held ${mib(each)} MiB for each of them at most`,
        `p99 of the others ${before} ms before, ${during} ms beside them`,
      ].join('\n  ')
    },
  },
  {
    id: 'F-27', name: '2,000 sockets are cut at once, and come back', crowd: 2_000, pauseMs: 200, env: AS_SHIPPED,
    async inject({ clientLines, recorders, now, activity, standstills, broken }) {
      await delay(2_000)
      const slowdown = noteSlowdown()
      const cut = sum(clientLines, (line) => line.reset())
      const from = now()
      await waitFor(() => recorders.every(({ isLive, returns }) => isLive && returns.length > 0), { timeoutMs: 180_000, message: 'all sockets to be back' })
      const [until, factor] = [now(), slowdown()]
      const posts = activity.answers.times.filter((one) => one.to >= from && one.from <= until)
      const took = p99(posts.map((one) => one.to - one.from - standstills.during(one.from, one.to)))
      if (took >= 1_000 * factor) broken('posting was held up', `p99 ${took} ms, not 1000, ${factor.toFixed(1)} times as long`)
      for (const violation of returnsWithin({ recorders, standstills }, { share: 1, ms: 60_000 * factor })) broken(violation.rule, violation.detail)
      return [
        `${endsOf(recorders)} of ${cut} connections were reset, and all back after ${((until - from) / 1000).toFixed(1)} s; ${returnsOf(recorders)}`,
        `${sum(recorders, (one) => one.refusals)} attempts were put off; ${posts.length} posts meanwhile were answered with p99 ${took} ms; for others on the machine, all took ${factor.toFixed(1)} times as long`,
      ].join('\n  ')
    },
    also: ({ recorders }) => fewBeginAnew(recorders),
  },
]

const SILENT = 500
const SLOW = 10
const MAX_GROWTH = 2 * MIB
const mib = (bytes: number) => (bytes / MIB).toFixed(1)

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

interface Presence {
  readonly user_id: string
  readonly presence: string
}

/** How the gateway shows somebody to somebody else. */
async function watched({ url }: StackService, { watcher, userId }: { watcher: string; userId: string }): Promise<() => string | undefined> {
  const socket = await connected(`${url.replace('http', 'ws')}/ws`, watcher)
  let presence: string | undefined
  socket.on('message', (text: Buffer) => {
    // What the server sent, by its own protocol.
    const { type, id, data } = JSON.parse(text.toString()) as { type: string; id?: string; data?: { presences?: Presence[] } & Partial<Presence> }
    if (type === 'ack' && id === 'watch') presence = data?.presences?.find((one) => one.user_id === userId)?.presence
    if (type === 'presence_changed' && data?.user_id === userId) presence = data.presence
  })
  socket.send(JSON.stringify({ type: 'watch_presence', id: 'watch', data: { user_ids: [userId] } }))
  return () => presence
}

/** From a post to its frames, of posts in this time. */
function latencies({ activity, recorders }: Pick<Arena, 'activity' | 'recorders'>, isMeant: (at: number) => boolean): number[] {
  const startedAt = new Map(activity.sends.flatMap(({ message, startedAt: at }) => (message !== null && isMeant(at) ? [[message.id, at] as const] : [])))
  return recorders.flatMap(({ connections }) => connections.flatMap(({ frames }) => frames.flatMap(({ messageId, at }) => {
    const from = startedAt.get(messageId ?? '')
    return from === undefined ? [] : [at - from]
  })))
}

const p99 = (times: readonly number[]) => Math.round(quantile(times, 0.99))
