import { memberStream } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'
import { getChannelFor } from './load-channel.ts'
import * as listing from './channel-listing.repository.ts'
import { toChannel } from './channel.view.ts'
import * as readMarks from './read-marks.repository.ts'

export interface MarkChannelRead {
  readonly channel_id: ChannelId
  readonly seq: number
}

/**
 * Moves the caller's read mark forward, never back (a slow device may come late) and never beyond what has happened.
 * Takes no lock of the channel: nothing of the channel depends on the mark, and reading must not stop writing.
 */
export async function markChannelRead({ transact }: { transact: Transact }, actor: Actor, input: MarkChannelRead): Promise<MarkAnswer> {
  return transact(actor, async ({ tx, emit }) => {
    const { channel } = await getChannelFor(tx, actor, { id: input.channel_id, action: 'channel.mark_read' })
    const place = { channelId: channel.id, userId: actor.userId }
    const moved = await readMarks.moveForward(tx, { ...place, seq: Math.min(input.seq, channel.last_seq) })
    if (!moved) return { channel_id: channel.id, last_read_seq: await readMarks.get(tx, place) }

    const answer = { channel_id: channel.id, last_read_seq: Math.min(input.seq, channel.last_seq) }
    const { unread_count, mention_count } = toChannel(await listing.getFor(tx, actor.userId, channel.id))
    emit({
      type: 'channel_read', stream: memberStream(channel.workspace_id, actor.userId), workspaceId: channel.workspace_id,
      payload: { ...answer, unread_count, mention_count },
    })
    return answer
  })
}

export interface MarkAnswer {
  readonly channel_id: ChannelId
  readonly last_read_seq: number
}
