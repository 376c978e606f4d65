import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startStack, waitFor, type Addresses, type Stack, type StackService } from '@afrochat/test-support'
import { Activity } from './activity.ts'
import { checkHistory, type Verdict } from './check/check-history.ts'
import type { History, Violation } from './check/history.ts'
import { gatherCrowd } from './crowd.ts'
import { INSPECTABLE } from './memory.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { randomFrom } from './random.ts'
import { Recorder } from './recorder.ts'
import { Standstills } from './standstills.ts'
import { StatementCount } from './statement-count.ts'
import { readHeads, readStored } from './stored.ts'
import { buildTown, fetchAll, type Person, type Town } from './town.ts'

/** Between a process and what it works with. */
export interface Lines {
  readonly postgres: Proxy
  /** What it has had PostgreSQL execute. */
  readonly statements: StatementCount
  readonly redis: Proxy
}

/** What a fault finds. */
export interface Arena {
  readonly stack: Stack
  readonly town: Town
  readonly activity: Activity
  readonly recorders: readonly Recorder[]
  /** Between clients and gateways, one for each gateway. */
  readonly clientLines: readonly Proxy[]
  /** Of the processes that the fault wanted on lines, in their order. */
  readonly lines: Readonly<Record<StackService['name'], readonly Lines[]>>
  /** Where all processes of ours write what they have to say. */
  readonly logFile: string
  readonly standstills: Standstills
  readonly random: () => number
  readonly now: () => number
  /** Somebody else who listens, at this gateway. */
  readonly admit: (person: Person, gateway: StackService) => Recorder
  /** Notes that a promise was broken. */
  readonly broken: (rule: string, detail: string) => void
}

export interface Fault {
  readonly id: string
  readonly name: string
  /** People with a socket each, besides the readers. */
  readonly crowd?: number
  /** Between two posts of a writer, in milliseconds; by default 100. */
  readonly pauseMs?: number
  /** Characters of each post; by default 40. */
  readonly size?: number
  /** Whose connections to PostgreSQL and Redis go over lines of their own. */
  readonly lined?: StackService['name']
  /** Settings of the services. */
  readonly env?: Readonly<Record<string, string>>
  /** Makes it happen, and says what was seen of it. A fault that was not seen throws: it shows nothing. */
  readonly inject: (arena: Arena) => Promise<string>
  /** What must hold besides that nothing is lost, doubled, out of order or leaked, once everybody has everything. */
  readonly also?: (arena: Arena, verdict: Verdict) => Promise<Violation[]> | Violation[]
}

export interface Outcome {
  readonly effect: string
  readonly history: History
  readonly verdict: Verdict
  readonly violations: readonly Violation[]
  /** The longest time for which the machine stood still, in milliseconds. */
  readonly standstillMs: number
}

const HEARTBEAT_SECONDS = 2
const LIVE_MS = 120_000
/** For everybody to have everything once the fault is over. */
const DRAIN_MS = 60_000

/** One fault under load, from an empty stack to the verdict. */
export async function run(fault: Fault, seed: number): Promise<Outcome> {
  const logFile = join(tmpdir(), `afrochat-chaos-${process.pid}-${fault.id}.log`)
  const secret = randomBytes(48).toString('base64')
  const lines: Record<StackService['name'], Lines[]> = { api: [], websocket: [], worker: [] }
  const standstills = new Standstills()
  const stack = await startStack({
    apis: 2, gateways: 2, workers: 2, logFile,
    env: {
      JWT_SECRET: secret, WEBSOCKET_MAX_PER_ADDRESS: '0', WEBSOCKET_MAX_PER_USER: '1000', WEBSOCKET_HEARTBEAT_SECONDS: String(HEARTBEAT_SECONDS),
      LOG_LEVEL: 'error', NODE_OPTIONS: INSPECTABLE, ...fault.env,
    },
    async route(addresses, { name, index }) {
      if (name !== fault.lined) return addresses
      const line = await startLines(addresses)
      lines[name][index] = line
      return { DATABASE_URL: over(line.postgres, addresses.DATABASE_URL), REDIS_URL: over(line.redis, addresses.REDIS_URL) }
    },
  })
  const clientLines = await Promise.all(stack.gateways.map(({ url }) => startProxy(Number(new URL(url).port))))
  try {
    return await runOn({ stack, clientLines, lines, logFile, standstills }, { fault, seed, secret })
  } finally {
    const all = [...clientLines, ...Object.values(lines).flat().flatMap(({ postgres, redis }) => [postgres, redis])]
    await Promise.all(all.map((line) => line.close()))
    await stack.stop()
    await standstills.stop()
    rmSync(logFile, { force: true })
  }
}

async function startLines({ DATABASE_URL, REDIS_URL }: Addresses): Promise<Lines> {
  const statements = new StatementCount()
  const [postgres, redis] = await Promise.all([startProxy(portOf(DATABASE_URL), { listen: () => statements.listen() }), startProxy(portOf(REDIS_URL))])
  return { postgres, statements, redis }
}

const portOf = (url: string) => Number(new URL(url).port)
const over = ({ port }: Proxy, url: string) => Object.assign(new URL(url), { port: String(port) }).href

type Machinery = Pick<Arena, 'stack' | 'clientLines' | 'lines' | 'logFile' | 'standstills'>

async function runOn(machinery: Machinery, { fault, seed, secret }: { fault: Fault; seed: number; secret: string }): Promise<Outcome> {
  const { stack, clientLines, logFile, standstills } = machinery
  const [random, now] = [randomFrom(seed), () => performance.now()]
  const apiUrls = stack.apis.map(({ url }) => url)
  const town = await buildTown(apiUrls)
  const crowd = await gatherCrowd(town, { count: fault.crowd ?? 0, databaseUrl: stack.databaseUrl, apiUrls, secret })
  const lineUrls = clientLines.map(({ port }) => `ws://127.0.0.1:${port}/ws`)
  const { readers, churners, outsiders, publicChannels, privateChannels } = town
  const record = (person: Person, { urls = lineUrls, compressed = false } = {}) => new Recorder({
    userId: person.userId, token: person.token, urls, now, random, compressed,
    catchUp: () => fetchAll(person, [...publicChannels, ...privateChannels]),
  })
  const recorders = [...readers, ...churners, ...outsiders, ...crowd].map((person, index) =>
    // Some of them compressed: inflating takes this one process longer than all else that it does.
    record(person, { compressed: index % 8 === 0 && index < readers.length }))
  await waitFor(() => recorders.every(({ isLive }) => isLive), { timeoutMs: LIVE_MS, message: 'everybody to be connected' })

  const activity = new Activity({ town, random, now, pauseMs: fault.pauseMs ?? 100, content: 'x'.repeat(fault.size ?? 40) })
  const noted: Violation[] = []
  const arena: Arena = {
    ...machinery, town, activity, recorders, random, now,
    admit(person, { url }) {
      const recorder = record(person, { urls: [`${url.replace('http:', 'ws:')}/ws`] })
      recorders.push(recorder)
      return recorder
    },
    broken: (rule, detail) => void noted.push({ rule, detail }),
  }
  const effect = await fault.inject(arena).finally(() => activity.stop())
  const late = await drain(arena)
  for (const recorder of recorders) recorder.stop()

  const readersOf = recorders.map(({ userId, connections, catchUps }) => ({ userId, connections, catchUps }))
  const history = { sends: activity.sends, readers: readersOf, stored: await readStored(stack.databaseUrl) }
  const verdict = checkHistory(history)
  const also = await fault.also?.(arena, verdict) ?? []
  const violations = [...verdict.violations, ...noted, ...late, ...endedAlone(stack), ...complaintsIn(logFile, town), ...also]
  return { effect, history, verdict, violations, standstillMs: standstills.longest }
}

/** Waits until each reader was told that it has everything that there is. */
async function drain({ stack, recorders }: Arena): Promise<Violation[]> {
  const heads = await readHeads(stack.databaseUrl)
  const isBehind = ({ confirmed, isAsking }: Recorder) => isAsking || [...heads].some(([shard, pos]) => (confirmed.get(shard) ?? 0) < pos)
  await waitFor(() => !recorders.some(isBehind), { timeoutMs: DRAIN_MS, message: 'everybody to have everything' }).catch(() => undefined)
  return recorders.filter(isBehind).map(({ userId }) => ({ rule: 'not drained', detail: `${userId} has not everything after ${DRAIN_MS / 1000} s` }))
}

/** Each process is there when the fault is over. */
function endedAlone({ apis, gateways, workers }: Stack): Violation[] {
  return [...apis, ...gateways, ...workers].filter((service) => !existsSync(`/proc/${service.pid()}`))
    .map(({ name, pid }) => ({ rule: 'ended by itself', detail: `${name}, process ${pid()}` }))
}

/** Nothing ends a process, or goes unheard, without a line in its log; and no line holds what nobody may read there. */
function complaintsIn(logFile: string, { owner, writers, readers }: Town): Violation[] {
  const secrets = ['x'.repeat(20), ...[owner, ...writers, ...readers].map(({ token }) => token)]
  return readFileSync(logFile, 'utf8').split('\n').flatMap((line) => [
    ...(/unhandled|uncaught|"level":(?:60|"fatal")/i.test(line) ? [{ rule: 'crashed', detail: line }] : []),
    ...(secrets.some((secret) => line.includes(secret)) ? [{ rule: 'secret in the log', detail: line }] : []),
  ])
}
