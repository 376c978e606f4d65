import type { Conversation } from '@afrochat/workspace'

/** What the domain `workspace` needs of this one, in its transactions. */
export const conversation: Conversation = {
  async note() {},
  readBoot: async () => ({ drafts: [], threads: { unread_count: 0, mention_count: 0 } }),
  async cancelPlanned() {},
}
