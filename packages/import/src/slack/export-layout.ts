import { archiveRefused } from '../archive/archive.errors.ts'
import type { Archive } from '../archive/open-archive.ts'
import type { NoticeBook } from '../report/notices.ts'

/** Where things are in an export. */
export interface ExportLayout {
  readonly users: string
  /** Lists of channels: public ones, private ones. */
  readonly channelLists: readonly { readonly file: string; readonly kind: 'public' | 'private' }[]
  /** Lists of direct conversations. */
  readonly conversationLists: readonly string[]
  /** The files of each folder that holds days, oldest day first. */
  readonly days: ReadonlyMap<string, readonly string[]>
}

const DAY = /^([^/]+)\/(\d{4}-\d{2}-\d{2})\.json$/
/** What Slack puts beside, which holds nothing that could be imported. */
const KNOWN_OTHERS = /^(?:integration_logs|canvases|lists|file_conversations|huddle_transcripts|org_users)\.json$/

/** Finds the files by their names; throws `archive_refused` when it is no Slack export. */
export function layoutOf(archive: Archive, notices: NoticeBook): ExportLayout {
  const root = rootOf(archive)
  const files = archive.names.filter((name) => name.startsWith(root))
  const has = (name: string) => files.includes(root + name)
  const channelLists = [
    { file: 'channels.json', kind: 'public' as const },
    { file: 'groups.json', kind: 'private' as const },
  ].filter(({ file }) => has(file)).map(({ file, kind }) => ({ file: root + file, kind }))
  if (channelLists.length === 0) throw archiveRefused('it has no channels.json: is it an export from Slack?')

  const conversationLists = ['dms.json', 'mpims.json'].filter(has).map((file) => root + file)
  const days = daysOf(files, root)
  const known = new Set([`${root}users.json`, ...channelLists.map(({ file }) => file), ...conversationLists, ...[...days.values()].flat()])
  for (const name of archive.names) {
    if (!known.has(name) && !KNOWN_OTHERS.test(name.slice(root.length))) notices.note('other_file', name)
  }
  return { users: `${root}users.json`, channelLists, conversationLists, days }
}

/** Some archives, packed again by hand, have everything in one folder. */
function rootOf(archive: Archive): string {
  const users = archive.names.filter((name) => /^(?:[^/]+\/)?users\.json$/.test(name) && !name.startsWith('__MACOSX/'))
  const [first] = users.toSorted((one, other) => one.length - other.length)
  if (first === undefined) throw archiveRefused('it has no users.json: is it an export from Slack?')
  return first.slice(0, -'users.json'.length)
}

function daysOf(files: readonly string[], root: string): Map<string, string[]> {
  const days = new Map<string, string[]>()
  for (const file of files) {
    const [, folder] = DAY.exec(file.slice(root.length)) ?? []
    if (folder === undefined) continue
    const list = days.get(folder)
    if (list === undefined) days.set(folder, [file])
    else list.push(file)
  }
  for (const list of days.values()) list.sort()
  return days
}
