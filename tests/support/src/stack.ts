import { randomBytes } from 'node:crypto'
import { migrateUp } from '@afrochat/database'
import { aFreePort, startGuarded, startPostgres, startRedis, type GuardedProcess, type RunningService } from '@afrochat/scripts/services'
import { PATIENT } from './patient.ts'
import { waitFor } from './wait-for.ts'

/** What to start. */
export interface StackOptions {
  readonly apis?: number
  readonly gateways?: number
  readonly workers?: number
  /** True: PostgreSQL waits for the disk at each commit, as in production; for measurements, and for tests that kill it. */
  readonly durable?: boolean
  /** Settings of all three services besides the URLs. Rate limits are off unless they are set here. */
  readonly env?: Readonly<Record<string, string>>
  /** The addresses that a process gets for the real ones: those of lines which can be cut, say. */
  readonly route?: (addresses: Addresses, process: { readonly name: StackService['name']; readonly index: number }) => Promise<Addresses>
  /** Where the services' logs are appended. Default: nowhere. */
  readonly logFile?: string
}

/** Settings of a process that say where PostgreSQL and Redis are. */
export interface Addresses {
  readonly DATABASE_URL: string
  readonly REDIS_URL: string
}

/** One process of ours. */
export interface StackService {
  readonly name: 'api' | 'websocket' | 'worker'
  readonly url: string
  pid(): number
  /** Ends it without a word, as a crash does. */
  kill(): Promise<void>
  /** Asks it to stop, and waits for its end. */
  stop(): Promise<void>
  /** Starts it again on the same port, and waits until it is ready. */
  start(): Promise<void>
}

/** The whole product on this machine: real PostgreSQL, real Redis, the services as processes of their own. */
export interface Stack {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly postgres: RunningService
  readonly apis: readonly StackService[]
  readonly gateways: readonly StackService[]
  readonly workers: readonly StackService[]
  /** `http://…` of the first api, without a path. */
  readonly apiUrl: string
  /** `ws://…/ws` of the first gateway. */
  readonly socketUrl: string
  /** Kills Redis and starts an empty one in its place, on the same port. */
  killRedis(): Promise<void>
  stop(): Promise<void>
}

const NO_LIMITS = {
  ...Object.fromEntries(['GENERAL', 'ANON', 'REGISTER', 'LOGIN_FAIL', 'POST', 'SEARCH', 'UPLOAD'].map((name) => [`RATE_LIMIT_${name}`, '0'])),
  // A machine that runs other tests besides is late, and nothing is dropped for that.
  ...Object.fromEntries(['TYPING', 'PRESENCE', 'CONNECTIONS'].map((what) => [`WEBSOCKET_SHED_${what}_MS`, '60000'])),
}

/** Starts everything on free ports, migrated and ready. Ends with the calling process at the latest. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { apis = 1, gateways = 1, workers = 1, durable = false } = options
  const [postgres, firstRedis] = await Promise.all([startPostgres({ keep: durable }), startRedis()])
  let redis = firstRedis
  await migrateUp(postgres.url)
  const env = {
    ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', LOG_LEVEL: 'warn', HOST: '127.0.0.1',
    JWT_SECRET: randomBytes(48).toString('base64'), DATABASE_URL: postgres.url, REDIS_URL: redis.url, ...PATIENT, ...NO_LIMITS, ...options.env,
  }
  // Of `env`, where it names others.
  const addresses = { DATABASE_URL: env.DATABASE_URL, REDIS_URL: env.REDIS_URL }
  const { route = () => Promise.resolve(addresses), logFile } = options
  const start = (name: StackService['name'], count: number) => Promise.all(Array.from({ length: count }, async (_, index) => {
    const routed = await route(addresses, { name, index })
    return startService({ name, env: { ...env, ...routed }, logFile })
  }))
  const [apiServices, gatewayServices, workerServices] = await Promise.all([start('api', apis), start('websocket', gateways), start('worker', workers)])

  return {
    databaseUrl: postgres.url, redisUrl: redis.url, postgres,
    apis: apiServices, gateways: gatewayServices, workers: workerServices,
    apiUrl: apiServices[0]?.url ?? '',
    socketUrl: `${gatewayServices[0]?.url.replace('http:', 'ws:') ?? ''}/ws`,
    async killRedis() {
      const { password, port } = new URL(redis.url)
      await killed(redis)
      redis = await startRedis({ port: Number(port), password })
    },
    async stop() {
      await Promise.all([...apiServices, ...gatewayServices, ...workerServices].map((service) => service.stop()))
      await Promise.all([redis.stop(), postgres.stop()])
    },
  }
}

interface ServiceOptions {
  readonly name: StackService['name']
  readonly env: NodeJS.ProcessEnv
  readonly logFile: string | undefined
}

const PORT_SETTING = { api: 'PORT', websocket: 'WEBSOCKET_PORT', worker: 'WORKER_PORT' } as const

async function startService({ name, env, logFile }: ServiceOptions): Promise<StackService> {
  const port = await aFreePort()
  const url = `http://127.0.0.1:${port}`
  const script = new URL(`../../../apps/${name}/src/server.ts`, import.meta.url).pathname
  let running: GuardedProcess
  await start()
  return { name, url, pid: () => running.pid, kill, stop: () => running.stop(), start }

  async function start(): Promise<void> {
    running = await startGuarded({
      command: process.execPath, args: [script], env: { ...env, [PORT_SETTING[name]]: String(port) }, logFile, stopSignal: 'TERM', graceSeconds: 20,
    })
    let ended = false
    void running.exited.then(() => (ended = true))
    const isReady = async () => ended || (await fetch(`${url}/health/ready`)).ok
    await waitFor(isReady, { timeoutMs: 100_000, message: `${name} to be ready` })
    if (ended) throw new Error(`${name} ended at its start: ${(await running.exited).lastWords}`)
  }

  async function kill(): Promise<void> {
    await killed(running)
  }
}

/** Waits by looking: what watches a guarded program does not keep this process alive. */
async function killed({ pid, exited }: Pick<GuardedProcess, 'pid' | 'exited'>): Promise<void> {
  let ended = false
  void exited.then(() => (ended = true))
  process.kill(pid, 'SIGKILL')
  await waitFor(() => ended, { message: `process ${pid} to be gone` })
}
