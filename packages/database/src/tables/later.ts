import type { ColumnType, Generated } from 'kysely'
import type { ChannelId, MessageId, ReminderId, ScheduledMessageId, UserId, WorkspaceId } from '@afrochat/kernel'

export interface ScheduledMessagesTable {
  id: ScheduledMessageId
  workspace_id: WorkspaceId
  channel_id: ChannelId
  user_id: UserId
  /** Empty once it was sent: the words are the message's, and may be deleted with it. */
  content: string
  thread_id: MessageId | null
  also_in_channel: Generated<boolean>
  send_at: Date
  status: Generated<'pending' | 'sent' | 'failed' | 'cancelled'>
  /** When a worker began to send it: from then on it is neither edited nor cancelled. */
  claimed_at: ColumnType<Date | null, Date | null | undefined>
  /** The code of the refusal. */
  failure_code: ColumnType<string | null, string | null | undefined>
  /** What it became. */
  message_id: ColumnType<MessageId | null, MessageId | null | undefined>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export interface RemindersTable {
  id: ReminderId
  workspace_id: WorkspaceId
  user_id: UserId
  message_id: MessageId | null
  content: string | null
  remind_at: Date
  status: Generated<'pending' | 'fired' | 'completed' | 'cancelled'>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

/** How far a consumer of the log has come in a shard, and which worker holds it. */
export interface LogConsumersTable {
  consumer: string
  shard: number
  epoch: string
  pos: number
  lease_owner: string | null
  lease_until: Date | null
}
