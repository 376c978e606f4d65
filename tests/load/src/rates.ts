import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { waitFor, type Stack } from '@afrochat/test-support'
import { median, thousands } from './fan-out/compare.ts'
import { dialects } from './fan-out/dialects.ts'
import { stampedContent } from './fan-out/message.ts'
import { RawConnection } from './fan-out/raw-connection.ts'
import { Tally } from './fan-out/tally.ts'
import { openHttp, type HttpConnection } from './http-connection.ts'
import { Fault, ms, percentiles, table } from './measure.ts'
import { Posted, PostedInbox } from './posted-inbox.ts'
import { buildTown, type Town } from './town.ts'

/** None: what posting itself can do, by when the answer comes. */
const CONNECTIONS = [0, 100, 1_000] as const
const PEOPLE = 100
const LANES = 64
/** A message is too late after so long. */
const LIMIT_MS = 1_000
const FIRST_RATE = 100
/** Between the last rate that was kept and the first that was not: each halves the ratio of the two, by its root. */
const BISECTIONS = 3
const STEP_DOWN = 0.92
const RUNS = 3
const SECONDS = 8
/** Every so manieth connection's messages are samples. */
const SAMPLE = 10

interface Tried {
  readonly p50: number
  readonly p99: number
  /** Share of a core that this process took, which posts and receives. */
  readonly busy: number
}

interface Scene {
  readonly town: Town
  readonly posters: readonly HttpConnection[]
  readonly receivers: readonly RawConnection<PostedInbox>[]
  readonly posted: Posted
}

/**
 * The highest rate of posts to one channel at which all but one in a hundred messages are received less than a second after
 * they were due, by each of the connections. Posts are sent at their time, whatever became of those before.
 */
export async function measureRates(stack: Stack): Promise<string> {
  const town = await buildTown(stack.apiUrl, { people: PEOPLE, channels: 1 })
  const posters = await Promise.all(Array.from({ length: LANES }, () => openHttp(stack.apiUrl)))
  const rows: (string | number)[][] = []
  for (const count of CONNECTIONS) {
    const posted = new Posted()
    const receivers = await connectAll(stack, { town, posted, count })
    const scene = { town, posters, receivers, posted }
    await tryRate(scene, FIRST_RATE)
    const { rate, tried } = await confirm(scene, await highestRate(scene))
    rows.push([
      count, thousands(rate), thousands(rate * count), ms(median(tried, ({ p50 }) => p50)), ms(median(tried, ({ p99 }) => p99)),
      `${Math.round(100 * median(tried, ({ busy }) => busy))} %`,
    ])
    for (const receiver of receivers) receiver.close()
  }
  for (const poster of posters) poster.close()
  return table(['connections', 'posts a second', 'deliveries a second', 'p50 ms', 'p99 ms', 'load: of a core'], rows)
}

async function connectAll(stack: Stack, { town, posted, count }: { town: Town; posted: Posted; count: number }): Promise<RawConnection<PostedInbox>[]> {
  const receivers: RawConnection<PostedInbox>[] = []
  for (let index = 0; index < count; index += 1) {
    const receiver = new RawConnection({
      port: Number(new URL(stack.socketUrl).port), index, channel: 0, token: town.people[index % PEOPLE]?.token ?? '', dialect: dialects.afroChat,
      offersDeflate: false, tally: new Tally(), inbox: new PostedInbox(posted, index % SAMPLE === 0),
    })
    await receiver.ready
    receivers.push(receiver)
  }
  return receivers
}

async function highestRate(scene: Scene): Promise<number> {
  let kept = 0
  let broken = Infinity
  for (let rate = FIRST_RATE; broken === Infinity; rate *= 2) {
    if (isKept(await tryRate(scene, rate))) kept = rate
    else broken = rate
  }
  if (kept === 0) throw new Fault(`Not even ${FIRST_RATE} posts a second were received in time.`)
  for (let bisection = 0; bisection < BISECTIONS; bisection += 1) {
    const rate = Math.sqrt(kept * broken)
    if (isKept(await tryRate(scene, rate))) kept = rate
    else broken = rate
  }
  return kept
}

/** What was kept once may have been luck: the highest that is kept by the median of some runs. */
async function confirm(scene: Scene, from: number): Promise<{ readonly rate: number; readonly tried: readonly Tried[] }> {
  for (let rate = from; ; rate *= STEP_DOWN) {
    const tried: Tried[] = []
    while (tried.length < RUNS) tried.push(await tryRate(scene, rate))
    if (median(tried, ({ p99 }) => p99) < LIMIT_MS) return { rate, tried }
  }
}

const isKept = ({ p99 }: Tried): boolean => p99 < LIMIT_MS

async function tryRate({ town, posters, receivers, posted }: Scene, rate: number): Promise<Tried> {
  posted.deliveries = 0
  posted.samples = []
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const { answered, unsent } = await postSteadily({ town, posters, rate })
  const expected = answered.length * receivers.length
  await waitFor(() => posted.deliveries >= expected, { timeoutMs: 30_000, message: 'every frame' }).catch(() => undefined)
  const { user, system } = process.cpuUsage(cpu)
  if (posted.deliveries !== expected) {
    const gone = receivers.find(({ closedWith }) => closedWith !== undefined)
    throw new Fault(`At ${thousands(rate)} posts a second ${thousands(posted.deliveries)} of ${thousands(expected)} frames came. ${gone?.closedWith ?? ''}`)
  }
  const samples = receivers.length === 0 ? answered : posted.samples
  // Who was not even asked in time has waited for longer than any figure.
  const { p50, p99 } = percentiles([...samples, ...Array<number>(unsent * Math.max(1, receivers.length / SAMPLE)).fill(Infinity)])
  return { p50, p99, busy: (user + system) / 1000 / (performance.now() - startedAt) }
}

interface Steadily extends Pick<Scene, 'town' | 'posters'> {
  readonly rate: number
}

/** Gives how long after it was due each post was answered, and how many were never sent because too many were late already. */
async function postSteadily({ town, posters, rate }: Steadily): Promise<{ readonly answered: readonly number[]; readonly unsent: number }> {
  const total = Math.floor(rate * SECONDS)
  const path = `/api/v1/channels/${town.channelIds[0]}/messages`
  const answered: number[] = []
  const startedAt = performance.now()
  let next = 0
  let late = 0
  await Promise.all(posters.map(async (poster) => {
    while (next < total && late <= total / 100) {
      const index = next
      next += 1
      const due = startedAt + (index * 1000) / rate
      if (due > performance.now()) await delay(due - performance.now())
      else if (performance.now() - due > LIMIT_MS) late += 1
      const { status, body } = await poster.send('POST', path, {
        token: town.people[index % PEOPLE]?.token ?? '', body: { content: stampedContent(Math.floor(due * 1000)), client_msg_id: randomUUID() },
      })
      if (status !== 201) throw new Fault(`At ${thousands(rate)} posts a second one was answered ${status}: ${body}`)
      answered.push(performance.now() - due)
    }
  }))
  return { answered, unsent: total - next }
}
