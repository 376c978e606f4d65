import { execFileSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { explainRedis } from './explain-failure.ts'
import { aFreePort } from './free-port.ts'
import { startGuarded, type GuardedProcess } from './guarded-process.ts'
import type { RunningService } from './postgres.ts'
import { ServiceError } from './service-error.ts'

/** What Redis to start. */
export interface RedisOptions {
  /** Its working directory, created when missing. Default: one in the system's directory for such things, which is deleted at the end. */
  dir?: string
  /** 0 or undefined: a free one. */
  port?: number
  /**
   * True: writes an append-only file, and the next start on `dir` has the data. False, the default: keeps nothing on
   * disk and deletes `dir` at the end.
   */
  keep?: boolean
  /** Default: the `redisBinary()` of this machine. */
  binary?: string
  /** Where the server's log is appended. Default: nowhere. */
  logFile?: string
  /** For a server that takes the place of another one. Default: a new one, which the URL carries. */
  password?: string
  /** A node of a Redis Cluster: the port on which nodes talk, and what it knew of the others, should it take the place of one. */
  cluster?: { busPort: number; nodeTimeoutMs: number; known?: string }
}

/** The first with everything that is used here: `XADD … NOMKSTREAM`, `XTRIM MINID`, `LMOVE`. */
const OLDEST = [6, 2] as const

/** What a node of a cluster writes of itself and the others. */
export const KNOWN_NODES = 'nodes.conf'
/** Reading a large append-only file takes a while. */
const START_TIMEOUT_MS = 60_000

/** The Redis or Valkey server on PATH, or undefined. */
export function redisBinary(): string | undefined {
  return ['redis-server', 'valkey-server'].find((name) => {
    const version = versionOf(name)
    return version !== undefined && (version[0] > OLDEST[0] || (version[0] === OLDEST[0] && version[1] >= OLDEST[1]))
  })
}

function versionOf(binary: string): [number, number] | undefined {
  try {
    const match = /v=(\d+)\.(\d+)/.exec(execFileSync(binary, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    return match ? [Number(match[1]), Number(match[2])] : undefined
  } catch {
    // Not on PATH, which is a normal answer.
    return undefined
  }
}

/** Starts a Redis (or Valkey) on 127.0.0.1. It ends with this process, however that one ends. */
export async function startRedis(options: RedisOptions = {}): Promise<RunningService> {
  const binary = options.binary ?? redisBinary()
  if (binary === undefined) {
    throw new ServiceError(`There is no redis-server or valkey-server ${OLDEST.join('.')} or newer on PATH: install one, or set REDIS_URL.`)
  }
  const dir = options.dir ?? join(tmpdir(), `afrochat-redis-${randomUUID()}`)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  // Between choosing a free port and listening on it another program may take it.
  for (let attempt = 1; ; attempt++) {
    const login = { port: options.port || (await aFreePort()), password: options.password ?? randomBytes(24).toString('base64url') }
    const scrapDir = options.keep && options.dir !== undefined ? undefined : dir
    const server = await launch({ ...options, ...login, binary, dir, scrapDir })
    try {
      await untilReady(server, { ...login, dir })
      const url = `redis://:${login.password}@127.0.0.1:${login.port}`
      return { url, port: login.port, pid: server.pid, exited: server.exited, stop: () => server.stop() }
    } catch (error) {
      await server.stop()
      if (options.port || attempt === 3) throw error
      mkdirSync(dir, { recursive: true, mode: 0o700 })
    }
  }
}

type Launch = RedisOptions & Required<Pick<RedisOptions, 'binary' | 'dir' | 'port'>> & { password: string; scrapDir: string | undefined }

function launch({ binary, dir, scrapDir, port, password, keep = false, logFile, cluster }: Launch): Promise<GuardedProcess> {
  const configuration = [
    `port ${port}`,
    'bind 127.0.0.1',
    `requirepass ${password}`,
    `dir "${dir}"`,
    'daemonize no',
    ...(keep ? ['appendonly yes', 'appendfsync everysec'] : ['appendonly no', 'save ""']),
    // An evicted job or log entry would be a silent loss: rather an error.
    'maxmemory-policy noeviction',
    ...(cluster === undefined ? [] : [
      'cluster-enabled yes', `cluster-port ${cluster.busPort}`, `cluster-config-file ${KNOWN_NODES}`, `cluster-node-timeout ${cluster.nodeTimeoutMs}`,
      `masterauth ${password}`,
    ]),
  ]
  if (cluster?.known !== undefined) writeFileSync(join(dir, KNOWN_NODES), cluster.known, { mode: 0o600 })
  // In a file, since everybody on the machine can read a command line.
  const file = join(dir, 'redis.conf')
  writeFileSync(file, `${configuration.join('\n')}\n`, { mode: 0o600 })
  return startGuarded({
    command: binary,
    args: [file],
    logFile,
    stopSignal: 'TERM',
    graceSeconds: 10,
    cwd: dir,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    scrapDir,
  })
}

/** A kept Redis reads its file first and answers LOADING meanwhile. */
async function untilReady(server: GuardedProcess, { port, password, dir }: { port: number; password: string; dir: string }): Promise<void> {
  let lastWords: string | undefined
  void server.exited.then((end) => (lastWords = end.lastWords))
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await answersPing({ host: '127.0.0.1', port, username: '', password }))) {
    if (lastWords !== undefined) throw explainRedis(lastWords, dir)
    if (Date.now() > deadline) throw new ServiceError(`Redis was not ready after ${START_TIMEOUT_MS / 1000} s: start again when the machine is less busy.`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}

/** How to sign in to a Redis; the username and the password may be empty. */
export interface RedisLogin {
  host: string
  port: number
  username: string
  password: string
}

/** Whether a Redis is there, takes the password and serves. */
export function answersPing({ host, port, username, password }: RedisLogin): Promise<boolean> {
  const auth = [username, password].filter((part) => part !== '').map(decodeURIComponent)
  return new Promise((resolve) => {
    const socket = connect(port, host)
    let answer = ''
    socket.setEncoding('utf8').setTimeout(1_000, () => socket.destroy())
    socket.once('connect', () => socket.write(`${auth.length > 0 ? `AUTH ${auth.join(' ')}\r\n` : ''}PING\r\n`))
    socket.on('data', (text: string) => {
      answer += text
      if (/\+PONG|^-/m.test(answer)) socket.destroy()
    })
    socket.once('error', () => socket.destroy())
    socket.once('close', () => resolve(answer.includes('+PONG')))
  })
}
