import type { Unreads } from '@afrochat/contracts'
import { inSnapshot, type Db } from '@afrochat/database'
import type { Actor, WorkspaceId } from '@afrochat/kernel'
import { countMentionsElsewhere, getWorkspaceFor, listUnreadChannels, MAX_COUNT, type UnreadChannel } from '@afrochat/workspace'
import * as subscriptions from '../threads/subscriptions.repository.ts'

/** All that the caller has not read in a workspace, and what their app icon shows for all workspaces; of one moment. */
export function getUnreads({ db }: { db: Db }, actor: Actor, workspaceId: WorkspaceId): Promise<Unreads> {
  const who = { userId: actor.userId, workspaceId }
  return inSnapshot(db, async (snapshot) => {
    await getWorkspaceFor(snapshot, actor, { id: workspaceId, action: 'workspace.read' })
    const channels = await listUnreadChannels(snapshot, who)
    const threads = await subscriptions.totalsOf(snapshot, who)
    const mentions = sum(channels.map(({ mention_count }) => cap(mention_count))) + threads.mention_count
    const elsewhere = await countMentionsElsewhere(snapshot, who) + await subscriptions.countMentionsElsewhere(snapshot, who)
    return {
      channels: channels.filter(({ muted, mention_count }) => !muted || mention_count > 0).map(toUnread),
      threads: { unread_count: cap(threads.unread_count), mention_count: cap(threads.mention_count) },
      unread_count: cap(sum(channels.map(({ muted, unread_count }) => (muted ? 0 : unread_count)))),
      mention_count: cap(mentions),
      badge: cap(mentions + elsewhere),
    }
  })
}

function toUnread({ channel_id, last_read_seq, unread_count, mention_count }: UnreadChannel): Unreads['channels'][number] {
  return {
    channel_id, last_read_seq, unread_count: cap(unread_count), mention_count: cap(mention_count), unread_capped: unread_count > MAX_COUNT,
  }
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
const cap = (count: number) => Math.min(count, MAX_COUNT)
