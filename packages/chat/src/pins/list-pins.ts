import type { keptRoutes, ParamsOf, PinnedMessage, QueryOf } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, toPage, type Actor, type Page } from '@afrochat/kernel'
import { getReadableChannel } from '@afrochat/workspace'
import { viewFor } from '../messages/show-messages.ts'
import { decodeTimePlace, encodeTimePlace } from '../paging/time-cursor.ts'
import * as pins from './pins.repository.ts'

export type ListPins = ParamsOf<typeof keptRoutes.listPins> & QueryOf<typeof keptRoutes.listPins>

/** The pinned messages of a channel, the latest pinned first. */
export async function listPins({ db }: { db: Db }, actor: Actor, input: ListPins): Promise<Page<PinnedMessage>> {
  const { channel_id: channelId, limit = DEFAULT_PAGE_SIZE, cursor } = input
  await getReadableChannel(db, actor, channelId)
  const listing = `pins:${channelId}`
  const after = cursor === undefined ? undefined : decodeTimePlace(listing, cursor)
  const rows = await pins.list(db, { readerId: actor.userId, channelId, after, limit: limit + 1 })
  const page = toPage(rows, limit, ({ pinned_at: at, id }) => encodeTimePlace(listing, { at, id }))
  const view = await viewFor(db, actor, page.items)
  return { ...page, items: page.items.map((row) => ({ ...view(row), pinned_by: row.pinned_by, pinned_at: row.pinned_at.toISOString() })) }
}
