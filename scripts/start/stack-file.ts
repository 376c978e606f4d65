import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'
import { isListening } from '../services/index.ts'
import { isAlive, RUNNING } from '../toolchain/running-stack.mjs'

/** Who started the services: `npm start`, or `npm run db:up`. */
export type Owner = 'start' | 'db'

/** Services that are running now, as written down by their owner. */
export interface RunningStack {
  owner: Owner
  pid: number
  settings: Record<string, string>
}

/** What runs from this folder now, if anything does. */
export async function runningStack(): Promise<RunningStack | undefined> {
  if (!existsSync(RUNNING)) return undefined
  const { AFROCHAT_OWNER: owner, AFROCHAT_OWNER_PID: pid, ...rest } = parseEnv(readFileSync(RUNNING, 'utf8'))
  const settings: Record<string, string> = {}
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) settings[name] = value
  // After a crash another program may have got that pid: only what also answers is running.
  if (!isAlive(Number(pid)) || !(await databaseListens(settings['DATABASE_URL']))) return undefined
  return { owner: owner === 'db' ? 'db' : 'start', pid: Number(pid), settings }
}

async function databaseListens(url: string | undefined): Promise<boolean> {
  const address = url === undefined ? null : URL.parse(url)
  return address !== null && (await isListening(address.hostname, Number(address.port || 5432)))
}

/** Tells other commands where the services are. */
export function writeStack(owner: Owner, settings: Record<string, string>): void {
  mkdirSync(dirname(RUNNING), { recursive: true })
  const entries = { AFROCHAT_OWNER: owner, AFROCHAT_OWNER_PID: process.pid, ...settings }
  const lines = Object.entries(entries).map(([name, value]) => `${name}=${value}`)
  writeFileSync(RUNNING, `${lines.join('\n')}\n`, { mode: 0o600 })
}

/** To be called before the services are stopped, by who has written it. */
export function removeStack(): void {
  rmSync(RUNNING, { force: true })
}
