import type { Message, messageRoutes, ParamsOf, QueryOf } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, decodeCursor, encodeCursor, toPage, type Actor, type MessageId, type Page } from '@afrochat/kernel'
import { getReadableMessage } from '../messages/load-message.ts'
import * as lists from '../messages/message-lists.repository.ts'
import { showMessages } from '../messages/show-messages.ts'

export type ListReplies = ParamsOf<typeof messageRoutes.listReplies> & QueryOf<typeof messageRoutes.listReplies>

/** Oldest first. Threads have one level: a reply has none. Those of a deleted message stay reachable. */
export async function listReplies({ db }: { db: Db }, actor: Actor, input: ListReplies): Promise<Page<Message>> {
  const { message_id: messageId, limit = DEFAULT_PAGE_SIZE, cursor } = input
  await getReadableMessage(db, actor, messageId)
  const [newerThan] = cursor === undefined ? [0] : decodeCursor(listingOf(messageId), ['number'], cursor)
  const rows = await lists.listReplies(db, { readerId: actor.userId, rootId: messageId, newerThan, limit: limit + 1 })
  const page = toPage(rows, limit, (last) => encodeCursor(listingOf(messageId), last.seq))
  return { ...page, items: await showMessages(db, actor, page.items) }
}

const listingOf = (messageId: MessageId) => `replies:${messageId}`
