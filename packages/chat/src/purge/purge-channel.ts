import { lockHeads, type Transact, type UnitOfWork } from '@afrochat/database'
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
  let at: Progress = { step: 'planned', after: 0 }
  while (at.step !== 'done' && !signal.aborted) {
    const here: Progress = at
    at = await transact(ofItself(requestId), async (uow) => {
      // Whoever was writing when it was deleted has finished, and nobody begins.
      await lockHeads(uow.tx, [channelId])
      return (await purge.isUnpurged(uow.tx, channelId)) ? goOn(uow, channelId, here) : { step: 'done', after: 0 }
    })
  }
}

interface Progress {
  readonly step: 'planned' | 'events' | 'messages' | 'kept' | 'done'
  /** Of the events, the last that was looked at. */
  readonly after: number
}

/** One piece; where to go on. Words first: they are what the deletion was for. */
async function goOn(uow: UnitOfWork, channelId: ChannelId, { step, after }: Progress): Promise<Progress> {
  const { tx } = uow
  switch (step) {
    case 'planned':
      return { step: (await cancelPlanned(uow, channelId)) < AT_ONCE ? 'events' : 'planned', after }
    case 'events': {
      const last = await purge.blankEvents(tx, { channelId, after, limit: AT_ONCE })
      return last === undefined ? { step: 'messages', after } : { step: 'events', after: last }
    }
    case 'messages':
      return { step: (await purge.removeMessages(tx, channelId, AT_ONCE)) < AT_ONCE ? 'kept' : 'messages', after }
    case 'kept':
      if ((await purge.removeKept(tx, channelId, AT_ONCE)) > 0) return { step: 'kept', after }
      await purge.notePurged(tx, channelId)
      return { step: 'done', after }
    case 'done':
      return { step, after }
  }
}

/** What would be sent there is not sent any more, and its authors are told. They keep their words for a while. */
async function cancelPlanned(uow: UnitOfWork, channelId: ChannelId): Promise<number> {
  const rows = await scheduled.lockPendingOf(uow.tx, channelId, AT_ONCE)
  for (const { id } of rows) announceScheduled(uow, await scheduled.update(uow.tx, id, { status: 'cancelled' }))
  return rows.length
}
