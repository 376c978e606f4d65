import { existsSync } from 'node:fs'
import type { Channel, Message, SignedIn, Workspace } from '@afrochat/contracts'
import type { Stack } from '@afrochat/test-support'
import { openHttp, type HttpConnection } from './http-connection.ts'
import { ms, percentiles, table } from './measure.ts'
import { exportFile, importExport } from './slack-import.ts'
import { ask } from './town.ts'

const READERS = [1, 16] as const
const SECONDS = 4
const PAGE = 50

interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor: string | null
}

/** Imports a Slack export, then reads its history and threads. The export: AFROCHAT_DEMO_EXPORT, or the one beside the project. */
export async function measureHistory(stack: Stack): Promise<string> {
  const file = exportFile()
  if (!existsSync(file)) return 'There is no Slack export to read: set AFROCHAT_DEMO_EXPORT to the path of one.'
  const connection = await openHttp(stack.apiUrl)
  const body = { email: 'reader@load.example', username: 'reader', password: 'correct horse battery', display_name: 'Reader' }
  const { access_token: token } = await ask<SignedIn>(connection, 'POST', '/auth/register', { body })
  const report = await runImport(stack, file)
  const paths = await findPaths(connection, token)
  const rows = []
  for (const [name, path] of Object.entries(paths)) {
    for (const readers of READERS) {
      const samples = await read(stack, { path, token, readers })
      const { p50, p99 } = percentiles(samples)
      rows.push([name, readers, Math.round(samples.length / SECONDS), ms(p50), ms(p99)])
    }
  }
  connection.close()
  return `${report}\n\n${table(['what', 'readers', 'a second', 'p50 ms', 'p99 ms'], rows)}`
}

async function runImport(stack: Stack, file: string): Promise<string> {
  const startedAt = performance.now()
  const report = await importExport(stack, { file, join: 'reader' })
  return `Import of the whole export, process and all: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n\n${report}`
}

/** Pages that people open: the newest, one ten pages back, the longest thread, what changed in the last hundred places. */
async function findPaths(connection: HttpConnection, token: string): Promise<Record<string, string>> {
  const get = <T>(path: string) => ask<T>(connection, 'GET', path, { token })
  const { items: [workspace] } = await get<Page<Workspace>>('/workspaces')
  const { items: channels } = await get<Page<Channel>>(`/workspaces/${workspace?.id ?? ''}/channels`)
  const channel = channels.toSorted((a, b) => b.last_seq - a.last_seq)[0]
  if (workspace === undefined || channel === undefined) throw new Error('the import left no channel to read')
  const history = `/channels/${channel.id}/messages?limit=${PAGE}`
  const roots: Message[] = []
  const pages: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const path: string = cursor === '' ? history : `${history}&cursor=${cursor}`
    pages.push(path)
    const page: Page<Message> = await get(path)
    roots.push(...page.items)
    cursor = page.next_cursor
  }
  const longest = roots.toSorted((a, b) => b.reply_count - a.reply_count)[0]
  return {
    'newest page of history': history,
    'page 10 of history': pages[10] ?? history,
    [`first page of a thread of ${longest?.reply_count ?? 0}`]: `/messages/${longest?.id ?? ''}/replies?limit=${PAGE}`,
    'changes, last 100': `/channels/${channel.id}/changes?since=${channel.last_seq - 100}&limit=100`,
    boot: `/workspaces/${workspace.id}/boot`,
  }
}

async function read(stack: Stack, { path, token, readers }: { readonly path: string; readonly token: string; readonly readers: number }): Promise<number[]> {
  const samples: number[] = []
  const until = performance.now() + SECONDS * 1000
  await Promise.all(Array.from({ length: readers }, async () => {
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
