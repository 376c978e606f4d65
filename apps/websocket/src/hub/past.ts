import { accountStream, channelStream, memberStream, workspaceStream, type StreamKey } from '@afrochat/contracts'
import type { Places } from '@afrochat/workspace'
import { LogEntry } from '../broker/log-entry.ts'
import type { LogFeed } from '../broker/log-feed.ts'
import type { Member } from './member.ts'
import type { Records } from './ports.ts'

/** A stretch of one shard that memory no longer holds. */
export interface Stretch {
  readonly feed: LogFeed
  readonly after: number
  readonly upTo: number
}

/** The promise is 24 hours or this many events of the shard. */
const MAX_DISTANCE = 100_000
/** Read at most, of which the viewer may see some: events from before they joined a channel are read and left out. */
const MAX_ROWS = 8_000
const MAX_BYTES = 8 * 1024 * 1024
const PAGE = 1_000

/** Events of the viewer's streams, from PostgreSQL; undefined when there are too many, or some of them are no longer kept. */
export async function readPast(
  records: Pick<Records, 'readEvents'>,
  streams: readonly StreamKey[],
  { feed, after, upTo }: Stretch,
): Promise<LogEntry[] | undefined> {
  const { shard, epoch } = feed
  if (upTo - after > MAX_DISTANCE) return undefined
  const entries: LogEntry[] = []
  let bytes = 0
  for (let last = after; ;) {
    const page = await records.readEvents({ shard, after: last, upTo, limit: PAGE, streams })
    for (const event of page) {
      entries.push(new LogEntry(event, epoch))
      bytes += event.payload.length
    }
    if (entries.length > MAX_ROWS || bytes > MAX_BYTES) return undefined
    last = page.at(-1)?.pos ?? upTo
    if (page.length < PAGE) break
  }
  // Last: rows are removed from the oldest on, so when the first is still there, none was missing from the pages.
  const [first] = await records.readEvents({ shard, after, upTo, limit: 1 })
  if (first?.pos !== after + 1 || entries.some(({ fault }) => fault !== undefined)) return undefined
  return entries
}

/** Every stream of which something may have reached the user: also those that they have left, for the news of it. */
export function streamsOf({ userId, workspaces, channels }: Member, places: Places): StreamKey[] {
  const inWorkspaces = new Set([...workspaces.keys(), ...places.workspaceIds])
  const inChannels = new Set([...channels.keys(), ...places.channels.map(({ channelId }) => channelId)])
  return [
    accountStream(userId),
    ...[...inWorkspaces].flatMap((id) => [workspaceStream(id), memberStream(id, userId)]),
    ...[...inChannels].map((id) => channelStream(id)),
  ]
}
