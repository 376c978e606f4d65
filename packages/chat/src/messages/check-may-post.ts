import type { Db } from '@afrochat/database'
import type { Actor, ChannelId, MessageId } from '@afrochat/kernel'
import { getWritableChannel } from '@afrochat/workspace'
import { threadLocked, threadNotFound } from './message.errors.ts'
import * as messages from './messages.repository.ts'

export interface PostingPlace {
  readonly channel_id: ChannelId
  readonly thread_id?: MessageId | null
}

/**
 * Throws what posting there would be refused with, as things are at this moment. For what comes before a post and needs
 * no lock: a post is judged when it is stored.
 */
export async function checkMayPost({ db }: { db: Db }, actor: Actor, { channel_id: channelId, thread_id: threadId = null }: PostingPlace): Promise<void> {
  await getWritableChannel(db, actor, channelId)
  if (threadId === null) return
  const root = await messages.findRoot(db, channelId, threadId)
  if (root === undefined || root.deleted_at !== null) throw threadNotFound()
  if (root.locked_at !== null) throw threadLocked()
}
