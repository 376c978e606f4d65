import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startStack, waitFor, type Stack } from '@afrochat/test-support'
import { Activity } from './activity.ts'
import { checkHistory, type Verdict } from './check/check-history.ts'
import type { History, Violation } from './check/history.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { randomFrom } from './random.ts'
import { Recorder } from './recorder.ts'
import { readHeads, readStored } from './stored.ts'
import { buildTown, fetchAll, type Person, type Town } from './town.ts'

/** What a fault finds. */
export interface Arena {
  readonly stack: Stack
  readonly town: Town
  readonly activity: Activity
  readonly recorders: readonly Recorder[]
  /** Between clients and gateways, one for each gateway. */
  readonly clientLines: readonly Proxy[]
  /** Between gateways and Redis. */
  readonly redisLine: Proxy
  readonly random: () => number
  readonly now: () => number
}

export interface Fault {
  readonly id: string
  readonly name: string
  /** Sockets besides those of the readers: of the same people. */
  readonly crowd?: number
  /** Between two posts of a writer, in milliseconds; by default 100. */
  readonly pauseMs?: number
  /** Characters of each post; by default 40. */
  readonly size?: number
  /** Makes it happen, and says what was seen of it. A fault that was not seen throws: it shows nothing. */
  readonly inject: (arena: Arena) => Promise<string>
  /** What must hold besides that nothing is lost, doubled, out of order or leaked. */
  readonly also?: (arena: Arena, verdict: Verdict) => Promise<Violation[]> | Violation[]
}

export interface Outcome {
  readonly effect: string
  readonly history: History
  readonly verdict: Verdict
  readonly violations: readonly Violation[]
}

const HEARTBEAT_SECONDS = 2
const LIVE_MS = 120_000
/** For everybody to have everything once the fault is over. */
const DRAIN_MS = 60_000

/** One fault under load, from an empty stack to the verdict. */
export async function run(fault: Fault, seed: number): Promise<Outcome> {
  const logFile = join(tmpdir(), `afrochat-chaos-${process.pid}-${fault.id}.log`)
  let redisLine: Proxy | undefined
  const stack = await startStack({
    apis: 2, gateways: 2, workers: 2, logFile,
    env: { WEBSOCKET_MAX_PER_ADDRESS: '0', WEBSOCKET_MAX_PER_USER: '1000', WEBSOCKET_HEARTBEAT_SECONDS: String(HEARTBEAT_SECONDS), LOG_LEVEL: 'error' },
    async gatewayRedis(url) {
      redisLine = await startProxy(Number(new URL(url).port))
      return Object.assign(new URL(url), { port: String(redisLine.port) }).href
    },
  })
  const clientLines = await Promise.all(stack.gateways.map(({ url }) => startProxy(Number(new URL(url).port))))
  if (redisLine === undefined) throw new Error('There is no line to Redis')
  try {
    return await runOn({ stack, clientLines, redisLine }, { fault, seed, logFile })
  } finally {
    await Promise.all([...clientLines, redisLine].map((line) => line.close()))
    await stack.stop()
    rmSync(logFile, { force: true })
  }
}

type Machinery = Pick<Arena, 'stack' | 'clientLines' | 'redisLine'>

async function runOn(machinery: Machinery, { fault, seed, logFile }: { fault: Fault; seed: number; logFile: string }): Promise<Outcome> {
  const { stack, clientLines } = machinery
  const [random, now] = [randomFrom(seed), () => performance.now()]
  const town = await buildTown(stack.apis.map(({ url }) => url))
  const urls = clientLines.map(({ port }) => `ws://127.0.0.1:${port}/ws`)
  const { readers, churners, outsiders, publicChannels, privateChannels } = town
  // Some of them compressed: inflating takes this one process longer than all else that it does.
  const record = (person: Person, index: number) => new Recorder({
    userId: person.userId, token: person.token, urls, now, random,
    compressed: index % 8 === 0 && index < readers.length,
    catchUp: () => fetchAll(person, [...publicChannels, ...privateChannels]),
  })
  const recorders = [...readers, ...churners, ...outsiders].map(record)
  for (let index = 0; index < (fault.crowd ?? 0); index += 1) recorders.push(record(readers[index % readers.length] as Person, readers.length))
  await waitFor(() => recorders.every(({ isLive }) => isLive), { timeoutMs: LIVE_MS, message: 'everybody to be connected' })

  const activity = new Activity({ town, random, now, pauseMs: fault.pauseMs ?? 100, content: 'x'.repeat(fault.size ?? 40) })
  const arena = { ...machinery, town, activity, recorders, random, now }
  const effect = await fault.inject(arena).finally(() => activity.stop())
  const late = await drain(arena)
  for (const recorder of recorders) recorder.stop()

  const readersOf = recorders.map(({ userId, connections, catchUps }) => ({ userId, connections, catchUps }))
  const history = { sends: activity.sends, readers: readersOf, stored: await readStored(stack.databaseUrl) }
  const verdict = checkHistory(history)
  const violations = [...verdict.violations, ...late, ...complaintsIn(logFile), ...await fault.also?.(arena, verdict) ?? []]
  return { effect, history, verdict, violations }
}

/** Waits until each reader was told that it has everything that there is. */
async function drain({ stack, recorders }: Arena): Promise<Violation[]> {
  const heads = await readHeads(stack.databaseUrl)
  const isBehind = ({ confirmed }: Recorder) => [...heads].some(([shard, pos]) => (confirmed.get(shard) ?? 0) < pos)
  await waitFor(() => !recorders.some(isBehind), { timeoutMs: DRAIN_MS, message: 'everybody to have everything' }).catch(() => undefined)
  return recorders.filter(isBehind).map(({ userId }) => ({ rule: 'not drained', detail: `${userId} has not everything after ${DRAIN_MS / 1000} s` }))
}

/** Nothing ends a process, or goes unheard, without a line in its log. */
function complaintsIn(logFile: string): Violation[] {
  return readFileSync(logFile, 'utf8').split('\n').filter((line) => /unhandled|uncaught|"level":(?:60|"fatal")/i.test(line)).map((detail) => ({ rule: 'crashed', detail }))
}
