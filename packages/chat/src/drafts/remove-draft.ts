import { memberStream, type keptRoutes, type ParamsOf, type QueryOf } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { getReadableChannel } from '@afrochat/workspace'
import { assertStartedFrom } from './draft.policy.ts'
import * as drafts from './drafts.repository.ts'

export type RemoveDraft = ParamsOf<typeof keptRoutes.removeDraft> & QueryOf<typeof keptRoutes.removeDraft>

/** Throws one's own draft away, also where one may not send it now. Where there is none, nothing changes. */
export async function removeDraft({ transact }: { transact: Transact }, actor: Actor, input: RemoveDraft): Promise<void> {
  const { channel_id, base_version } = input
  const thread_id = input.thread_id ?? null
  await transact(actor, async ({ tx, emit }) => {
    const draft = await drafts.lock(tx, { userId: actor.userId, channelId: channel_id, threadId: thread_id })
    if (draft === undefined) {
      await getReadableChannel(tx, actor, channel_id)
      return
    }
    assertStartedFrom(base_version, draft)
    await drafts.remove(tx, draft.id)
    const { workspace_id: workspaceId } = draft
    emit({ type: 'draft_updated', stream: memberStream(workspaceId, actor.userId), workspaceId, payload: { channel_id, thread_id, draft: null } })
  })
}
