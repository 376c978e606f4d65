import type { Generated } from 'kysely'
import type { Audience, EventName, StreamKey } from '@afrochat/contracts'
import type { MessageId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface StreamHeadsTable {
  stream_key: StreamKey
  seq: number
  last_message_at: Date | null
}

export interface EventsTable {
  shard: number
  pos: number
  stream_key: StreamKey
  seq: number | null
  workspace_id: WorkspaceId | null
  audience: Generated<Audience>
  type: EventName
  message_id: MessageId | null
  payload: string
  actor_id: UserId | null
  request_id: string | null
  imported: Generated<boolean>
  created_at: Generated<Date>
}

export interface LogEpochTable {
  only_row: Generated<true>
  epoch: string
  system_identifier: string
  timeline: string
}
