import type { AnswerOf, messageRoutes } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import type { Permalinks } from '../quotes/permalink.ts'
import { getReadableMessage } from './load-message.ts'
import { messageNotFound } from './message.errors.ts'
import * as messages from './messages.repository.ts'

/** The address of a message for people. Whoever may not read the message finds nothing there, and nothing where it is quoted. */
export async function getPermalink(
  { db, permalinks }: { db: Db; permalinks: Permalinks },
  actor: Actor,
  messageId: MessageId,
): Promise<AnswerOf<typeof messageRoutes.getPermalink>> {
  const { message } = await getReadableMessage(db, actor, messageId)
  if (message.deleted_at !== null) throw messageNotFound()
  const slug = await messages.getSlug(db, message.workspace_id)
  return { permalink: permalinks.of({ slug, channelId: message.channel_id, messageId }) }
}
