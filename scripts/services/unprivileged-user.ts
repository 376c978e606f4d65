import { execFileSync } from 'node:child_process'
import { ServiceError } from './service-error.ts'

/** An account of this machine. */
export interface SystemUser {
  uid: number
  gid: number
}

/**
 * Whom PostgreSQL runs as: it refuses root, so root runs it as `postgres` where there is one, else as `nobody`.
 * No account is created for it. Undefined: as the present user, who is not root.
 */
export function postgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const user = accountOf('postgres') ?? accountOf('nobody')
  if (user) return user
  throw new ServiceError('PostgreSQL refuses to run as root, and there is neither a user "postgres" nor "nobody": run this as an ordinary user.')
}

function accountOf(name: string): SystemUser | undefined {
  try {
    return { uid: idOf('-u', name), gid: idOf('-g', name) }
  } catch {
    // `id` fails when there is no such account: that is the answer.
    return undefined
  }
}

function idOf(option: '-u' | '-g', name: string): number {
  return Number.parseInt(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }), 10)
}

/** Whether this user may enter the directory: root sees into directories that others cannot pass. */
export function canEnter(user: SystemUser | undefined, directory: string): boolean {
  if (!user) return true
  try {
    execFileSync('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { ...user, cwd: '/', stdio: 'ignore' })
    return true
  } catch {
    // The shell's own exit status says that it may not.
    return false
  }
}
