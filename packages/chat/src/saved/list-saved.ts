import type { keptRoutes, Message, QueryOf, SavedMessage } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, toPage, type Actor, type MessageId, type Page } from '@afrochat/kernel'
import { readableAmong } from '@afrochat/workspace'
import { viewFor } from '../messages/show-messages.ts'
import { decodeTimePlace, encodeTimePlace } from '../paging/time-cursor.ts'
import * as saved from './saved.repository.ts'
import type { SavedRow } from './saved.repository.ts'

export type ListSaved = QueryOf<typeof keptRoutes.listSaved>

const LISTING = 'saved'

/**
 * One's own list, the latest saved first. What cannot be read now is there without its message; what was deleted is not,
 * so that a page may be shorter than it could be.
 */
export async function listSaved({ db }: { db: Db }, actor: Actor, { limit = DEFAULT_PAGE_SIZE, cursor }: ListSaved): Promise<Page<SavedMessage>> {
  const after = cursor === undefined ? undefined : decodeTimePlace(LISTING, cursor)
  const rows = await saved.list(db, { userId: actor.userId, after, limit: limit + 1 })
  const page = toPage(rows, limit, ({ saved_at: at, message_id: id }) => encodeTimePlace(LISTING, { at, id }))
  const shown = await readableOf(db, actor, page.items)
  return { ...page, items: page.items.flatMap((row) => toSavedMessage(row, shown)) }
}

/** Those of the entries whose channels the caller may read: the message, or null for one that is deleted. */
async function readableOf(db: Db, actor: Actor, entries: readonly SavedRow[]): Promise<ReadonlyMap<MessageId, Message | null>> {
  if (entries.length === 0) return new Map()
  const readable = await readableAmong(db, actor, [...new Set(entries.map(({ channel_id }) => channel_id))])
  const ids = entries.filter(({ channel_id }) => readable.has(channel_id)).map(({ message_id }) => message_id)
  const messages = await saved.listMessages(db, actor.userId, ids)
  const view = await viewFor(db, actor, messages)
  return new Map(messages.map((message) => [message.id, message.deleted_at === null ? view(message) : null]))
}

function toSavedMessage({ message_id, workspace_id, channel_id, saved_at }: SavedRow, shown: ReadonlyMap<MessageId, Message | null>): SavedMessage[] {
  const message = shown.get(message_id)
  if (message === null) return []
  return [{ message_id, workspace_id, channel_id, saved_at: saved_at.toISOString(), message: message ?? null }]
}
