import { channelStream, type Message } from '@afrochat/contracts'
import { nextSeq, type Transact } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { assertContinued } from '@afrochat/workspace'
import { lockMessage } from '../messages/load-message.ts'
import { assertMayPin } from '../messages/message.policy.ts'
import { showMessage } from '../messages/show-messages.ts'
import { postSystemMessages } from '../system/post-system-messages.ts'
import { tooManyPins } from './pin.errors.ts'
import * as pins from './pins.repository.ts'

/** What still reads as a list of what matters. */
export const MAX_PINS = 100

/** Puts a message on its channel's list of pins, and says so in the channel. Pinning twice changes nothing. */
export async function pinMessage({ transact }: { transact: Transact }, actor: Actor, messageId: MessageId): Promise<Message> {
  return transact(actor, async (uow) => {
    const { tx, emit } = uow
    const { message, access } = await lockMessage(tx, actor, messageId)
    assertMayPin({ message, access })
    await assertContinued(tx, access.channel)
    if (message.pinned_at !== null) return showMessage(tx, actor, message)
    const { channel } = access
    if (await pins.count(tx, channel.id) >= MAX_PINS) throw tooManyPins(MAX_PINS)

    const seq = await nextSeq(tx, channel.id)
    const pinned = await pins.pin(tx, messageId, { seq, userId: actor.userId })
    const payload = { message_id: messageId, channel_id: channel.id, pinned_by: pinned.pinned_by, pinned_at: pinned.pinned_at.toISOString(), change_seq: seq }
    emit({ type: 'message_pinned', stream: channelStream(channel.id), workspaceId: channel.workspace_id, seq, payload })
    await postSystemMessages(uow, [{ channel, actorId: actor.userId, note: { type: 'message_pinned', message_id: messageId } }])
    return showMessage(tx, actor, pinned)
  })
}
