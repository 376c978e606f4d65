import { join } from 'node:path'
import pg from 'pg'
import { startPostgres, ServiceError, type RunningPostgres, type RunningService } from '../services/index.ts'
import { say, step } from '../toolchain/say.mjs'
import { HOME } from '../toolchain/toolchain.mjs'

/** A service in use: one of our own, or one that the person named. */
export interface Found {
  url: string
  /** Undefined for what we did not start: that is not ours to stop. */
  own?: RunningService | undefined
}

/** The same, for PostgreSQL. */
export interface FoundPostgres extends Found {
  own?: RunningPostgres | undefined
}

/** PostgreSQL: the one of DATABASE_URL, else an embedded one. */
export async function openPostgres(settings: Record<string, string>): Promise<FoundPostgres> {
  const url = settings['DATABASE_URL']
  if (url !== undefined) return step('Using the PostgreSQL of DATABASE_URL', () => checked(url))
  const dataDir = join(HOME, 'data', 'postgres')
  const own = await step('Starting PostgreSQL 18 (embedded)', () => startPostgres({ dataDir, keep: true, logFile: join(HOME, 'logs', 'postgres.log') }))
  if (own.dataDir !== dataDir) say(`  Its data are in ${own.dataDir}, since its user cannot reach this folder.`)
  return { url: own.url, own }
}

async function checked(url: string): Promise<FoundPostgres> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    return { url }
  } catch (error) {
    throw new ServiceError(`${complaint(url, error)} Or unset DATABASE_URL, and PostgreSQL is brought along.`, { cause: error })
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** By the codes of PostgreSQL and of the network; never the URL itself, which holds a password. */
function complaint(url: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const { host, pathname } = URL.parse(url) ?? { host: 'an unreadable address', pathname: '/' }
  if (code === '28P01' || code === '28000') return `The PostgreSQL of DATABASE_URL (${host}) refuses that user or password: put them right.`
  if (code === '3D000') return `The PostgreSQL of DATABASE_URL (${host}) has no database "${pathname.slice(1)}": create it.`
  return `DATABASE_URL points to ${host}, where no PostgreSQL answers: start it there, or put the address right.`
}
