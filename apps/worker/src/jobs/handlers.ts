import type { ChatWork } from '@afrochat/chat'
import type { JobHandlers } from '@afrochat/contracts'

export interface HandlerDeps {
  readonly work: ChatWork
  /** Whether pages are asked at all: jobs may be there from before that was switched off. */
  readonly previews: boolean
}

/** What each job does: one call of a domain. */
export const createHandlers = ({ work, previews }: HandlerDeps): JobHandlers => ({
  fetchPreviews: async ({ message_id: messageId }, { requestId }) => {
    if (previews) await work.fetchPreviews({ messageId, requestId })
  },
  sendScheduledMessage: ({ scheduled_message_id: id }, { requestId }) => work.sendScheduledMessage({ id, requestId }),
  fireReminder: ({ reminder_id: id }, { requestId }) => work.fireReminder({ id, requestId }),
  purgeChannel: ({ channel_id: channelId }, { requestId, signal }) => work.purgeChannel({ channelId, requestId, signal }),
})
