// A process of its own, on a core of its own: opens connections, orders messages from the server, and counts what comes.
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { dialects, type DialectName } from './dialects.ts'
import { MESSAGE_BYTES } from './message.ts'
import { RawConnection } from './raw-connection.ts'
import { Expectation, Tally, type Totals } from './tally.ts'

export interface Crowd {
  readonly port: number
  readonly orderPort: number
  readonly dialect: DialectName
  readonly connections: number
  /** The connections are spread over so many. */
  readonly channels: number
  /** By connection; '' where none is needed. */
  readonly tokens: readonly string[]
  readonly offersDeflate?: boolean
}

/** `window`: so many messages are on their way at any time. `perSecond`: so many are ordered, whatever becomes of them. */
export type Pace = { readonly window: number } | { readonly perSecond: number }

export interface Task {
  readonly pace: Pace
  readonly warmUpMs: number
  readonly ms: number
  /** Connections that stop reading at the beginning. */
  readonly stuck?: number
  /** Of each message. */
  readonly bytes?: number
}

export interface Counted extends Totals {
  readonly seconds: number
  readonly p50: number
  readonly p99: number
  /** Share of the time in which the generator was at work. Near 1 it is what limits the figures. */
  readonly busy: number
  /** Connections that the server ended, and why the first of them. */
  readonly ended: number
  readonly reason: string | undefined
}

export type Command = { readonly open: Crowd } | { readonly run: Task } | { readonly close: true }
export type Report =
  | { readonly opened: { readonly ms: number } }
  | { readonly mark: 'begin' | 'end' }
  | { readonly counted: Counted }
  | { readonly closed: true }
  | { readonly failed: string }

const OPENING_AT_ONCE = 64
/** Every so manieth connection's messages are samples. */
const SAMPLE = 10
const TICK_MS = 1
/** For those who were stuck to read what waits for them. */
const AWAKE_MS = 2_000
/** What is under way at the end is waited for until nothing has come for so long. */
const SILENCE_MS = 5_000

const micros = () => Math.floor(performance.now() * 1000)
const say = (report: Report) => process.send?.(report)

let crowd: Crowd | undefined
let tally = new Tally()
let connections: RawConnection<Expectation>[] = []
let orders: Socket | undefined
let messageBytes = MESSAGE_BYTES
/** Messages ordered so far, of all channels; they go to the channels in turn. */
let ordered = 0

process.on('message', (command: Command) => {
  obey(command).catch((error: unknown) => say({ failed: error instanceof Error ? error.message : String(error) }))
})
process.on('disconnect', () => process.exit())

async function obey(command: Command): Promise<void> {
  if ('open' in command) say({ opened: { ms: await open(command.open) } })
  else if ('run' in command) say({ counted: await run(command.run) })
  else {
    for (const connection of connections) connection.close()
    orders?.destroy()
    say({ closed: true })
  }
}

async function open(wanted: Crowd): Promise<number> {
  crowd = wanted
  tally = new Tally()
  ordered = 0
  orders = connect({ host: '127.0.0.1', port: wanted.orderPort, noDelay: true })
  const dialect = dialects[wanted.dialect]
  const startedAt = performance.now()
  connections = []
  for (let next = 0; next < wanted.connections; next += OPENING_AT_ONCE) {
    const wave = Array.from({ length: Math.min(OPENING_AT_ONCE, wanted.connections - next) }, (_, offset) => {
      const index = next + offset
      const inbox = new Expectation(tally, dialect.closers, index % SAMPLE === 0 ? micros : undefined)
      return new RawConnection({
        port: wanted.port, index, channel: index % wanted.channels, token: wanted.tokens[index] ?? '', dialect,
        offersDeflate: wanted.offersDeflate === true, tally, inbox,
      })
    })
    connections.push(...wave)
    await Promise.all(wave.map(({ ready }) => ready))
  }
  return performance.now() - startedAt
}

async function run({ pace, warmUpMs, ms, stuck = 0, bytes = MESSAGE_BYTES }: Task): Promise<Counted> {
  messageBytes = bytes
  for (const connection of connections.slice(0, stuck)) connection.pause()
  const stop = 'window' in pace ? orderByWindow(pace.window, stuck) : orderByClock(pace.perSecond)
  await delay(warmUpMs)
  const before = { ...tally.totals }
  tally.samples = []
  const busy = process.cpuUsage()
  const startedAt = performance.now()
  say({ mark: 'begin' })
  await delay(ms)
  const seconds = (performance.now() - startedAt) / 1000
  say({ mark: 'end' })
  const { user, system } = process.cpuUsage(busy)
  const after = { ...tally.totals }
  const samples = Float64Array.from(tally.samples).toSorted()
  stop()
  const lost = await drain(stuck)
  await awaken(stuck)
  const ended = connections.filter(({ closedWith }) => closedWith !== undefined)
  return {
    deliveries: after.deliveries - before.deliveries, bytes: after.bytes - before.bytes, seconds,
    // Of the whole run: of what was ordered before and after the measured time as well.
    lost: lost + tally.totals.lost, twice: tally.totals.twice, disordered: tally.totals.disordered,
    p50: (samples[Math.floor(samples.length * 0.5)] ?? Number.NaN) / 1000,
    p99: (samples[Math.floor(samples.length * 0.99)] ?? Number.NaN) / 1000,
    busy: (user + system) / 1e6 / seconds,
    ended: ended.length, reason: ended[0]?.closedWith,
  }
}

/** With when it was asked for, so that a wait of the server's before it even read the order counts. */
function order(count: number, at: number): void {
  ordered += count
  orders?.write(`${count} ${at} ${messageBytes}\n`)
}

function orderByClock(perSecond: number): () => void {
  const startedAt = micros()
  let done = 0
  const timer = setInterval(() => {
    const due = Math.floor(((micros() - startedAt) * perSecond) / 1e6)
    // Each at the time at which it was due, however late this timer is.
    for (; done < due; done += 1) order(1, startedAt + Math.floor((done * 1e6) / perSecond))
  }, TICK_MS)
  return () => clearInterval(timer)
}

/** Asks for as many as have arrived, a quarter of the window at least at a time. */
function orderByWindow(window: number, stuck: number): () => void {
  const receivers = (connections.length - stuck) / (crowd?.channels ?? 1)
  const offset = ordered - tally.totals.deliveries / receivers
  const step = Math.max(1, Math.floor(window / 4))
  const look = () => {
    const free = Math.floor(window - (ordered - offset - tally.totals.deliveries / receivers))
    if (free >= step) order(free, micros())
  }
  const timer = setInterval(look, TICK_MS)
  return () => clearInterval(timer)
}

/** What did not come to the connections that are open and read. */
async function drain(stuck: number): Promise<number> {
  let heardAt = performance.now()
  let deliveries = 0
  while (missing(stuck) > 0 && performance.now() - heardAt < SILENCE_MS) {
    if (tally.totals.deliveries > deliveries) heardAt = performance.now()
    deliveries = tally.totals.deliveries
    await delay(5)
  }
  return missing(stuck)
}

/** Only who reads learns that the server has ended the connection. */
async function awaken(stuck: number): Promise<void> {
  if (stuck === 0) return
  for (const connection of connections.slice(0, stuck)) connection.goOn()
  await delay(AWAKE_MS)
}

function missing(stuck: number): number {
  if (crowd === undefined || crowd.offersDeflate === true) return 0
  const { channels } = crowd
  const perChannel = Array.from({ length: channels }, (_, channel) => Math.floor(ordered / channels) + (channel < ordered % channels ? 1 : 0))
  return connections.reduce((sum, { inbox, closedWith }, index) =>
    sum + (index < stuck || closedWith !== undefined ? 0 : inbox.missing(perChannel[index % channels] ?? 0)), 0)
}
