import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { aFreePort } from './free-port.ts'
import { startGuarded, type Ended, type GuardedProcess } from './guarded-process.ts'
import { dataDirectory, postgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { explainPostgres } from './explain-failure.ts'
import { ServiceError } from './service-error.ts'
import { postgresUser, type SystemUser } from './unprivileged-user.ts'

const run = promisify(execFile)

/** What PostgreSQL to start. */
export interface PostgresOptions {
  /** Created when missing. Default: one in the system's directory for such things, which is deleted at the end. */
  dataDir?: string
  /** 0 or undefined: a free one. */
  port?: number
  /**
   * True: a database to rely on, which waits for the disk, and whose data the next start on `dataDir` finds. False, the
   * default: as fast as can be, loses everything when it stops, and leaves no file.
   */
  keep?: boolean
  /** Where the server's log is appended. Default: nowhere. */
  logFile?: string
}

/** A server started from here. */
export interface RunningService {
  /** For DATABASE_URL or REDIS_URL: the server's owner of the database `afrochat`, or database 0 of Redis. */
  url: string
  port: number
  pid: number
  /** Settles when the server has ended, for whatever reason. */
  exited: Promise<Ended>
  /** Stops the server and waits for its end. */
  stop(): Promise<void>
}

/** A PostgreSQL started from here. */
export interface RunningPostgres extends RunningService {
  /** The same database, as who may do anything. Only for setting up tests. */
  superuserUrl: string
  /** Where its data are: as root not always in the place that was asked for. */
  dataDir: string
}

const SUPERUSER = 'postgres'
const OWNER = 'afrochat'
const DATABASE = 'afrochat'

/** Recovery after a crash of a kept database may read a good deal of write-ahead log first. */
const START_TIMEOUT_MS = 120_000

// Throw-away: nothing needs to survive a crash, so nothing waits for the disk.
const THROW_AWAY = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=4GB',
  // Nobody but a superuser may end its workers, so one at work would keep a test's database from being dropped.
  'autovacuum=off',
]

/**
 * Starts a real PostgreSQL 18 on 127.0.0.1 with one database, owned by a role that is no superuser (as in
 * production), that may create further ones. It ends with this process, however that one ends.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  // Between choosing a free port and listening on it another program may take it.
  for (let attempt = 1; ; attempt++) {
    const port = options.port || (await aFreePort())
    const cluster = await openCluster(options)
    const server = await launch(cluster, port)
    try {
      await untilReady(cluster, server)
      const { pid, exited, stop } = server
      await makeOwnDatabase(cluster, port)
      return { url: urlFor(OWNER, cluster, port), superuserUrl: urlFor(SUPERUSER, cluster, port), port, pid, exited, stop, dataDir: cluster.dataDir }
    } catch (error) {
      await server.stop()
      if (options.port || attempt === 3) throw error
    }
  }
}

interface Cluster {
  binaries: PostgresBinaries
  user: SystemUser | undefined
  dataDir: string
  scrapDir: string | undefined
  keep: boolean
  password: string
  logFile: string | undefined
}

async function openCluster(options: PostgresOptions): Promise<Cluster> {
  const user = postgresUser()
  const keep = options.keep ?? false
  const dataDir = dataDirectory(user, { ...options, keep })
  const scrapDir = keep && options.dataDir !== undefined ? undefined : dataDir
  const cluster = { binaries: postgresBinaries(user), user, dataDir, scrapDir, keep, password: '', logFile: options.logFile }
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await createCluster(cluster)
  return { ...cluster, password: readFileSync(passwordFileOf(dataDir), 'utf8').trim() }
}

/** Made beside its place and moved there when it is whole: an interrupted start leaves no half of one behind. */
async function createCluster({ binaries, user, dataDir }: Cluster): Promise<void> {
  const unfinished = `${dataDir}.new`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true, mode: 0o700 })
  const passwordFile = `${unfinished}.password`
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (user) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid)
  try {
    // The built-in locale sorts the same on every system and needs none installed.
    await run(
      binaries.initdb,
      ['--pgdata', unfinished, '--username', SUPERUSER, '--pwfile', passwordFile, '--auth', 'scram-sha-256',
        '--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8',
        // A cheap hash: the password is 144 random bits, and tests connect thousands of times.
        '--set', 'scram_iterations=1', '--no-sync', '--no-instructions'],
      { ...user, env: serverEnvironment(), cwd: '/' },
    )
  } catch (error) {
    for (const path of [unfinished, passwordFile]) rmSync(path, { recursive: true, force: true })
    throw explainPostgres(error instanceof Error ? error.message : String(error), dataDir)
  }
  renameSync(passwordFile, join(unfinished, 'afrochat.password'))
  renameSync(unfinished, dataDir)
}

function passwordFileOf(dataDir: string): string {
  return join(dataDir, 'afrochat.password')
}

function launch(cluster: Cluster, port: number): Promise<GuardedProcess> {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
    ...(cluster.keep ? [] : THROW_AWAY),
  ]
  return startGuarded({
    command: cluster.binaries.postgres,
    args: ['-D', cluster.dataDir, ...settings.flatMap((setting) => ['-c', setting])],
    logFile: cluster.logFile,
    // INT disconnects everybody and writes a checkpoint; QUIT just ends, which a throw-away one may.
    stopSignal: cluster.keep ? 'INT' : 'QUIT',
    graceSeconds: cluster.keep ? 30 : 5,
    env: serverEnvironment(),
    cwd: '/',
    runAs: cluster.user,
    scrapDir: cluster.scrapDir,
  })
}

/** Only what the server needs: secrets of our environment are none of its business. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], LC_ALL: 'C', TZ: 'UTC' }
}

/** The server writes its state into the last line of postmaster.pid: this is how pg_ctl waits, too. */
async function untilReady(cluster: Cluster, server: GuardedProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  let lastWords: string | undefined
  void server.exited.then((end) => (lastWords = end.lastWords))
  while (!isReady(cluster.dataDir, server.pid)) {
    if (lastWords !== undefined) throw explainPostgres(lastWords, cluster.dataDir)
    if (Date.now() > deadline) throw new ServiceError(`PostgreSQL was not ready after ${START_TIMEOUT_MS / 1000} s: start again when the machine is less busy.`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}

function isReady(dataDir: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')
    return lines[0] === String(pid) && lines[7]?.trim() === 'ready'
  } catch {
    // Not written yet.
    return false
  }
}

/** Makes the role and the database that the applications use, unless an earlier start has made them. */
async function makeOwnDatabase(cluster: Cluster, port: number): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: SUPERUSER, password: cluster.password, database: 'postgres' })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) {
      const password = client.escapeLiteral(cluster.password)
      await client.query(`drop role if exists ${OWNER}`)
      await client.query(`create role ${OWNER} login createdb password ${password}`)
      await client.query(`create database ${DATABASE} owner ${OWNER}`)
    }
  } finally {
    await client.end()
  }
}

const urlFor = (role: string, { password }: Cluster, port: number): string => `postgres://${role}:${password}@127.0.0.1:${port}/${DATABASE}`
