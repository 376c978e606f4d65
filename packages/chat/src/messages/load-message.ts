import { lockHeads, type Db, type Tx } from '@afrochat/database'
import { DomainError, type Actor, type ChannelId, type MessageId } from '@afrochat/kernel'
import { getReadableChannel, type ChannelAccess } from '@afrochat/workspace'
import { messageNotFound } from './message.errors.ts'
import type { FullMessage } from './message.view.ts'
import * as messages from './messages.repository.ts'

/** A message on behalf of somebody who may read it, and what they are to its channel. */
export interface MessageAccess {
  readonly message: FullMessage
  readonly access: ChannelAccess
}

/** The message, or its tombstone. One in a channel that the caller may not read does not exist for them. */
export async function getReadableMessage(db: Db, actor: Actor, id: MessageId): Promise<MessageAccess> {
  const message = await messages.findById(db, id)
  if (message === undefined) throw messageNotFound()
  return { message, access: await getAccess(db, actor, message.channel_id) }
}

/** The same, with the lock of its channel held: nothing of it, nor of who may do what to it, changes until the transaction ends. */
export async function lockMessage(tx: Tx, actor: Actor, id: MessageId): Promise<MessageAccess> {
  const channelId = await messages.findChannelId(tx, id)
  if (channelId === undefined) throw messageNotFound()
  await lockHeads(tx, [channelId])
  // Both read after the lock was given: what was true while waiting for it may have changed.
  return getReadableMessage(tx, actor, id)
}

async function getAccess(db: Db, actor: Actor, channelId: ChannelId): Promise<ChannelAccess> {
  try {
    return await getReadableChannel(db, actor, channelId)
  } catch (error) {
    // The caller named a message: to speak of a channel would say that the message exists.
    if (error instanceof DomainError && error.code === 'channel_not_found') throw messageNotFound()
    throw error
  }
}
