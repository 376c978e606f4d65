import { channelStream } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { recordAudit } from '@afrochat/workspace'
import { entombMessages } from './entomb-messages.ts'
import { lockMessage } from './load-message.ts'
import { assertMayDelete } from './message.policy.ts'

/** Leaves a tombstone without words, and takes the words out of the log too. Deleting twice changes nothing. */
export async function deleteMessage({ transact }: { transact: Transact }, actor: Actor, messageId: MessageId): Promise<void> {
  await transact(actor, async (uow) => {
    const { message, access } = await lockMessage(uow.tx, actor, messageId)
    assertMayDelete(actor, { message, access })
    if (message.deleted_at !== null) return

    await entombMessages(uow, { channel: access.channel, messages: [message] }, ({ seq, deletedAt }) => {
      const { id, channel_id, thread_id, workspace_id: workspaceId } = message
      const payload = { id, channel_id, thread_id, change_seq: seq, deleted_at: deletedAt }
      uow.emit({ type: 'message_deleted', stream: channelStream(channel_id), workspaceId, seq, payload })
    })
    if (message.user_id === actor.userId) return
    const { workspace_id: workspaceId, channel_id, user_id: author_id } = message
    await recordAudit(uow.tx, actor, { workspaceId, action: 'message_deleted', targetId: messageId, details: { channel_id, author_id } })
  })
}
