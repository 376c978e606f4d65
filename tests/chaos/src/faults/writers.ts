import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { waitFor, type StackService } from '@afrochat/test-support'
import { pick } from '../random.ts'
import type { Arena, Fault, Lines } from '../run.ts'
import { withDatabase, type Query } from '../stored.ts'
import { checkTail, topOfLog, withRedis } from '../tail.ts'
import { frozen } from './services.ts'

/** Who writes dies, who keeps the log stands still, and what is appended comes late. */
export const writerFaults: readonly Fault[] = [
  {
    id: 'F-03', name: 'an api is killed at each step of a write, three times', pauseMs: 20, lined: 'api',
    inject: (arena) => withRedis(arena.stack.redisUrl, (redis) => withDatabase(arena.stack.databaseUrl, async (query) => {
      const told: string[] = []
      for (const step of STEPS) told.push(await killAt(step, { arena, query, redis }))
      return told.join('\n  ')
    })),
    also: checkTail,
  },
  {
    id: 'F-04', name: 'each keeper of the log is frozen for 20 seconds and thaws, while two apis append late and crosswise', pauseMs: 30, lined: 'api',
    inject: (arena) => withRedis(arena.stack.redisUrl, async (redis) => {
      let [kept, late] = [0, 0]
      for (const worker of arena.stack.workers) {
        await frozen(worker, async () => {
          for (const until = arena.now() + 20_000; arena.now() < until; await delay(1_000)) {
            const crossed = await appendCrosswise(arena, redis)
            kept += crossed.kept
            late += crossed.late
          }
        })
        await delay(2_000)
      }
      if (kept === 0 || late === 0) throw new Error('Nothing was appended late')
      return `two workers stood still for 20 s each; the other one appended ${kept} events before the apis came with ${late} bytes of them`
    }),
    also: checkTail,
  },
]

interface Scene {
  readonly arena: Arena
  readonly query: Query
  readonly redis: Redis
}

interface Killed {
  readonly apis: readonly StackService[]
  /** From their death until all was well, in milliseconds in which the machine ran. */
  readonly tookMs: number
  /** False: somebody was quicker, and this was not what it is to show. */
  readonly isShown: boolean
}

interface Step {
  readonly name: string
  /** What is timed. */
  readonly then: string
  /** Brings an api to the step, and kills it there. */
  readonly kill: (scene: Scene, round: number) => Promise<Killed>
}

const ROUNDS = 3
const MAX_ATTEMPTS = 9
/** Far beyond what it takes, and far from never. */
const TOO_LATE_MS = 5_000
/** Longer than a writer waits for one api before it asks the other one. */
const PATIENCE_MS = 30_000
/** The first key of the log's advisory locks, see packages/database; the second one is the shard. */
const LOG_LOCK = 0x6c6f67

const STEPS: readonly Step[] = [
  { name: 'after_heads', then: 'all was rolled back and the channel free', kill: killAfterHeads },
  { name: 'in_call', then: 'PostgreSQL had committed it alone and the tail had it', kill: killInCall },
  { name: 'after_commit', then: 'the tail had it', kill: killAfterCommit },
  { name: 'after_append', then: 'the tail had everything', kill: killAfterAppend },
]

async function killAt({ name, then, kill }: Step, scene: Scene): Promise<string> {
  const { arena } = scene
  const times: number[] = []
  for (let attempt = 0; times.length < ROUNDS; attempt += 1) {
    if (attempt === MAX_ATTEMPTS) throw new Error(`${name} was missed ${attempt - times.length} times`)
    await delay(arena.random() * 500)
    const { apis, tookMs, isShown } = await kill(scene, times.length)
    if (isShown) times.push(Math.round(tookMs))
    await Promise.all(apis.map((api) => api.start()))
  }
  const latest = Math.max(...times)
  if (latest > TOO_LATE_MS) arena.broken('late', `${name}: ${then} after ${latest} ms`)
  return `${name}, ${times.length} times: ${then} after ${times.join(', ')} ms`
}

/** The heads of its streams are locked, and the answer that says so does not come to it. */
async function killAfterHeads(scene: Scene): Promise<Killed> {
  const { arena, query } = scene
  const [api, line] = chosen(arena)
  const { port } = await line.postgres.withhold('from stream_heads where stream_key = any')
  const { xid } = await waitFor(() => backendAt(query, [port], "state = 'idle in transaction'"), { timeoutMs: PATIENCE_MS, message: 'heads to be locked' })
  const killed = await killAll(scene, [api], async () => (await backendAt(query, [port])) === undefined)
  await expectStatus(scene, xid, 'aborted')
  return { ...killed, isShown: true }
}

/** The one call of a post is under way and holds its heads; PostgreSQL does not notice that its client is gone. */
async function killInCall(scene: Scene): Promise<Killed> {
  const { arena, query, redis } = scene
  await query(`select pg_advisory_lock(${LOG_LOCK}, 0)`)
  const ports = () => all(arena).flatMap(([, { postgres }]) => postgres.ports)
  const inCall = () => backendAt(query, ports(), "application_name = 'afrochat-api-posting' and wait_event = 'advisory'")
  const { port, xid } = await waitFor(inCall, { timeoutMs: PATIENCE_MS, message: 'a post to wait for its place in the log' })
  const [api] = all(arena).find(([, { postgres }]) => postgres.ports.includes(port)) ?? chosen(arena)
  await api.kill()
  const from = arena.now()
  const isShown = (await backendAt(query, [port], "wait_event = 'advisory'")) !== undefined
  await query(`select pg_advisory_unlock(${LOG_LOCK}, 0)`)
  await waitFor(async () => (await backendAt(query, [port])) === undefined, { timeoutMs: PATIENCE_MS, message: 'the call to end' })
  await expectStatus(scene, xid, 'committed')
  const head = await headOf(query)
  await waitFor(async () => (await topOfLog(redis)) >= head, { timeoutMs: PATIENCE_MS, message: 'the tail to have it' })
  return { apis: [api], tookMs: elapsed(arena, from), isShown }
}

/** PostgreSQL has committed, and its answer does not come. From the second time on the other api stands still: only the log's keeper is left to append it. */
async function killAfterCommit(scene: Scene, round: number): Promise<Killed> {
  const { arena, query, redis } = scene
  const [api, line] = chosen(arena)
  const [other] = all(arena).find(([one]) => one !== api) ?? [api]
  const kill = async (): Promise<Killed> => {
    const withheld = await line.postgres.withhold('post_messages')
    await waitFor(() => withheld.answer().subarray(-READY.length).equals(READY), { timeoutMs: PATIENCE_MS, message: 'a post to be committed' })
    const head = await headOf(query)
    let atDeath: number | undefined
    const killed = await killAll(scene, [api], async () => {
      const top = await topOfLog(redis)
      atDeath ??= top
      return top >= head
    })
    return { ...killed, isShown: withheld.answer().includes('posted') && (round === 0 || (atDeath ?? head) < head) }
  }
  return round === 0 ? kill() : frozen(other, kill)
}

/** Redis has appended it, and its answer does not come. */
async function killAfterAppend(scene: Scene): Promise<Killed> {
  const { arena, query, redis } = scene
  const [api, line] = chosen(arena)
  const withheld = await line.redis.withhold("'XADD'")
  const answered = () => ANSWERED.exec(withheld.answer().toString())
  const [, status, pos] = await waitFor(answered, { timeoutMs: PATIENCE_MS, message: 'an attempt to append to be answered' })
  if (await topOfLog(redis) < Number(pos)) arena.broken('not appended', `${pos} is acknowledged and not in the tail`)
  const head = await headOf(query)
  const killed = await killAll(scene, [api], async () => (await topOfLog(redis)) >= head)
  // What the other api wrote just before may not be there yet: then this was not appended.
  return { ...killed, isShown: status === 'ok' }
}

/** PostgreSQL's ReadyForQuery, in no transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
/** What the script that appends answers, see packages/event-log; behind what was asked for before, as the case may be. */
const ANSWERED = /\*2\r\n\$\d\r\n(ok|hole|empty)\r\n:(\d+)\r\n/

async function killAll({ arena }: Scene, apis: readonly StackService[], isWell: () => Promise<boolean>): Promise<Omit<Killed, 'isShown'>> {
  const from = arena.now()
  await Promise.all(apis.map((api) => api.kill()))
  await waitFor(isWell, { timeoutMs: PATIENCE_MS, message: 'all to be well again' })
  return { apis, tookMs: elapsed(arena, from) }
}

const elapsed = ({ now, standstills }: Arena, from: number) => now() - from - standstills.during(from, now())

const all = ({ stack, lines }: Arena) => stack.apis.map((api, index) => {
  const line = lines.api[index]
  if (line === undefined) throw new Error('The apis are on no lines')
  return [api, line] as const
})
const chosen = (arena: Arena): readonly [StackService, Lines] => pick(arena.random, all(arena))

/** The connection of PostgreSQL to one of these ports that holds a transaction open, and its transaction. */
async function backendAt(query: Query, ports: readonly number[], state = 'true'): Promise<{ pid: number; port: number; xid: string } | undefined> {
  const [backend] = await query<{ pid: number; port: number; xid: string }>(
    `select pid, client_port as port, backend_xid::text as xid from pg_stat_activity where client_port in (${ports.join()}) and backend_xid is not null and ${state}`)
  return backend
}

async function expectStatus({ arena, query }: Scene, xid: string, wanted: 'aborted' | 'committed'): Promise<void> {
  const [row] = await query<{ status: string }>(`select pg_xact_status('${xid}'::xid8) as status`)
  if (row?.status !== wanted) arena.broken('half a write', `a transaction that was to be ${wanted} is ${row?.status}`)
}

async function headOf(query: Query): Promise<number> {
  const [row] = await query<{ pos: number }>('select max(pos)::int as pos from events where shard = 0')
  return row?.pos ?? 0
}

/** The lines of both apis to Redis are dead for a while, one after the other, with a time in between in which both are. */
async function appendCrosswise({ random, lines: { api: [one, other] } }: Arena, redis: Redis): Promise<{ kept: number; late: number }> {
  if (one === undefined || other === undefined) throw new Error('The apis are on no lines')
  const [first, second] = random() < 0.5 ? [one.redis, other.redis] : [other.redis, one.redis]
  first.stall()
  await delay(400)
  second.stall()
  // What was on its way is there by then.
  await delay(100)
  const before = await topOfLog(redis)
  await delay(800)
  const kept = (await topOfLog(redis)) - before
  const late = first.held + second.held
  first.resume()
  await delay(300)
  second.resume()
  return { kept, late }
}
