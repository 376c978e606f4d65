import { memberStream, type ThreadSubscription } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import type { MessageRow } from '../messages/message.view.ts'
import * as subscriptions from './subscriptions.repository.ts'
import type { Thread } from './subscriptions.repository.ts'
import { toSubscription } from './thread.view.ts'

/** The thread that a message is the root of, or in. */
export const threadOf = ({ id, thread_id, channel_id, workspace_id }: MessageRow): Thread =>
  ({ rootId: thread_id ?? id, channelId: channel_id, workspaceId: workspace_id })

interface Changed {
  readonly thread: Thread
  /** If not, there is nothing to tell. */
  readonly changed: boolean
  /** The channel's head. */
  readonly lastSeq: number
}

/** What the caller is to the thread now: for the answer, and for their other devices. */
export async function answerSubscription({ tx, emit }: UnitOfWork, { userId }: Actor, { thread, changed, lastSeq }: Changed): Promise<ThreadSubscription> {
  const { rootId, channelId, workspaceId } = thread
  const [row] = await subscriptions.listOf(tx, { rootId, userIds: [userId] })
  if (row === undefined) {
    return { message_id: rootId, channel_id: channelId, following: false, last_read_seq: 0, unread_count: 0, mention_count: 0, as_of_seq: lastSeq }
  }
  const subscription = toSubscription(row)
  if (changed) emit({ type: 'thread_subscription_updated', stream: memberStream(workspaceId, userId), workspaceId, payload: subscription })
  return subscription
}
