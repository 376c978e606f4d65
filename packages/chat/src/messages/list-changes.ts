import type { channelRoutes, Message, ParamsOf, QueryOf } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, decodeCursor, encodeCursor, invalidCursor, isUuid, toPage, type Actor, type ChannelId, type MessageId, type Page } from '@afrochat/kernel'
import { getReadableChannel } from '@afrochat/workspace'
import * as lists from './message-lists.repository.ts'
import { showMessages } from './show-messages.ts'

/** Up to `since` the caller knows everything. */
export type ListChanges = ParamsOf<typeof channelRoutes.listChannelChanges> & QueryOf<typeof channelRoutes.listChannelChanges>

/**
 * The messages changed since, by `change_seq`, each in its present state, tombstones and replies included. One that
 * changes while somebody pages moves to the end and comes again there: nothing is skipped, and the last word is right.
 */
export async function listChanges({ db }: { db: Db }, actor: Actor, input: ListChanges): Promise<Page<Message>> {
  const { channel_id: channelId, since, limit = DEFAULT_PAGE_SIZE, cursor } = input
  await getReadableChannel(db, actor, channelId)
  const start = cursor === undefined ? { since, afterId: undefined } : startOf(channelId, cursor)
  const rows = await lists.listChanges(db, { readerId: actor.userId, channelId, ...start, limit: limit + 1 })
  const page = toPage(rows, limit, (last) => encodeCursor(listingOf(channelId), last.change_seq, last.id))
  return { ...page, items: await showMessages(db, actor, page.items) }
}

function startOf(channelId: ChannelId, cursor: string): { since: number; afterId: MessageId } {
  const [since, id] = decodeCursor(listingOf(channelId), ['number', 'string'], cursor)
  if (!isUuid(id)) throw invalidCursor()
  // The form was just checked.
  return { since, afterId: id as MessageId }
}

const listingOf = (channelId: ChannelId) => `changes:${channelId}`
