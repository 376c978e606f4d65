import type { Selectable } from 'kysely'
import type { Db, Tables } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'

const TABLES = ['workspaces', 'channels', 'channel_members', 'channel_user_states', 'messages', 'message_mentions', 'thread_subscriptions'] as const
type Table = (typeof TABLES)[number]
/** Everything that counts follow from, as it is stored. */
export type RawRows = { readonly [T in Table]: readonly Selectable<Tables[T]>[] }

export async function readRawRows(db: Db): Promise<RawRows> {
  const entries = await Promise.all(TABLES.map(async (table) => [table, await db.selectFrom(table).selectAll().execute()] as const))
  return Object.fromEntries(entries) as unknown as RawRows
}

interface Counts {
  readonly unread_count: number
  readonly mention_count: number
}

/** What somebody has not read, by place. */
export interface Recounted {
  readonly channels: ReadonlyMap<string, Counts & { readonly last_read_seq: number; readonly muted: boolean }>
  /** By root. */
  readonly threads: ReadonlyMap<string, Counts & { readonly last_read_seq: number }>
}

type MessageRow = RawRows['messages'][number]

/**
 * Counts from the rows alone, message by message, in plain words of the rules: a second account, with which what is
 * served must agree. It knows nothing of the queries that serve.
 */
export function recount(rows: RawRows, { userId, workspaceId }: { readonly userId: UserId; readonly workspaceId: WorkspaceId }): Recounted {
  const channels = new Map<string, Counts & { last_read_seq: number; muted: boolean }>()
  const threads = new Map<string, Counts & { last_read_seq: number }>()
  for (const membership of rows.channel_members) {
    const channel = rows.channels.find(({ id }) => id === membership.channel_id)
    if (membership.user_id !== userId || membership.workspace_id !== workspaceId || membership.to_seq !== null || channel?.deleted_at !== null) continue
    const kept = rows.channel_user_states.find((state) => state.channel_id === channel.id && state.user_id === userId)
    const place: Place = { rows, userId, isDirect: channel.kind === 'dm' || channel.kind === 'group_dm', isMuted: kept?.muted ?? false }
    const inChannel = rows.messages.filter((message) => message.channel_id === channel.id)

    const read = Math.max(kept?.last_read_seq ?? 0, membership.from_seq)
    channels.set(channel.id, {
      last_read_seq: read, muted: place.isMuted,
      ...count(place, inChannel.filter((message) => message.seq > read && (message.thread_id === null || message.also_in_channel))),
    })
    for (const subscription of rows.thread_subscriptions) {
      if (subscription.user_id !== userId || subscription.channel_id !== channel.id || !subscription.following) continue
      const readThere = Math.max(subscription.last_read_seq, membership.from_seq)
      const replies = inChannel.filter((message) => message.thread_id === subscription.root_id && message.seq > readThere && !message.also_in_channel)
      threads.set(subscription.root_id, { last_read_seq: readThere, ...count(place, replies) })
    }
  }
  return { channels, threads }
}

interface Place {
  readonly rows: RawRows
  readonly userId: UserId
  readonly isDirect: boolean
  readonly isMuted: boolean
}

function count(place: Place, messages: readonly MessageRow[]): Counts {
  let [unread_count, mention_count] = [0, 0]
  for (const message of messages) {
    if (message.deleted_at !== null) continue
    const isUnread = message.kind !== 'system' && (message.user_id !== place.userId || message.kind === 'bot')
    if (isUnread) unread_count += 1
    if (mentions(place, message, isUnread)) mention_count += 1
  }
  return { unread_count, mention_count }
}

function mentions({ rows, userId, isDirect, isMuted }: Place, { id, mention_channel }: MessageRow, isUnread: boolean): boolean {
  const own = rows.message_mentions.find((mention) => mention.message_id === id && mention.user_id === userId)
  if (own?.direct === true) return true
  if (isMuted) return false
  return own !== undefined || (isUnread && (isDirect || mention_channel === 'channel' || mention_channel === 'everyone'))
}

export const sumOf = (counts: Iterable<Counts>, count: keyof Counts): number => [...counts].reduce((sum, one) => sum + one[count], 0)
