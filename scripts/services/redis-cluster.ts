import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aFreePort } from './free-port.ts'
import type { RunningService } from './postgres.ts'
import { KNOWN_NODES, startRedis } from './redis.ts'
import { ServiceError } from './service-error.ts'

/** One of its nodes: a master without a copy. */
export interface RedisClusterNode {
  readonly port: number
  pid(): number
  /** Whether this slot is among those that it holds. */
  holds(slot: number): boolean
  /** Ends it without a word, as a crash does. */
  kill(): Promise<void>
  /** Puts an empty one in its place, which knows the others. */
  restart(): Promise<void>
}

export interface RunningRedisCluster {
  /** For REDIS_URL. */
  readonly url: string
  readonly nodes: readonly RedisClusterNode[]
  stop(): Promise<void>
}

const NODES = 3
const SLOTS = 16_384
const READY_TIMEOUT_MS = 30_000

/**
 * Starts a Redis Cluster of three nodes on 127.0.0.1, and waits until it serves. It ends with this process.
 * `nodeTimeoutMs`: after this long without an answer from a node the others take it for away.
 */
export async function startRedisCluster({ nodeTimeoutMs = 1_000 } = {}): Promise<RunningRedisCluster> {
  const password = randomBytes(24).toString('base64url')
  const nodes = await Promise.all(Array.from({ length: NODES }, () => startNode({ password, nodeTimeoutMs })))
  const asking = nodes.map(({ port }) => (...command: (string | number)[]) => ask(port, password, command))
  const ranges = nodes.map((_, index) => [Math.round((index * SLOTS) / NODES), Math.round(((index + 1) * SLOTS) / NODES) - 1] as const)
  await Promise.all(asking.map(async (node, index) => {
    // Told apart from the start: whoever is newer wins where two say that they hold a slot.
    await node('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    await node('CLUSTER', 'ADDSLOTSRANGE', ...(ranges[index] ?? []))
  }))
  for (const { port, busPort } of nodes.slice(1)) await asking[0]?.('CLUSTER', 'MEET', '127.0.0.1', port, busPort)
  await untilWhole(asking)
  for (const node of nodes) node.remember()

  return {
    url: `redis+cluster://:${password}@${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes: nodes.map(({ port, pid, kill, restart }, index) => {
      const [first, last] = ranges[index] ?? [0, -1]
      return { port, pid, holds: (slot) => slot >= first && slot <= last, kill, restart }
    }),
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  }
}

async function startNode({ password, nodeTimeoutMs }: { password: string; nodeTimeoutMs: number }) {
  const dir = join(tmpdir(), `afrochat-redis-${randomUUID()}`)
  const busPort = await aFreePort()
  let known = ''
  let running: RunningService = await startRedis({ dir, password, cluster: { busPort, nodeTimeoutMs } })
  const { port } = running
  return {
    port, busPort,
    pid: () => running.pid,
    // Its directory goes with it.
    remember: () => void (known = readFileSync(join(dir, KNOWN_NODES), 'utf8')),
    stop: () => running.stop(),
    async kill() {
      process.kill(running.pid, 'SIGKILL')
      await running.stop()
    },
    async restart() {
      running = await startRedis({ dir, port, password, cluster: { busPort, nodeTimeoutMs, known } })
    },
  }
}

async function untilWhole(asking: readonly ((...command: string[]) => Promise<string>)[]): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  const isWhole = async () => (await Promise.all(asking.map((node) => node('CLUSTER', 'INFO')))).every((info) => {
    return info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`) && info.includes(`cluster_known_nodes:${NODES}`)
  })
  while (!(await isWhole())) {
    if (Date.now() > deadline) throw new ServiceError(`The Redis Cluster was not ready after ${READY_TIMEOUT_MS / 1000} s: start again when the machine is less busy.`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** One command on a connection of its own. */
async function ask(port: number, password: string, command: readonly (string | number)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(`AUTH ${password}\r\n${command.join(' ')}\r\nQUIT\r\n`)
  const answer = (await socket.setEncoding('utf8').toArray()).join('')
  if (!answer.startsWith('+OK') || answer.includes('\r\n-')) throw new ServiceError(`A node of the Redis Cluster refused ${command.slice(0, 2).join(' ')}: ${answer}`)
  return answer
}
