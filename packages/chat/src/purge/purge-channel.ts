import { blankMessageEvents, lockHeads, type Transact, type UnitOfWork } from '@afrochat/database'
import type { ChannelId } from '@afrochat/kernel'
import { ofItself } from '../planned/on-behalf-of.ts'
import { announceScheduled } from '../scheduled/scheduled-message.view.ts'
import * as scheduled from '../scheduled/scheduled-messages.repository.ts'
import * as purge from './purge.repository.ts'

export interface PurgeChannel {
  readonly channelId: ChannelId
  readonly requestId: string
  /** Aborted when there is no time left: it is then gone on with another time. */
  readonly signal: AbortSignal
}

/** Bulk work goes in pieces: what a transaction holds, others wait for. */
const AT_ONCE = 100

/**
 * Removes what was said in a deleted channel: the words from the log, the messages with all that hangs on them, what people
 * kept about it and had planned for it. Of the log the places stay, so that no position is missing. Called again after a
 * crash it goes on; called for a channel that is not deleted it does nothing.
 */
export async function purgeChannel({ transact }: { transact: Transact }, { channelId, requestId, signal }: PurgeChannel): Promise<void> {
  let step: Step = 'planned'
  while (step !== 'done' && !signal.aborted) {
    const here: Step = step
    step = await transact(ofItself(requestId), async (uow): Promise<Step> => {
      // Whoever was writing when it was deleted has finished, and nobody begins.
      await lockHeads(uow.tx, [channelId])
      return (await purge.isUnpurged(uow.tx, channelId)) ? goOn(uow, channelId, here) : 'done'
    })
  }
}

type Step = 'planned' | 'messages' | 'kept' | 'done'

/** One piece of a step; with which step to go on. */
async function goOn({ tx, emit }: UnitOfWork, channelId: ChannelId, step: Step): Promise<Step> {
  switch (step) {
    case 'planned':
      return (await cancelPlanned({ tx, emit }, channelId)) < AT_ONCE ? 'messages' : 'planned'
    case 'messages': {
      const ids = await purge.listNewest(tx, channelId, AT_ONCE)
      await blankMessageEvents(tx, ids)
      await purge.removeMessages(tx, ids)
      return ids.length < AT_ONCE ? 'kept' : 'messages'
    }
    case 'kept':
      if ((await purge.removeKept(tx, channelId, AT_ONCE)) > 0) return 'kept'
      await purge.notePurged(tx, channelId)
      return 'done'
    case 'done':
      return 'done'
  }
}

/** What would be sent there is not sent any more, and its authors are told. They keep their words for a while. */
async function cancelPlanned(uow: UnitOfWork, channelId: ChannelId): Promise<number> {
  const rows = await scheduled.lockPendingOf(uow.tx, channelId, AT_ONCE)
  for (const { id } of rows) announceScheduled(uow, await scheduled.update(uow.tx, id, { status: 'cancelled' }))
  return rows.length
}
