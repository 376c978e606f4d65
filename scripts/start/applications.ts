import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePortFrom, startGuarded, ServiceError, type GuardedProcess } from '../services/index.ts'
import { say } from '../toolchain/say.mjs'
import { HOME, ROOT } from '../toolchain/toolchain.mjs'

/** The services, in the order in which they are started. */
export const APPLICATIONS = [
  { name: 'api', portVariable: 'PORT', defaultPort: 8080 },
  { name: 'websocket', portVariable: 'WEBSOCKET_PORT', defaultPort: 8081 },
  { name: 'worker', portVariable: 'WORKER_PORT', defaultPort: 8082 },
] as const

/** The name of a service. */
export type ApplicationName = (typeof APPLICATIONS)[number]['name']

const READY_TIMEOUT_MS = 60_000

/** A service that dies more often than this within a minute is not helped by another start. */
const MAX_RESTARTS_A_MINUTE = 5

/** The port of each service: the one set, or its default, or the next free one, said aloud. */
export async function choosePorts(settings: Record<string, string>): Promise<Record<ApplicationName, number>> {
  const taken = new Set<number>()
  const ports: Record<ApplicationName, number> = { api: 0, websocket: 0, worker: 0 }
  for (const { name, portVariable, defaultPort } of APPLICATIONS) {
    const wanted = wantedPort(settings, portVariable) ?? defaultPort
    const port = await freePortFrom(wanted, taken)
    if (port !== wanted) say(`! Port ${wanted} is taken: ${name} gets ${port}. Set ${portVariable} to choose another.`)
    taken.add(port)
    ports[name] = port
  }
  return ports
}

function wantedPort(settings: Record<string, string>, variable: string): number | undefined {
  const text = settings[variable]
  if (text === undefined) return undefined
  const port = Number(text)
  if (Number.isSafeInteger(port) && port > 0 && port <= 65_535) return port
  throw new ServiceError(`${variable} must be a whole number from 1 to 65535: put it right in the environment or in .env.`)
}

/** How to run a service. */
export interface ApplicationPlan {
  name: ApplicationName
  port: number
  env: NodeJS.ProcessEnv
}

/** A service under watch: it is started again when it dies, unless it does not get up or dies again and again. */
export interface Application {
  /** Settles when another start would not help. */
  failed: Promise<ServiceError>
  stop(): Promise<void>
}

/** Starts a service and waits until it is ready for requests. */
export async function startApplication(plan: ApplicationPlan): Promise<Application> {
  let current = await startUntilReady(plan)
  let stopping = false
  const watch = async (): Promise<ServiceError> => {
    const deaths: number[] = []
    for (;;) {
      const { lastWords } = await current.exited
      // Being stopped is no failure: this promise then stays as it is.
      if (stopping) return new Promise<never>(() => undefined)
      deaths.push(Date.now())
      if (deaths.filter((time) => time > Date.now() - 60_000).length > MAX_RESTARTS_A_MINUTE) return death(plan.name, lastWords)
      say(`! The service ${plan.name} ended unexpectedly and is started again. Its log: ${logFile(plan.name)}`)
      current = await startUntilReady(plan)
    }
  }
  return {
    failed: watch().catch((error: unknown) => (error instanceof ServiceError ? error : new ServiceError(`The service ${plan.name} could not be started again.`, { cause: error }))),
    async stop() {
      stopping = true
      await current.stop()
    },
  }
}

async function startUntilReady(plan: ApplicationPlan): Promise<GuardedProcess> {
  const started = await launch(plan)
  let lastWords: string | undefined
  void started.exited.then((end) => (lastWords = end.lastWords))
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (!(await isReady(plan.port))) {
    if (lastWords !== undefined) throw death(plan.name, lastWords)
    if (Date.now() > deadline) {
      await started.stop()
      throw new ServiceError(`The service ${plan.name} was not ready after ${READY_TIMEOUT_MS / 1000} s: look into ${logFile(plan.name)} for the reason.`)
    }
    await sleep(50)
  }
  return started
}

function launch({ name, env }: ApplicationPlan): Promise<GuardedProcess> {
  const server = join(ROOT, 'apps', name, 'src', 'server.ts')
  if (!existsSync(server)) throw new ServiceError(`${server} is missing: this clone is not whole. Clone the project again.`)
  return startGuarded({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', server],
    logFile: logFile(name),
    stopSignal: 'TERM',
    graceSeconds: 20,
    cwd: ROOT,
    env,
  })
}

function logFile(name: string): string {
  return join(HOME, 'logs', `${name}.log`)
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) })
    return answer.ok
  } catch {
    // Does not listen yet.
    return false
  }
}

/** Settings faults and the like are in its last lines. */
function death(name: string, lastWords: string): ServiceError {
  const lines = lastWords.trimEnd().split('\n').slice(-15).join('\n')
  return new ServiceError(`The service ${name} does not run. Mend what it says, and start again (all of it is in ${logFile(name)}):\n${lines}`)
}
