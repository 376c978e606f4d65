import { memberStream } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'
import * as readMarks from './read-marks.repository.ts'
import * as unread from './unread-channels.repository.ts'

export interface MarkChannelsRead {
  readonly userId: UserId
  readonly workspaceId: WorkspaceId
  /** At most so many: each is an event. */
  readonly limit: number
}

/** Marks channels read in which the person has something unread; gives how many. Call it again until it is none. */
export async function markChannelsRead({ tx, emit }: UnitOfWork, { userId, workspaceId, limit }: MarkChannelsRead): Promise<number> {
  const channels = (await unread.list(tx, { userId, workspaceId })).slice(0, limit)
  await readMarks.moveAllForward(tx, userId, channels.map(({ channel_id, last_seq }) => ({ channelId: channel_id, seq: last_seq })))
  for (const { channel_id, last_seq } of channels) {
    emit({
      type: 'channel_read', stream: memberStream(workspaceId, userId), workspaceId,
      // Up to this head everything is read.
      payload: { channel_id, last_read_seq: last_seq, unread_count: 0, mention_count: 0, unread_capped: false, as_of_seq: last_seq },
    })
  }
  return channels.length
}
