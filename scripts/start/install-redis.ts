import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import { ServiceError } from '../services/index.ts'
import { capture } from '../toolchain/programs.mjs'
import { say } from '../toolchain/say.mjs'

/** How a system's package manager installs Redis. */
interface PackageManager {
  name: string
  commands: string[][]
  /** Homebrew refuses root; the others want it. */
  needsRoot: boolean
}

const MANAGERS: PackageManager[] = [
  { name: 'apt-get', commands: [['apt-get', 'update'], ['apt-get', 'install', '--yes', '--no-install-recommends', 'redis-server']], needsRoot: true },
  { name: 'dnf', commands: [['dnf', 'install', '--assumeyes', 'redis']], needsRoot: true },
  { name: 'apk', commands: [['apk', 'add', 'redis']], needsRoot: true },
  { name: 'brew', commands: [['brew', 'install', 'redis']], needsRoot: false },
]

const OTHERWISE = 'Or set REDIS_URL to a Redis of your own.'

/** Installs Redis by the system's package manager, after saying so and (without `yes`) asking. */
export async function installRedis({ yes }: { yes: boolean }): Promise<void> {
  const manager = await findManager()
  if (!manager) {
    throw new ServiceError(`Redis is missing, and there is no apt-get, dnf, apk or brew to install it: install redis-server 6.2 or newer. ${OTHERWISE}`)
  }
  const prefix = manager.needsRoot && process.getuid?.() !== 0 ? ['sudo'] : []
  const spoken = [...prefix, ...(manager.commands.at(-1) ?? [])].join(' ')
  if (prefix.length > 0 && !(await isThere('sudo'))) {
    throw new ServiceError(`Redis is missing, and you may not install it: have an administrator run "${spoken.replace(/^sudo /, '')}". ${OTHERWISE}`)
  }
  await consent(spoken, yes)
  for (const command of manager.commands) await runVisibly([...prefix, ...command], spoken)
}

async function findManager(): Promise<PackageManager | undefined> {
  for (const manager of MANAGERS) if (await isThere(manager.name)) return manager
  return undefined
}

async function isThere(program: string): Promise<boolean> {
  const { status } = await capture('/bin/sh', ['-c', 'command -v "$1"', 'sh', program])
  return status === 0
}

async function consent(command: string, yes: boolean): Promise<void> {
  if (yes || process.env['CI']) return say(`· Installing Redis, which is missing: ${command}`)
  if (!process.stdin.isTTY) {
    throw new ServiceError(`Redis is missing: run "${command}", or start with "npm start -- --yes" to let it be installed. ${OTHERWISE}`)
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`Redis is missing. Install it with "${command}"? [Y/n] `)
  terminal.close()
  if (!/^(y(es)?)?$/i.test(answer.trim())) throw new ServiceError(`Redis is missing, and is needed: install redis-server 6.2 or newer. ${OTHERWISE}`)
}

/** Its output is shown, and it may ask for a password. */
async function runVisibly([program = '', ...args]: string[], spoken: string): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['inherit', 2, 2],
    // Debian starts what it installs, on a port and with data of its own: not wanted here, and this level starts nothing.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  })
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', resolve)
  })
  if (status !== 0) throw new ServiceError(`Redis is missing, and "${spoken}" failed: see above why, and run it yourself. ${OTHERWISE}`)
}
