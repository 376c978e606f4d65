import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { waitFor, type StackService } from '@afrochat/test-support'
import type { Violation } from '../check/history.ts'
import { noteSlowdown } from '../processor-share.ts'
import type { Arena, Fault } from '../run.ts'

/** The stack of tests lets gateways be late and waits long for the database, as nobody does who runs it. */
export const AS_SHIPPED = { WEBSOCKET_SHED_CONNECTIONS_MS: '1000', DATABASE_CONNECTION_TIMEOUT_MS: '2000' }

/** Processes of ours that die, freeze and are replaced. */
export const serviceFaults: readonly Fault[] = [
  {
    id: 'F-01', name: 'a gateway is killed, and the other one, in turn',
    async inject({ stack, recorders }) {
      for (let round = 0; round < 4; round += 1) {
        await restart(stack.gateways[round % 2] as StackService, { downMs: 2_000 })
        await delay(5_000)
      }
      return `${endsOf(recorders)} connections were cut; ${returnsOf(recorders)}`
    },
    also: ({ recorders, standstills }) => [...returnsWithin({ recorders, standstills }, { share: 0.99, ms: 5_000 }), ...fewBeginAnew(recorders)],
  },
  {
    id: 'F-02', name: 'all gateways are killed, and started five seconds later', crowd: 1_000, pauseMs: 400, lined: 'websocket', env: AS_SHIPPED,
    async inject({ stack, recorders, lines, logFile, now, standstills, broken }) {
      await delay(3_000)
      await Promise.all(stack.gateways.map((gateway) => gateway.kill()))
      await delay(5_000)
      const executed = (isMeant: (text: string) => boolean) => sum(lines.websocket, ({ statements }) => statements.of(isMeant))
      const [readsBefore, handshakesBefore, { length }] = [executed(isOfOne), executed(isOfHandshake), readFileSync(logFile)]
      const known = sum(recorders, (one) => one.connections.length)
      const slowdown = noteSlowdown()
      await Promise.all(stack.gateways.map((gateway) => gateway.start()))
      const from = now()
      await waitFor(() => recorders.every(({ isLive }) => isLive), { timeoutMs: 180_000, message: 'all sockets to be back' })
      const tookMs = now() - from - standstills.during(from, now())
      const factor = slowdown()
      const back = sum(recorders, (one) => one.connections.length) - known
      const inVain = executed(isOfHandshake) - handshakesBefore - back
      const reads = executed(isOfOne) - readsBefore
      const each = (reads - inVain) / back
      if (tookMs > ALL_BACK_MS * factor) broken('late return', `all were back after ${Math.round(tookMs)} ms, not ${ALL_BACK_MS}, ${factor.toFixed(1)} times as long`)
      if (each > MAX_READS || reads / back > MAX_READS_IN_ALL) broken('many reads', `${reads}, ${inVain} of them in vain, for ${back} who came back`)
      // What pg-pool says when nobody gave a connection back in time.
      const starved = readFileSync(logFile, 'utf8').slice(length).split('timeout exceeded when trying to connect').length - 1
      if (starved > 0) broken('pool exhausted', `${starved} times`)
      return [
        `${endsOf(recorders)} connections were cut, and all back ${(tookMs / 1000).toFixed(1)} s after the start; ${returnsOf(recorders)}`,
        `${each.toFixed(2)} reads of PostgreSQL for each, and one for each of ${inVain} handshakes that came to nothing; ${sum(recorders, (one) => one.refusals)} attempts were put off; for others on the machine, all took ${factor.toFixed(1)} times as long`,
      ].join('\n  ')
    },
    also: ({ recorders }) => fewBeginAnew(recorders),
  },
  {
    id: 'F-33', name: 'every process is replaced by a new one, in turn, under load',
    async inject({ stack, recorders, broken }) {
      const drains: number[] = []
      for (const service of [...stack.gateways, ...stack.workers, ...stack.apis]) {
        const from = performance.now()
        await service.stop()
        drains.push((performance.now() - from) / 1_000)
        await service.start()
        await waitFor(() => recorders.every(({ isLive }) => isLive), { timeoutMs: 30_000, message: 'everybody to be connected again' })
      }
      const delays = recorders.flatMap(({ restartDelays }) => restartDelays).toSorted((a, b) => a - b)
      if (delays.length < MIN_TOLD) throw new Error(`${delays.length} connections were told of a restart`)
      const thirds = [0, 1, 2].map((third) => delays.filter((ms) => ms >= 0 && Math.floor((ms * 3) / MAX_DELAY_MS) === third).length)
      if (sum(thirds, (count) => count) < delays.length) broken('told to wait', `delays from ${delays[0]} to ${delays.at(-1)} ms`)
      // By chance one of them stays empty once in 60,000 runs.
      if (thirds.includes(0)) broken('told to wait', `all come at once: ${thirds.join(', ')} of them in each third of the time`)
      const longest = Math.max(...drains)
      if (longest > MAX_DRAIN_SECONDS) broken('slow to stop', `${longest.toFixed(1)} s`)
      return [
        `six processes were stopped in order, each within ${longest.toFixed(1)} s`,
        `${delays.length} connections were told to come back after ${delays[0]} to ${delays.at(-1)} ms (${thirds.join(', ')} in each third of ten seconds)`,
      ].join('\n  ')
    },
    also: ({ activity, recorders }) => [
      ...activity.answers.serverErrors.map((detail) => ({ rule: 'server error', detail })),
      ...recorders.flatMap(({ ends }) => ends.slice(0, -1)).filter((code) => code !== RESTARTING).map((code) => ({ rule: 'closed without a word', detail: String(code) })),
      ...fewBeginAnew(recorders),
    ],
  },
]

const ALL_BACK_MS = 30_000
/** From PostgreSQL, for one who comes back: two, and what a change of somebody's channels meanwhile adds for all together. */
const MAX_READS = 2.05
/** With those of handshakes that came to nothing. */
const MAX_READS_IN_ALL = 2.5
/** Not what a gateway reads by its clock, for many people at once or for nobody. */
const isOfOne = (text: string) => !/any\(\$1::uuid\[\]\)|^\s*select (epoch|1)\b/.test(text)
/** The first read of every handshake, also of one that the gateway then has no room for. */
const isOfHandshake = (text: string) => isOfOne(text) && /from "sessions"/.test(text)
/** As many as make a spread of delays visible. */
const MIN_TOLD = 30
const MAX_DELAY_MS = 10_000
const MAX_DRAIN_SECONDS = 20
const RESTARTING = 4009

async function restart(service: StackService, { downMs }: { downMs: number }): Promise<void> {
  const before = service.pid()
  await service.kill()
  await delay(downMs)
  await service.start()
  if (service.pid() === before) throw new Error(`${service.name} was not killed`)
}

/** Stops the process without ending it, and lets it go on. */
export async function frozen<T>(service: StackService, work: () => Promise<T>): Promise<T> {
  process.kill(service.pid(), 'SIGSTOP')
  try {
    return await work()
  } finally {
    process.kill(service.pid(), 'SIGCONT')
  }
}

/** How many connections ended; none: the fault did not reach anybody. */
export function endsOf(recorders: Arena['recorders']): number {
  const count = sum(recorders, ({ ends }) => ends.length)
  if (count === 0) throw new Error('No connection was cut')
  return count
}

export function returnsWithin({ recorders, standstills }: Pick<Arena, 'recorders' | 'standstills'>, { share, ms }: { share: number; ms: number }): Violation[] {
  const took = recorders.flatMap(({ returns }) => returns.map(({ endedAt, backAt }) => backAt - endedAt - standstills.during(endedAt, backAt)))
  const reached = quantile(took, share)
  return reached <= ms ? [] : [{ rule: 'late return', detail: `${share * 100} % came back within ${Math.round(reached)} ms, not ${ms}` }]
}

/** How long they took, in words. */
export function returnsOf(recorders: Arena['recorders']): string {
  const took = recorders.flatMap(({ returns }) => returns.map(({ endedAt, backAt }) => backAt - endedAt))
  return `they were away for ${[0.5, 0.99].map((share) => Math.round(quantile(took, share))).join(' (p50) and ')} ms (p99), ${sum(recorders, (one) => one.resyncs)} began anew`
}

export const quantile = (times: readonly number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0

/** To begin anew costs a first screen: hardly anybody may have to. */
export function fewBeginAnew(recorders: Arena['recorders']): Violation[] {
  const [resyncs, returns] = [sum(recorders, (one) => one.resyncs), sum(recorders, (one) => one.returns.length)]
  return resyncs <= returns * 0.05 ? [] : [{ rule: 'storm of beginnings', detail: `${resyncs} of ${returns} returns had to begin anew` }]
}

export const sum = <T>(list: readonly T[], of: (one: T) => number) => list.reduce((total, one) => total + of(one), 0)
