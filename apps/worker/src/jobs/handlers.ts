import type { ChatWork } from '@afrochat/chat'
import type { JobHandlers } from '@afrochat/contracts'
import type { InviteMails } from '@afrochat/workspace'

export interface HandlerDeps {
  readonly work: ChatWork
  /** Whether pages are asked at all: jobs may be there from before that was switched off. */
  readonly previews: boolean
  /** Undefined: no mail is sent, and no job of that is taken. */
  readonly invites: Pick<InviteMails, 'sendInviteMail'> | undefined
}

/** What each job does: one call of a domain. */
export const createHandlers = ({ work, previews, invites }: HandlerDeps): JobHandlers => ({
  fetchPreviews: async ({ message_id: messageId }, { requestId }) => {
    if (previews) await work.fetchPreviews({ messageId, requestId })
  },
  sendScheduledMessage: ({ scheduled_message_id: id }, { requestId }) => work.sendScheduledMessage({ id, requestId }),
  fireReminder: ({ reminder_id: id }, { requestId }) => work.fireReminder({ id, requestId }),
  sendInviteMail: async ({ invite_id: id }, { requestId }) => invites?.sendInviteMail({ id, requestId }),
  purgeChannel: ({ channel_id: channelId }, { requestId, signal }) => work.purgeChannel({ channelId, requestId, signal }),
})
