// npm run db:up, npm run db:down: PostgreSQL and Redis for development, in the background.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceError } from './services/index.ts'
import { openBackingServices } from './start/backing-services.ts'
import { planRedis } from './start/redis-plan.ts'
import { keptSecret, ownSettings } from './start/settings.ts'
import { removeStack, runningStack, writeStack } from './start/stack-file.ts'
import { isAlive } from './toolchain/running-stack.mjs'
import { giveUp, say } from './toolchain/say.mjs'
import { HOME, ROOT } from './toolchain/toolchain.mjs'

const COMMANDS: Record<string, () => Promise<void>> = { up, down, keep }

try {
  const command = COMMANDS[process.argv[2] ?? '']
  if (!command) throw new ServiceError('Say "up" or "down".')
  await command()
} catch (error) {
  giveUp(error)
}

async function up(): Promise<void> {
  const running = await runningStack()
  if (running) return report(running.settings)
  // Here, and not in the background, since it may ask before it installs.
  await planRedis(ownSettings(), { yes: process.argv.includes('--yes') })
  const keeper = startKeeper()
  while (keeper.exitCode === null) {
    const stack = await runningStack()
    if (stack) return report(stack.settings)
    await sleep(50)
  }
  throw new ServiceError(`The services did not start: ${join(HOME, 'logs', 'services.log')} says why.`)
}

function report(settings: Record<string, string>): void {
  say(`Running. "npm run …" finds them by itself; for other programs:\n  DATABASE_URL=${settings['DATABASE_URL'] ?? ''}\n  REDIS_URL=${settings['REDIS_URL'] ?? ''}`)
}

/** A process that lives on after this one, and with it what it starts. */
function startKeeper() {
  mkdirSync(join(HOME, 'logs'), { recursive: true })
  const log = openSync(join(HOME, 'logs', 'services.log'), 'w', 0o600)
  const keeper = spawn(process.execPath, [import.meta.filename, 'keep'], { cwd: ROOT, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  keeper.unref()
  return keeper
}

async function keep(): Promise<void> {
  const settings = ownSettings()
  const services = await openBackingServices(settings, await planRedis(settings, { yes: false }))
  writeStack('db', {
    DATABASE_URL: services.postgres.url,
    REDIS_URL: services.redis.url,
    JWT_SECRET: settings['JWT_SECRET'] ?? keptSecret(),
  })
  const stop = async (): Promise<void> => {
    removeStack()
    await services.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())
  // Keeps the process alive, and ends it with its services, so that the next "up" starts them anew.
  const ends = [services.postgres, services.redis].flatMap(({ own }) => (own ? [own.exited] : []))
  const forever = setInterval(() => undefined, 86_400_000)
  if (ends.length > 0) await Promise.race(ends)
  else return void clearInterval(forever)
  await stop()
}

async function down(): Promise<void> {
  const running = await runningStack()
  if (!running) return say('Nothing is running.')
  if (running.owner === 'start') throw new ServiceError(`These are run by npm start (process ${running.pid}): stop it there, with Ctrl-C.`)
  process.kill(running.pid, 'SIGTERM')
  while (isAlive(running.pid)) await sleep(50)
  say('Stopped. The data stay in .afrochat/data/.')
}
