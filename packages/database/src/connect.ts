import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { PLAN_LIFE_SECONDS, prepareMarked } from './prepared.ts'
import type { Tables } from './tables/index.ts'

/** The pool or an open transaction. For reads and single statements. */
export type Db = Kysely<Tables>
/** Exists only inside `transact`; a function that takes `Tx` cannot be called without one. */
export type Tx = Transaction<Tables>

export interface DatabaseOptions {
  readonly url: string
  /** Connections at most. */
  readonly poolSize: number
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  readonly onError: (error: Error) => void
  /** How long a query may wait for a connection, new or free again, until its caller is told that the database is unavailable. Default 2,000. */
  readonly connectionTimeoutMs?: number
}

const CONNECTION_TIMEOUT_MS = 2_000
const STATEMENT_TIMEOUT_MS = 10_000
/** Longer than a shard's queue of commits ever is; shorter than a client's patience. */
const LOCK_TIMEOUT_MS = 5_000
/** A transaction that holds a lock and does nothing stops a whole channel, or shard: it is ended. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5_000

/** int8 becomes a number: positions, seqs and counts stay below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === pg.types.builtins.INT8 && format !== 'binary') return Number
    const standard: unknown = pg.types.getTypeParser(oid, format)
    return standard
  },
}

/** A pool of connections. `onError` hears of idle connections that broke; the pool replaces them. Ended by `destroy()`. */
export function connectDatabase(options: DatabaseOptions): Db {
  const pool = createPool(options, { maxLifetimeSeconds: PLAN_LIFE_SECONDS })
  pool.on('connect', prepareMarked)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  pools.set(db, pool)
  return db
}

const pools = new WeakMap<Db, pg.Pool>()

/** How busy a pool is, for metrics. */
export interface PoolState {
  readonly total: number
  readonly idle: number
  /** Queries that wait for a connection. */
  readonly waiting: number
}

/** Of a database made by `connectDatabase`. */
export function poolStateOf(db: Db): PoolState {
  const pool = pools.get(db)
  return { total: pool?.totalCount ?? 0, idle: pool?.idleCount ?? 0, waiting: pool?.waitingCount ?? 0 }
}

const ignore = () => undefined

/** The same connections without the query builder, for the posting queue, which calls one function and nothing else. */
export function createPool(
  { url, poolSize, applicationName, onError, connectionTimeoutMs = CONNECTION_TIMEOUT_MS }: DatabaseOptions, more: pg.PoolConfig = {},
): pg.Pool {
  const pool = new pg.Pool({
    ...more,
    connectionString: url,
    max: poolSize,
    application_name: applicationName,
    connectionTimeoutMillis: connectionTimeoutMs,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    types,
  })
  pool.on('error', onError)
  // Of connections in use the pool hears nothing. One that the server ends between two queries of a transaction says so by the
  // failure of the next one, and by this event, which would end the process if nobody listened.
  pool.on('connect', (client) => client.on('error', ignore))
  return pool
}
