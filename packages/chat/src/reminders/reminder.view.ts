import { memberStream, type Reminder } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { ReminderRow } from './reminders.repository.ts'

export function toReminder(row: ReminderRow): Reminder {
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    message_id: row.message_id,
    content: row.content,
    remind_at: row.remind_at.toISOString(),
    status: row.status,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

/** To the devices of whoever is reminded; gives what they are told. */
export function announceReminder({ emit }: Pick<UnitOfWork, 'emit'>, row: ReminderRow): Reminder {
  const payload = toReminder(row)
  emit({ type: 'reminder_updated', stream: memberStream(row.workspace_id, row.user_id), workspaceId: row.workspace_id, payload })
  return payload
}
