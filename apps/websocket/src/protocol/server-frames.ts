import type { ServerFrameData, ServerFrameType } from '@afrochat/contracts'
import type { ChannelId, WorkspaceId } from '@afrochat/kernel'

interface FrameFields<T extends ServerFrameType> {
  readonly type: T
  /** Of the client's frame that this one answers; null when that had none that could be read. */
  readonly id?: string | null
  readonly workspace_id?: WorkspaceId
  readonly channel_id?: ChannelId
  readonly cursor?: string
  readonly data: ServerFrameData<T>
}

/** The bytes of a frame that is not an event of the log. */
export function serverFrame<T extends ServerFrameType>(fields: FrameFields<T>): Buffer {
  return Buffer.from(JSON.stringify(fields))
}

export const resumedFrame = serverFrame({ type: 'resumed', data: {} })
export const resyncRequiredFrame = serverFrame({ type: 'resync_required', data: {} })
