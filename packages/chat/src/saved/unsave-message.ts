import { memberStream } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import * as saved from './saved.repository.ts'

/** Takes a message off one's own list, also one that one may no longer read. Where it is not on it, nothing changes. */
export async function unsaveMessage({ transact }: { transact: Transact }, actor: Actor, messageId: MessageId): Promise<void> {
  await transact(actor, async ({ tx, emit }) => {
    const removed = await saved.remove(tx, actor.userId, messageId)
    if (removed === undefined) return
    const { message_id, workspace_id, channel_id } = removed
    emit({
      type: 'saved_updated', stream: memberStream(workspace_id, actor.userId), workspaceId: workspace_id,
      payload: { message_id, workspace_id, channel_id, saved_at: null },
    })
  })
}
