import { channelStream } from '@afrochat/contracts'
import { blankMessageEvents, nextSeq, type Transact, type UnitOfWork } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { lockMessage } from './load-message.ts'
import { assertMayDelete } from './message.policy.ts'
import type { MessageRow } from './message.view.ts'
import * as messages from './messages.repository.ts'

/** Leaves a tombstone without words, and takes the words out of the log too. Deleting twice changes nothing. */
export async function deleteMessage({ transact }: { transact: Transact }, actor: Actor, messageId: MessageId): Promise<void> {
  await transact(actor, async ({ tx, emit }) => {
    const loaded = await lockMessage(tx, actor, messageId)
    assertMayDelete(actor, loaded)
    if (loaded.message.deleted_at !== null) return

    const seq = await nextSeq(tx, loaded.message.channel_id)
    const { id, channel_id, thread_id, workspace_id: workspaceId, deleted_at } = await messages.entomb(tx, messageId, seq)
    await blankMessageEvents(tx, id)
    const payload = { id, channel_id, thread_id, change_seq: seq, deleted_at: deleted_at.toISOString() }
    emit({ type: 'message_deleted', stream: channelStream(channel_id), workspaceId, seq, payload })
    if (thread_id !== null) await updateThread({ tx, emit }, loaded.message, thread_id)
  })
}

/** Its root counts one reply less, which is a change of the root with a place of its own in the channel. */
async function updateThread({ tx, emit }: UnitOfWork, reply: MessageRow, rootId: MessageId): Promise<void> {
  const { channel_id, workspace_id: workspaceId } = reply
  const seq = await nextSeq(tx, channel_id)
  const root = await messages.recountReplies(tx, rootId, seq)
  const payload = {
    id: rootId, channel_id, change_seq: seq,
    reply_count: root.reply_count, reply_user_ids: root.reply_user_ids, last_reply_at: root.last_reply_at?.toISOString() ?? null, locked: root.locked_at !== null,
  }
  emit({ type: 'thread_updated', stream: channelStream(channel_id), workspaceId, seq, payload })
}
