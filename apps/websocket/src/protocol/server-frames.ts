import type { ServerFrameData, ServerFrameType } from '@afrochat/contracts'
import type { ChannelId, WorkspaceId } from '@afrochat/kernel'
import { TextFrame } from '@afrochat/websocket'

interface FrameFields<T extends ServerFrameType> {
  readonly type: T
  /** Of the client's frame that this one answers; null when that had none that could be read. */
  readonly id?: string | null
  readonly workspace_id?: WorkspaceId
  readonly channel_id?: ChannelId
  readonly cursor?: string
  readonly data: ServerFrameData<T>
}

/** A frame that is not an event of the log. */
export function serverFrame<T extends ServerFrameType>(fields: FrameFields<T>): TextFrame {
  return new TextFrame(JSON.stringify(fields))
}

export const resumedFrame = serverFrame({ type: 'resumed', data: {} })
export const resyncRequiredFrame = serverFrame({ type: 'resync_required', data: {} })
