import { memberStream } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'
import type { MessageRow } from '../messages/message.view.ts'
import { threadOf } from '../threads/own-subscription.ts'
import * as subscriptions from '../threads/subscriptions.repository.ts'
import { toSubscription } from '../threads/thread.view.ts'
import * as repository from './mentions.repository.ts'
import type { ResolvedText } from './resolve-mentions.ts'

/** So long after it was said, a message may still call those whom its author forgot. */
const MAY_ADD_MS = 5 * 60_000

/** What an edit of this message may mention: see `Saying`. */
export const earlierMentions = (message: MessageRow) => ({
  mentions: { user_ids: message.mention_user_ids, group_ids: message.mention_group_ids, channel: message.mention_channel },
  mayAdd: Date.now() - message.created_at.getTime() < MAY_ADD_MS,
})

/**
 * Brings what counts as a mention in step with an edit: who is no longer mentioned is taken out at any time; who is
 * mentioned now counts within five minutes of posting, and follows the thread of a reply. Whoever was in a group when it
 * was mentioned stays mentioned by it. `before` is the message as it was; its channel's head is locked.
 */
export async function reviseMentions(uow: UnitOfWork, before: MessageRow, after: ResolvedText): Promise<void> {
  const { mentions: earlier, mayAdd } = earlierMentions(before)
  const lost = earlier.user_ids.filter((id) => !after.called.direct.includes(id))
  if (earlier.group_ids.some((id) => !after.mentions.group_ids.includes(id))) {
    await repository.removeDirect(uow.tx, before.id, { allBut: after.called.direct })
  } else if (lost.length > 0) {
    await repository.removeDirect(uow.tx, before.id, { only: lost })
  }
  if (earlier.channel === 'here' && after.mentions.channel !== 'here') await repository.removeHere(uow.tx, before.id)
  if (!mayAdd) return

  const added = await repository.add(uow.tx, before, { userIds: addedBy(before, after), direct: true })
  if (earlier.channel !== 'here') await repository.add(uow.tx, before, { userIds: after.called.here, direct: false })
  await followByMention(uow, before, added)
}

/** People named, and members of groups named, who and which were not before. */
function addedBy({ mention_user_ids, mention_group_ids }: MessageRow, { mentions, groupMembers }: ResolvedText): UserId[] {
  const groups = mentions.group_ids.filter((id) => !mention_group_ids.includes(id))
  return [...mentions.user_ids.filter((id) => !mention_user_ids.includes(id)), ...groups.flatMap((id) => groupMembers.get(id) ?? [])]
}

/** Who is mentioned in a thread follows it, also where they had unfollowed it. */
async function followByMention({ tx, emit }: UnitOfWork, reply: MessageRow, userIds: readonly UserId[]): Promise<void> {
  if (reply.thread_id === null || userIds.length === 0) return
  const thread = threadOf(reply)
  const followers = await subscriptions.followByMention(tx, thread, { userIds, seq: reply.seq })
  if (followers.length === 0) return
  for (const row of await subscriptions.listOf(tx, { rootId: thread.rootId, userIds: followers })) {
    const { workspaceId } = thread
    emit({ type: 'thread_subscription_updated', stream: memberStream(workspaceId, row.user_id), workspaceId, payload: toSubscription(row) })
  }
}

export { removeAll as removeMentions } from './mentions.repository.ts'
