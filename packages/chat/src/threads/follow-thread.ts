import type { ThreadSubscription } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { lockMessage } from '../messages/load-message.ts'
import { messageNotFound } from '../messages/message.errors.ts'
import * as messages from '../messages/messages.repository.ts'
import { answerSubscription, threadOf } from './own-subscription.ts'
import * as subscriptions from './subscriptions.repository.ts'

/** Follows the thread of a message, with all that is there read. Following twice changes nothing. */
export const followThread = ({ transact }: { transact: Transact }, actor: Actor, messageId: MessageId): Promise<ThreadSubscription> =>
  setFollowing(transact, actor, { messageId, following: true })

/** Unfollows it, until one is mentioned in it. Also of a thread that one does not follow yet: a reply will not change that. */
export const unfollowThread = ({ transact }: { transact: Transact }, actor: Actor, messageId: MessageId): Promise<ThreadSubscription> =>
  setFollowing(transact, actor, { messageId, following: false })

/** With the channel's lock: a post that makes somebody follow comes before it or after it, and never in between. */
async function setFollowing(
  transact: Transact,
  actor: Actor,
  { messageId, following }: { readonly messageId: MessageId; readonly following: boolean },
): Promise<ThreadSubscription> {
  return transact(actor, async (uow) => {
    const { message, access: { channel } } = await lockMessage(uow.tx, actor, messageId)
    if (following && (await messages.findRoot(uow.tx, channel.id, messageId))?.deleted_at !== null) throw messageNotFound()
    const thread = threadOf(message)
    const changed = await subscriptions.setFollowing(uow.tx, thread, { userId: actor.userId, following, seq: channel.last_seq })
    return answerSubscription(uow, actor, { thread, changed, lastSeq: channel.last_seq })
  })
}
