import { types } from 'node:util'
import pg from 'pg'

/** SQLSTATE codes (PostgreSQL, appendix A). */
const UNIQUE_VIOLATION = '23505'
const DEADLOCK_DETECTED = '40P01'

/** Whether the error is the violation of this unique constraint or index. Let it decide duplicates, and say what it means. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION && error.constraint === constraint
}

export function isDeadlock(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === DEADLOCK_DETECTED
}

/** Classes of SQLSTATE that mean "the database cannot serve now": connection, resources, operator intervention. */
const UNAVAILABLE_CLASSES = ['08', '53', '57', '58']
const LOCK_NOT_AVAILABLE = '55P03'
const IDLE_IN_TRANSACTION_TIMEOUT = '25P03'
const NETWORK_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN']

/**
 * Whether the error says that the database is away, overloaded or refuses for now: the caller answers 503 and the
 * client tries again. (node-postgres reports a lost connection and a full pool as plain errors, known by their text.)
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? ''
    return UNAVAILABLE_CLASSES.includes(code.slice(0, 2)) || code === LOCK_NOT_AVAILABLE || code === IDLE_IN_TRANSACTION_TIMEOUT
  }
  // Not `instanceof`: in jest an error of Node's own is of another realm.
  if (!types.isNativeError(error)) return false
  if ('code' in error && NETWORK_CODES.includes(String(error.code))) return true
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after|the database system is/.test(error.message)
}
