import { memberStream, type ReadMark } from '@afrochat/contracts'
import type { Transact, Tx, UnitOfWork } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'
import type { ChannelRow } from './channels.repository.ts'
import * as listing from './channel-listing.repository.ts'
import { toReadMark } from './channel.view.ts'
import { getChannelFor } from './load-channel.ts'
import * as readMarks from './read-marks.repository.ts'

export interface MarkChannelRead {
  readonly channel_id: ChannelId
  readonly seq: number
}

/**
 * Moves the caller's read mark forward, never back (a slow device may come late) and never beyond what has happened.
 * Takes no lock of the channel: nothing of the channel depends on the mark, and reading must not stop writing. So the
 * event says at which head of the channel its counts were taken.
 */
export function markChannelRead({ transact }: { transact: Transact }, actor: Actor, input: MarkChannelRead): Promise<ReadMark> {
  return transact(actor, async (uow) => {
    const { channel } = await getChannelFor(uow.tx, actor, { id: input.channel_id, action: 'channel.mark_read' })
    const seq = Math.min(input.seq, channel.last_seq)
    return announce(uow, { actor, channel, moved: await readMarks.moveForward(uow.tx, { channelId: channel.id, userId: actor.userId, seq }) })
  })
}

/** Moves the mark back to just before a position: that message and all after it are unread again, as far as they can be. */
export function markChannelUnread({ transact }: { transact: Transact }, actor: Actor, input: MarkChannelRead): Promise<ReadMark> {
  return transact(actor, async (uow) => {
    const { channel, membership } = await getChannelFor(uow.tx, actor, { id: input.channel_id, action: 'channel.mark_read' })
    // What was before they joined is not theirs to read.
    const seq = Math.max(input.seq - 1, membership?.fromSeq ?? 0)
    return announce(uow, { actor, channel, moved: await readMarks.moveBack(uow.tx, { channelId: channel.id, userId: actor.userId, seq }) })
  })
}

interface Marking {
  readonly actor: Actor
  readonly channel: Pick<ChannelRow, 'id' | 'workspace_id'>
  /** Whether the mark moved: if not, there is nothing to tell. */
  readonly moved: boolean
}

async function announce({ tx, emit }: UnitOfWork, { actor, channel, moved }: Marking): Promise<ReadMark> {
  const mark = await countAfterMark(tx, actor, channel.id)
  const { workspace_id: workspaceId } = channel
  if (moved) emit({ type: 'channel_read', stream: memberStream(workspaceId, actor.userId), workspaceId, payload: mark })
  return mark
}

const countAfterMark = async (tx: Tx, { userId }: Actor, channelId: ChannelId): Promise<ReadMark> =>
  toReadMark(await listing.getFor(tx, userId, channelId))
