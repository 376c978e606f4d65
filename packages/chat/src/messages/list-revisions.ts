import type { MessageRevision, messageRoutes, ParamsOf, QueryOf } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, decodeCursor, encodeCursor, toPage, type Actor, type MessageId, type Page } from '@afrochat/kernel'
import { getReadableMessage } from './load-message.ts'
import { assertMayReadEdits } from './message.policy.ts'
import * as revisions from './revisions.repository.ts'

export type ListRevisions = ParamsOf<typeof messageRoutes.listRevisions> & QueryOf<typeof messageRoutes.listRevisions>

/** The texts that edits replaced, newest first. A deleted message has none. */
export async function listRevisions({ db }: { db: Db }, actor: Actor, input: ListRevisions): Promise<Page<MessageRevision>> {
  const { message_id: messageId, limit = DEFAULT_PAGE_SIZE, cursor } = input
  assertMayReadEdits(actor, await getReadableMessage(db, actor, messageId))
  const [before] = cursor === undefined ? [undefined] : decodeCursor(listingOf(messageId), ['number'], cursor)
  const rows = await revisions.list(db, { messageId, before, limit: limit + 1 })
  const page = toPage(rows, limit, (last) => encodeCursor(listingOf(messageId), last.change_seq))
  return { ...page, items: page.items.map(toRevision) }
}

const listingOf = (messageId: MessageId) => `revisions:${messageId}`

const toRevision = ({ content, editor_id, change_seq, created_at }: revisions.RevisionRow): MessageRevision =>
  ({ content, editor_id, change_seq, replaced_at: created_at.toISOString() })
