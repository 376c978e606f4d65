import type { Generated } from 'kysely'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface ImportRefsTable {
  workspace_id: WorkspaceId
  source: 'slack'
  kind: 'user' | 'bot' | 'channel'
  external_id: string
  local_id: UserId | ChannelId
}

/** How far the filling of a channel has come. Changed under the channel's head lock. */
export interface ImportChannelsTable {
  channel_id: ChannelId
  fingerprint: Buffer
  /** Original time of the newest message stored, in µs: all up to it are in. */
  last_us: Generated<number>
  message_count: Generated<number>
  started_at: Generated<Date>
  finished_at: Date | null
}
