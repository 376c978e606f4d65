import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Channel, Message, Workspace } from '@afrochat/contracts'
import { waitFor, type Stack } from '@afrochat/test-support'
import type { Captured } from './capture-statements.ts'
import { fillWorkspace } from './fill-workspace.ts'
import { openHttp, type HttpConnection } from './http-connection.ts'
import { Fault, ms, percentiles, table } from './measure.ts'
import { isRead, largeScans } from './plans.ts'
import { exportFile, importExport } from './slack-import.ts'
import { accept, anInvite, ask, register, type Person } from './town.ts'

const READERS = [1, 16] as const
const SECONDS = Number(process.env['LOAD_SECONDS'] ?? 4)
const MESSAGES = Number(process.env['LOAD_MESSAGES'] ?? 100_000)
/** Two sizes of a page, of which the larger must not take more queries. */
const PAGES = [10, 100] as const

const captureDirectory = mkdtempSync(join(tmpdir(), 'afrochat-capture-'))
const CAPTURE_FILE = join(captureDirectory, 'statements')
process.once('exit', () => rmSync(captureDirectory, { recursive: true, force: true }))

/** Settings of the stack: the api tells what it asks PostgreSQL, when it is asked to. */
export const readsEnvironment = {
  NODE_OPTIONS: `--import ${new URL('capture-statements.ts', import.meta.url).href}`,
  CAPTURE_FILE,
}

/** A read, by the size of its page; those that have no pages answer the same to any. */
interface Read {
  readonly name: string
  readonly path: (limit: number) => string
}

/**
 * What people read all day, in a workspace of 500 people, 200 channels and 100,000 messages beside what an export brought:
 * how long it takes, how many queries, and whether any of them reads a large table from end to end, which is a fault.
 */
export async function measureReads(stack: Stack): Promise<string> {
  const readers = await buildPlace(stack)
  const connection = await openHttp(stack.apiUrl)
  const reads = await findReads(connection, readers)
  const faults: string[] = []
  const rows: (string | number)[][] = []
  /** Readers → p50 of the first of the reads. */
  const baselines = new Map<number, number>()
  for (const read of reads) {
    const { queries, problems } = await examine(stack, connection, { read, reader: readers[0] })
    faults.push(...problems.map((problem) => `${read.name}: ${problem}`))
    for (const count of READERS) {
      const samples = await measure(stack, read.path(50), readers.slice(0, count))
      const { p50, p99 } = percentiles(samples)
      const baseline = baselines.get(count) ?? p50
      baselines.set(count, baseline)
      rows.push([read.name, queries, count, Math.round(samples.length / SECONDS), ms(p50), ms(p99), (p50 / baseline).toFixed(1)])
    }
  }
  connection.close()
  const measured = table(['what', 'queries', 'readers', 'a second', 'p50 ms', 'p99 ms', 'times the first'], rows)
  if (faults.length > 0) throw new Fault(`${measured}\n\nWrong plans:\n${faults.join('\n')}`)
  return measured
}

type Readers = readonly [Person, ...Person[]]

/** The export, if there is one, and years of use besides. Everybody who reads is in most of its channels. */
async function buildPlace(stack: Stack): Promise<Readers> {
  const connection = await openHttp(stack.apiUrl)
  const first = await register(connection, 0)
  const others: Person[] = []
  for (let index = 1; index < Math.max(...READERS); index += 1) others.push(await register(connection, index))
  const file = exportFile()
  if (existsSync(file)) await importExport(stack, { file, join: 'load0' })
  else await ask(connection, 'POST', '/workspaces', { token: first.token, body: { name: 'Generated' } })
  const { items: [workspace] } = await ask<{ items: Workspace[] }>(connection, 'GET', '/workspaces', { token: first.token })
  if (workspace === undefined) throw new Error('no workspace')
  const { token: invite } = await anInvite(connection, first, workspace.id)
  for (const other of others) await accept(connection, other, invite)
  await fillWorkspace({ databaseUrl: stack.databaseUrl, workspaceId: workspace.id, readerIds: [first, ...others].map(({ id }) => id), messages: MESSAGES })
  connection.close()
  return [first, ...others]
}

async function findReads(connection: HttpConnection, [{ token }]: Readers): Promise<Read[]> {
  const get = <T>(path: string) => ask<T>(connection, 'GET', path, { token })
  const { items: [workspace] } = await get<{ items: Workspace[] }>('/workspaces')
  const { items: channels } = await get<{ items: Channel[] }>(`/workspaces/${workspace?.id ?? ''}/channels?filter=mine&limit=200`)
  const [busiest] = channels.toSorted((a, b) => b.last_seq - a.last_seq)
  if (workspace === undefined || busiest === undefined) throw new Error('there is no channel to read')
  const middle = Math.floor(busiest.last_seq / 2)
  const page = await get<{ items: Message[] }>(`/channels/${busiest.id}/messages?limit=200`)
  const [longest] = page.items.toSorted((a, b) => b.reply_count - a.reply_count)
  return [
    // As little as a request can be: the baseline of the machine in this run.
    { name: '(who am I)', path: () => '/users/me' },
    { name: 'newest page of history', path: (limit) => `/channels/${busiest.id}/messages?limit=${limit}` },
    { name: 'page in the middle of history', path: (limit) => `/channels/${busiest.id}/messages?around=${middle}&limit=${limit}` },
    { name: `page of a thread of ${longest?.reply_count ?? 0}`, path: (limit) => `/messages/${longest?.id ?? ''}/replies?limit=${limit}` },
    { name: 'changes', path: (limit) => `/channels/${busiest.id}/changes?since=${middle}&limit=${limit}` },
    { name: 'channel list', path: (limit) => `/workspaces/${workspace.id}/channels?filter=mine&limit=${limit}` },
    { name: 'unreads', path: () => `/workspaces/${workspace.id}/unreads` },
    { name: 'threads inbox', path: (limit) => `/workspaces/${workspace.id}/threads?limit=${limit}` },
    { name: `boot, ${channels.length} channels`, path: () => `/workspaces/${workspace.id}/boot` },
  ]
}

interface Examined {
  readonly queries: number
  readonly problems: readonly string[]
}

/** Asks for a small and for a large page, and looks at what that made the api ask. */
async function examine(stack: Stack, connection: HttpConnection, { read, reader: { token } }: { read: Read; reader: Person }): Promise<Examined> {
  const pid = stack.apis[0]?.pid() ?? 0
  const askFor = (limit: number) => ask(connection, 'GET', read.path(limit), { token })
  process.kill(pid, 'SIGUSR2')
  // Until the signal is heard. The first answer would not count anyhow: what an api learns for it, it remembers.
  await waitFor(async () => existsSync(CAPTURE_FILE) || void (await askFor(PAGES[0])))
  const [small, large] = [await captureFewest(() => askFor(PAGES[0])), await captureFewest(() => askFor(PAGES[1]))]
  process.kill(pid, 'SIGUSR2')
  rmSync(CAPTURE_FILE, { force: true })
  const scans = await largeScans(stack.databaseUrl, [...small, ...large])
  const [few, many] = [small.filter(isRead).length, large.filter(isRead).length]
  const growth = many > few ? [`${few} queries for a page of ${PAGES[0]}, ${many} for one of ${PAGES[1]}`] : []
  return { queries: many, problems: [...scans.map((name) => `a sequential scan of ${name}`), ...growth] }
}

/** Of several tries the one with the fewest: now and then the api asks something of its own accord. */
async function captureFewest(act: () => Promise<unknown>): Promise<Captured[]> {
  const tries = [await capture(act), await capture(act), await capture(act)]
  return tries.reduce((fewest, captured) => (captured.length < fewest.length ? captured : fewest))
}

/** The statements are in the file before the answer is sent. */
async function capture(act: () => Promise<unknown>): Promise<Captured[]> {
  rmSync(CAPTURE_FILE, { force: true })
  await act()
  return readFileSync(CAPTURE_FILE, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Captured) // We wrote it.
}

async function measure(stack: Stack, path: string, readers: readonly Person[]): Promise<number[]> {
  const samples: number[] = []
  const until = performance.now() + SECONDS * 1000
  await Promise.all(readers.map(async ({ token }) => {
    const connection = await openHttp(stack.apiUrl)
    while (performance.now() < until) {
      const from = performance.now()
      await ask(connection, 'GET', path, { token })
      samples.push(performance.now() - from)
    }
    connection.close()
  }))
  return samples
}
