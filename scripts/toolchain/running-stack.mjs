// Where the services of `npm start` or `npm run db:up` are, for the other commands.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HOME, ROOT } from './toolchain.mjs'

/** Written by whoever starts the services, removed when they stop: lines of NAME=value, and the owner's process id. */
export const RUNNING = join(HOME, 'running.env')

/**
 * The settings of the running services that the person has not set: neither in the environment nor in `.env`.
 * @returns {Record<string, string>}
 */
export function settingsOfRunningStack() {
  const running = existsSync(RUNNING) ? parse(readFileSync(RUNNING, 'utf8')) : {}
  const owner = Number(running['AFROCHAT_OWNER_PID'])
  if (!isAlive(owner)) return {}
  const own = { ...(existsSync(join(ROOT, '.env')) ? parse(readFileSync(join(ROOT, '.env'), 'utf8')) : {}), ...process.env }
  return Object.fromEntries(Object.entries(running).filter(([name]) => own[name] === undefined))
}

/** @param {string} text */
function parse(text) {
  const lines = text.split('\n').map((line) => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)$/.exec(line))
  return Object.fromEntries(lines.filter((match) => match !== null).map(([, name, value]) => [name, value]))
}

/** @param {number} pid */
export function isAlive(pid) {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, but another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
