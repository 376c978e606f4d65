import { memberStream, type Unreads } from '@afrochat/contracts'
import type { Db, Transact, UnitOfWork } from '@afrochat/database'
import type { Actor, UserId, WorkspaceId } from '@afrochat/kernel'
import { getWorkspaceFor, markChannelsRead } from '@afrochat/workspace'
import * as subscriptions from '../threads/subscriptions.repository.ts'
import { toSubscription } from '../threads/thread.view.ts'
import { getUnreads } from './get-unreads.ts'

/** Channels and threads of one transaction: their events are one chunk of the log. */
const CHUNK = 100

/** Marks everything in a workspace read: channels, direct messages and followed threads. What comes meanwhile stays unread. */
export async function markAllRead({ db, transact }: { db: Db; transact: Transact }, actor: Actor, workspaceId: WorkspaceId): Promise<Unreads> {
  const who = { userId: actor.userId, workspaceId }
  let marked: number
  do {
    marked = await transact(actor, async (uow) => {
      await getWorkspaceFor(uow.tx, actor, { id: workspaceId, action: 'workspace.read' })
      const channels = await markChannelsRead(uow, { ...who, limit: CHUNK })
      return channels + await markThreadsRead(uow, { ...who, limit: CHUNK - channels })
    })
  } while (marked === CHUNK)
  return getUnreads({ db }, actor, workspaceId)
}

interface MarkThreadsRead {
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
  readonly limit: number
}

async function markThreadsRead({ tx, emit }: UnitOfWork, { userId, workspaceId, limit }: MarkThreadsRead): Promise<number> {
  if (limit === 0) return 0
  const threads = await subscriptions.listUnread(tx, { userId, workspaceId, limit })
  await subscriptions.moveAllForward(tx, userId, threads.map(({ root_id, last_seq }) => ({ rootId: root_id, seq: last_seq })))
  for (const thread of threads) {
    emit({
      type: 'thread_subscription_updated', stream: memberStream(workspaceId, userId), workspaceId,
      // Up to this head everything is read.
      payload: toSubscription({ ...thread, last_read_seq: thread.last_seq, unread_count: 0, mention_count: 0 }),
    })
  }
  return threads.length
}
