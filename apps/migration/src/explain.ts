import { ConfigError } from '@afrochat/config'
import { isDatabaseUnavailable } from '@afrochat/database'
import { DomainError } from '@afrochat/kernel'
import { CommandFailed } from './command.ts'

/** What a person at the terminal should know of a failure. What nobody foresaw comes with its stack. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError || error instanceof CommandFailed) return error.message
  if (isDatabaseUnavailable(error)) return `The database cannot be reached: ${messageOf(error)}. Is PostgreSQL running, and is DATABASE_URL right?`
  if (isAboutTheLogin(error)) return `The database refuses: ${messageOf(error)}. Check DATABASE_URL.`
  if (error instanceof Error && error.cause !== undefined) return `${error.message}: ${messageOf(error.cause)}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** Invalid authorization (class 28) and unknown databases (class 3D). */
function isAboutTheLogin(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(?:28|3D)/.test(String(error.code))
}

/** A connection refused on all addresses of a name is an AggregateError without words of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
