import { memberStream, type ScheduledMessage } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { ScheduledRow } from './scheduled-messages.repository.ts'

export function toScheduledMessage(row: ScheduledRow): ScheduledMessage {
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    channel_id: row.channel_id,
    content: row.content,
    thread_id: row.thread_id,
    also_in_channel: row.also_in_channel,
    send_at: row.send_at.toISOString(),
    status: row.status,
    failure_code: row.failure_code,
    message_id: row.message_id,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

/** To the devices of its author; gives what they are told. */
export function announceScheduled({ emit }: Pick<UnitOfWork, 'emit'>, row: ScheduledRow): ScheduledMessage {
  const payload = toScheduledMessage(row)
  emit({ type: 'scheduled_message_updated', stream: memberStream(row.workspace_id, row.user_id), workspaceId: row.workspace_id, payload })
  return payload
}
