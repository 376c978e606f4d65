import type { Conversation } from '@afrochat/workspace'
import { listDrafts } from './drafts/list-drafts.ts'
import { cancelPlanned } from './planned/cancel-planned.ts'
import { postSystemMessages } from './system/post-system-messages.ts'
import { countFollowed } from './unreads/count-followed.ts'

/** What the domain `workspace` needs of this one, in its transactions. */
export const conversation: Conversation = {
  note: postSystemMessages,
  readBoot: async (snapshot, who) => ({ drafts: await listDrafts(snapshot, who), threads: await countFollowed(snapshot, who) }),
  cancelPlanned,
}
