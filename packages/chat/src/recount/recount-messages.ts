import { lockHeads, nextSeq, type UnitOfWork } from '@afrochat/database'
import type { ChannelId } from '@afrochat/kernel'
import type { Drift } from '@afrochat/workspace'
import { announceThread } from '../messages/announce-thread.ts'
import { recountReplies } from '../messages/messages.repository.ts'
import * as stored from './recount.repository.ts'

/**
 * Compares what is stored about the messages of a channel with what it follows from, and on demand corrects it, with the
 * news of it for open clients. What counts as unread is stored nowhere, so it cannot drift.
 */
export async function recountMessages(uow: UnitOfWork, channelId: ChannelId, { mend }: { readonly mend: boolean }): Promise<Drift[]> {
  if (mend) await lockHeads(uow.tx, [channelId])
  return [...await recountRoots(uow, channelId, mend), ...await recountMentions(uow, channelId, mend), ...await recountFollowing(uow, channelId, mend)]
}

async function recountRoots(uow: UnitOfWork, channelId: ChannelId, mend: boolean): Promise<Drift[]> {
  const drifts = await stored.listRoots(uow.tx, channelId)
  if (mend) for (const { id } of drifts) announceThread(uow, await recountReplies(uow.tx, id, await nextSeq(uow.tx, channelId)))
  return drifts.map(({ id, ...root }) => ({ what: `replies of ${id}`, stored: root.stored, actual: root.actual }))
}

/** Mentions by messages that say nothing any more, or another thing. */
async function recountMentions({ tx }: UnitOfWork, channelId: ChannelId, mend: boolean): Promise<Drift[]> {
  const orphans = await stored.listOrphanedMentions(tx, channelId)
  if (mend) await stored.removeMentions(tx, channelId, orphans)
  return orphans.map(({ user_id, seq, message_id }) => ({ what: `mention of ${user_id} by ${message_id}`, stored: `at ${seq}`, actual: 'none' }))
}

/** Followers of what is no root, or of one that is gone; and marks beyond the head, which hide the next reply. */
async function recountFollowing({ tx }: UnitOfWork, channelId: ChannelId, mend: boolean): Promise<Drift[]> {
  const followers = await stored.listLostFollowers(tx, channelId)
  if (mend) await stored.removeFollowers(tx, followers)
  const marks = await stored.listThreadMarksBeyondHead(tx, channelId)
  if (mend) await stored.mendThreadMarks(tx, marks)
  return [
    ...followers.map(({ user_id, root_id }) => ({ what: `following of ${root_id} by ${user_id}`, stored: 'there', actual: 'none' })),
    ...marks.map(({ user_id, root_id, stored: mark, actual }) =>
      ({ what: `read mark of ${user_id} in the thread ${root_id}`, stored: String(mark), actual: `at most ${actual}` })),
  ]
}
