import type { Db, Tx } from '@afrochat/database'
import { DomainError, type Actor, type MessageId } from '@afrochat/kernel'
import { getReadableChannel, lockChannelFor, type ChannelAccess } from '@afrochat/workspace'
import { messageNotFound } from './message.errors.ts'
import { findFor, type LoadedMessage } from './message-rows.repository.ts'
import * as messages from './messages.repository.ts'

/** A message on behalf of somebody who may read it, and what they are to its channel. */
export interface MessageAccess {
  readonly message: LoadedMessage
  readonly access: ChannelAccess
}

/** The message, or its tombstone. One in a channel that the caller may not read does not exist for them. */
export async function getReadableMessage(db: Db, actor: Actor, id: MessageId): Promise<MessageAccess> {
  const message = await findFor(db, actor.userId, id)
  if (message === undefined) throw messageNotFound()
  return { message, access: await orMessageNotFound(getReadableChannel(db, actor, message.channel_id)) }
}

/** The same, with the lock of its channel held: nothing of it, nor of who may do what to it, changes until the transaction ends. */
export async function lockMessage(tx: Tx, actor: Actor, id: MessageId): Promise<MessageAccess> {
  const channelId = await messages.findChannelId(tx, id)
  if (channelId === undefined) throw messageNotFound()
  const access = await orMessageNotFound(lockChannelFor(tx, actor, { id: channelId, action: 'channel.read' }))
  // Read after the lock was given: what was true while waiting for it may have changed.
  const message = await findFor(tx, actor.userId, id)
  if (message === undefined) throw messageNotFound()
  return { message, access }
}

/** The caller named a message: to speak of a channel would say that the message exists. */
async function orMessageNotFound(access: Promise<ChannelAccess>): Promise<ChannelAccess> {
  try {
    return await access
  } catch (error) {
    if (error instanceof DomainError && error.code === 'channel_not_found') throw messageNotFound()
    throw error
  }
}
