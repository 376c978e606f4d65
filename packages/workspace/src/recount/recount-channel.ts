import { lockHeads, type UnitOfWork } from '@afrochat/database'
import type { ChannelId } from '@afrochat/kernel'
import { announceChange } from '../channels/channel-news.ts'
import * as channels from '../channels/channels.repository.ts'
import * as stored from './recount.repository.ts'

/** Something stored that does not follow from what it is made of. */
export interface Drift {
  /** What it is, and of what: in words for whoever runs the installation. */
  readonly what: string
  readonly stored: string
  readonly actual: string
}

/**
 * Compares what is stored about a channel and its members with what it follows from, and on demand corrects it, with the
 * news of it for open clients. Finding takes no lock: each comparison is one statement.
 */
export async function recountChannel(uow: UnitOfWork, channelId: ChannelId, { mend }: { readonly mend: boolean }): Promise<Drift[]> {
  if (mend) await lockHeads(uow.tx, [channelId])
  return [...await recountHead(uow, channelId, mend), ...await recountMembers(uow, channelId, mend), ...await recountMarks(uow, channelId, mend)]
}

/** A head that is behind gives a seq twice, which the unique indexes refuse: nobody can write there. */
async function recountHead({ tx }: UnitOfWork, channelId: ChannelId, mend: boolean): Promise<Drift[]> {
  const drift = await stored.findHead(tx, channelId)
  if (drift === undefined) return []
  if (mend) await stored.setHead(tx, channelId, drift.actual)
  return [{ what: 'head of the channel', stored: String(drift.stored), actual: String(drift.actual) }]
}

async function recountMembers(uow: UnitOfWork, channelId: ChannelId, mend: boolean): Promise<Drift[]> {
  const drift = await stored.findMemberCount(uow.tx, channelId)
  if (drift === undefined) return []
  if (mend) {
    await stored.setMemberCount(uow.tx, channelId, drift.actual)
    await announceChange(uow, 'channel_updated', await channels.get(uow.tx, channelId))
  }
  return [{ what: 'member_count', stored: String(drift.stored), actual: String(drift.actual) }]
}

/** A mark beyond the head hides what is written next. */
async function recountMarks({ tx }: UnitOfWork, channelId: ChannelId, mend: boolean): Promise<Drift[]> {
  const drifts = mend ? await stored.mendMarks(tx, channelId) : await stored.listMarksBeyondHead(tx, channelId)
  return drifts.map(({ user_id, stored: mark, actual }) => ({ what: `read mark of ${user_id}`, stored: String(mark), actual: `at most ${actual}` }))
}
