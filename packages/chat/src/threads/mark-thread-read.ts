import type { ThreadSubscription } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { getReadableMessage } from '../messages/load-message.ts'
import { answerSubscription, threadOf } from './own-subscription.ts'
import * as subscriptions from './subscriptions.repository.ts'

export interface MarkThreadRead {
  /** The root, or a reply. */
  readonly message_id: MessageId
  readonly seq: number
}

/**
 * Moves the mark of a followed thread forward, never back and never beyond what has happened. Like that of a channel,
 * without the channel's lock: reading must not stop writing.
 */
export const markThreadRead = ({ transact }: { transact: Transact }, actor: Actor, { message_id, seq }: MarkThreadRead): Promise<ThreadSubscription> =>
  moveMark(transact, actor, { messageId: message_id, seq, to: 'forward' })

/** Moves it back to just before a reply: that one and all after it are unread again. */
export const markThreadUnread = ({ transact }: { transact: Transact }, actor: Actor, { message_id, seq }: MarkThreadRead): Promise<ThreadSubscription> =>
  moveMark(transact, actor, { messageId: message_id, seq: seq - 1, to: 'back' })

interface Move {
  readonly messageId: MessageId
  readonly seq: number
  readonly to: 'forward' | 'back'
}

async function moveMark(transact: Transact, actor: Actor, { messageId, seq, to }: Move): Promise<ThreadSubscription> {
  return transact(actor, async (uow) => {
    const { message, access: { channel } } = await getReadableMessage(uow.tx, actor, messageId)
    const thread = threadOf(message)
    const mark = { rootId: thread.rootId, userId: actor.userId, seq: Math.min(seq, channel.last_seq), to }
    return answerSubscription(uow, actor, { thread, changed: await subscriptions.moveMark(uow.tx, mark), lastSeq: channel.last_seq })
  })
}
