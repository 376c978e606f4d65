// The second half of `npm start`, under the project's own Node.js: finds or starts PostgreSQL and Redis, migrates, seeds,
// runs the three services, says how to use them, and stops everything at Ctrl-C or when its parent goes away.
import { ServiceError } from '../services/index.ts'
import { giveUp, say, step } from '../toolchain/say.mjs'
import { APPLICATIONS, choosePorts, startApplication, type Application, type ApplicationName } from './applications.ts'
import { openBackingServices, type BackingServices } from './backing-services.ts'
import { migrate, seedOnce } from './demo.ts'
import { planRedis } from './redis-plan.ts'
import { keptSecret, ownSettings } from './settings.ts'
import { removeStack, runningStack, writeStack } from './stack-file.ts'

interface Up {
  services: BackingServices
  applications: Application[]
}

let stopping: Promise<void> | undefined
let askedAt = 0
const up: Partial<Up> = {}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stopAndExit())
// Whoever started us has died, perhaps by kill -9.
process.on('disconnect', () => void stopAndExit())

// The guards of the services keep nobody alive; we stay until we are told to go.
setInterval(() => undefined, 86_400_000)

try {
  const failed = await start()
  const error = await Promise.race(failed)
  if (stopping === undefined) throw error
} catch (error) {
  // A failure while we stop anyway is a consequence of that.
  if (stopping === undefined) {
    await stopAll()
    giveUp(error)
  }
}

async function start(): Promise<Promise<Error>[]> {
  const started = performance.now()
  const settings = ownSettings()
  const services = (up.services = await backingServices(settings))
  const ports = await choosePorts(settings)
  const environment = stackSettings(settings, services, ports)
  const env = { ...process.env, ...environment }
  await migrate(env)
  const { own } = services.postgres
  const demo = own && (await seedOnce(own.dataDir, env))
  up.applications = await startApplications(ports, env)
  writeStack('start', environment)
  say(invitation({ environment, ports, demo, seconds: (performance.now() - started) / 1000 }))
  return [...up.applications.map((application) => application.failed), ...backingFailures(services)]
}

async function backingServices(settings: Record<string, string>): Promise<BackingServices> {
  const running = await runningStack()
  if (running?.owner === 'start') {
    throw new ServiceError(`AfroChat runs already from this folder (${running.settings['PUBLIC_URL'] ?? ''}, process ${running.pid}): use it, or stop it there with Ctrl-C.`)
  }
  const known = { ...running?.settings, ...settings }
  const plan = await planRedis(known, { yes: process.argv.includes('--yes') })
  return openBackingServices(known, plan)
}

/** What the services, and the other commands, must know of this run. */
function stackSettings(settings: Record<string, string>, services: BackingServices, ports: Record<ApplicationName, number>): Record<string, string> {
  return {
    DATABASE_URL: services.postgres.url,
    REDIS_URL: services.redis.url,
    JWT_SECRET: settings['JWT_SECRET'] ?? keptSecret(),
    // The demo's password is known to everybody: only this machine may reach it, unless HOST says otherwise.
    HOST: settings['HOST'] ?? '127.0.0.1',
    PUBLIC_URL: settings['PUBLIC_URL'] ?? `http://localhost:${ports.api}`,
    ...Object.fromEntries(APPLICATIONS.map(({ name, portVariable }) => [portVariable, String(ports[name])])),
  }
}

function startApplications(ports: Record<ApplicationName, number>, env: NodeJS.ProcessEnv): Promise<Application[]> {
  return step('Starting api, websocket and worker', async () => {
    const results = await Promise.allSettled(APPLICATIONS.map(({ name }) => startApplication({ name, port: ports[name], env })))
    const running = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const failure = results.find((result) => result.status === 'rejected')
    if (!failure) return running
    await Promise.all(running.map((application) => application.stop()))
    throw failure.reason
  })
}

function backingFailures({ postgres, redis }: BackingServices): Promise<Error>[] {
  const named = [['PostgreSQL', postgres.own, 'postgres'] as const, ['Redis', redis.own, 'redis'] as const]
  return named.flatMap(([name, own, log]) =>
    own ? [own.exited.then(() => new ServiceError(`${name} ended unexpectedly: look into .afrochat/logs/${log}.log for the reason, and start again.`))] : [])
}

interface Invitation {
  environment: Record<string, string>
  ports: Record<ApplicationName, number>
  demo: string | undefined
  seconds: number
}

function invitation({ environment, ports, demo, seconds }: Invitation): string {
  return `
AfroChat is up (${seconds.toFixed(1)} s).

  API         ${environment['PUBLIC_URL']}/api/v1
  To read     ${environment['PUBLIC_URL']}/docs
  WebSocket   ws://localhost:${ports.websocket}/ws
  Health      ${environment['PUBLIC_URL']}/health   (worker: http://localhost:${ports.worker}/health)

${indent(demo ?? 'No demo data was added, since the database is your own: "npm run seed" does.')}

  Try it      npm run chat      in a second terminal, or in two
  Logs        .afrochat/logs/
  Stop        Ctrl-C (the data stay in .afrochat/data/)
`
}

function indent(text: string): string {
  return text.split('\n').map((line) => `  ${line}`).join('\n')
}

async function stopAll(): Promise<void> {
  removeStack()
  await Promise.all((up.applications ?? []).map((application) => application.stop()))
  await up.services?.stop()
}

/** At the second Ctrl-C we end at once: the guards stop what is left. */
async function stopAndExit(): Promise<void> {
  if (stopping !== undefined) {
    // One and the same signal may come twice, from the terminal and from our parent.
    if (performance.now() - askedAt > 500) process.exit(130)
    return
  }
  askedAt = performance.now()
  say('\nStopping … (Ctrl-C again to leave that to the background)')
  stopping = stopAll()
  await stopping
  say('Stopped.')
  process.exit(0)
}
