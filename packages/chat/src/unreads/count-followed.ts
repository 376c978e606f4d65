import type { Boot } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import { MAX_COUNT } from '@afrochat/workspace'
import * as subscriptions from '../threads/subscriptions.repository.ts'

/** What is new in all threads that somebody follows in a workspace, as it is shown. */
export async function countFollowed(db: Db, who: { readonly userId: UserId; readonly workspaceId: WorkspaceId }): Promise<Boot['threads']> {
  const { unread_count, mention_count } = await subscriptions.totalsOf(db, who)
  return { unread_count: Math.min(unread_count, MAX_COUNT), mention_count: Math.min(mention_count, MAX_COUNT) }
}
