import type { Db, Transact } from '@afrochat/database'
import type { Chat } from './chat.ts'
import { listDue } from './planned/list-due.ts'
import { removeDonePlans } from './planned/remove-done.ts'
import type { WebPages } from './ports.ts'
import { fetchPreviews, type FetchPreviews } from './previews/fetch-previews.ts'
import { purgeChannel, type PurgeChannel } from './purge/purge-channel.ts'
import { listUnpurged } from './purge/purge.repository.ts'
import { fireReminder, type FireReminder } from './reminders/fire-reminder.ts'
import { sendScheduledMessage, type SendScheduled } from './scheduled/send-scheduled-message.ts'

export interface ChatWorkDeps {
  readonly db: Db
  readonly transact: Transact
  readonly chat: Pick<Chat, 'sendMessage'>
  readonly pages: WebPages
  /** Where people reach the installation. */
  readonly publicUrl: string
}

/** What is done later, by a worker and not by somebody's request. Each may be called twice, also at once: the effect is one. */
export function createChatWork(deps: ChatWorkDeps) {
  return {
    fetchPreviews: (work: FetchPreviews) => fetchPreviews(deps, work),
    sendScheduledMessage: (work: SendScheduled) => sendScheduledMessage(deps, work),
    fireReminder: (work: FireReminder) => fireReminder(deps, work),
    purgeChannel: (work: PurgeChannel) => purgeChannel(deps, work),

    /** What was planned and is due within a time. */
    listDue: (withinMs: number) => listDue(deps, withinMs),
    /** Deleted channels that are to be purged. */
    listUnpurged: (limit: number) => listUnpurged(deps.db, limit),
    removeDonePlans: () => removeDonePlans(deps),
  }
}
export type ChatWork = ReturnType<typeof createChatWork>
