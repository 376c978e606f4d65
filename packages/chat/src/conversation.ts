import type { Conversation } from '@afrochat/workspace'
import { postSystemMessages } from './system/post-system-messages.ts'

/** What the domain `workspace` needs of this one, in its transactions. */
export const conversation: Conversation = {
  note: postSystemMessages,
  readBoot: async () => ({ drafts: [], threads: { unread_count: 0, mention_count: 0 } }),
  async cancelPlanned() {},
}
