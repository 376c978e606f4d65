import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { HOME, ROOT } from '../toolchain/toolchain.mjs'

/** What the person has set, in the environment or in `.env`; an empty value is none. */
export function ownSettings(): Record<string, string> {
  const file = join(ROOT, '.env')
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const settings: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...fromFile, ...process.env })) if (value) settings[name] = value
  return settings
}

/** The secret of this installation, made at its first start: without it everybody would be signed out at the next. */
export function keptSecret(): string {
  const file = join(HOME, 'jwt-secret')
  if (!existsSync(file)) {
    mkdirSync(HOME, { recursive: true })
    writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600 })
  }
  return readFileSync(file, 'utf8').trim()
}
