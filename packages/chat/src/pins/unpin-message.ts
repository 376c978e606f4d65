import { channelStream, type Message } from '@afrochat/contracts'
import { nextSeq, type Transact } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { assertContinued } from '@afrochat/workspace'
import { lockMessage } from '../messages/load-message.ts'
import { assertMayPin } from '../messages/message.policy.ts'
import { showMessage } from '../messages/show-messages.ts'
import * as pins from './pins.repository.ts'

/** Takes a message off its channel's list of pins, whoever put it there: the list is the channel's. */
export async function unpinMessage({ transact }: { transact: Transact }, actor: Actor, messageId: MessageId): Promise<Message> {
  return transact(actor, async ({ tx, emit }) => {
    const { message, access } = await lockMessage(tx, actor, messageId)
    assertMayPin({ message, access })
    await assertContinued(tx, access.channel)
    if (message.pinned_at === null) return showMessage(tx, actor, message)

    const { id: channel_id, workspace_id: workspaceId } = access.channel
    const seq = await nextSeq(tx, channel_id)
    const unpinned = await pins.unpin(tx, messageId, { seq, userId: actor.userId })
    emit({ type: 'message_unpinned', stream: channelStream(channel_id), workspaceId, seq, payload: { message_id: messageId, channel_id, change_seq: seq } })
    return showMessage(tx, actor, unpinned)
  })
}
