import { channelStream, type Message, type messageRoutes, type ParamsOf } from '@afrochat/contracts'
import { nextSeq, type Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { lockMessage } from '../messages/load-message.ts'
import { assertMayReact } from '../messages/message.policy.ts'
import * as messages from '../messages/messages.repository.ts'
import { showMessage } from '../messages/show-messages.ts'
import { checkEmoji } from './emoji.ts'
import { assertRoomFor, hasReacted } from './reaction.policy.ts'
import * as reactions from './reactions.repository.ts'

/** `emoji`: one Unicode emoji, or the name of one without colons. */
export type ReactionInput = ParamsOf<typeof messageRoutes.addReaction>

/** Reacting twice with one emoji changes nothing. */
export async function addReaction({ transact }: { transact: Transact }, actor: Actor, { message_id: messageId, ...input }: ReactionInput): Promise<Message> {
  const emoji = checkEmoji(input.emoji)
  const { userId } = actor
  return transact(actor, async ({ tx, emit }) => {
    const loaded = await lockMessage(tx, actor, messageId)
    assertMayReact(loaded)
    const { message } = loaded
    if (hasReacted(message.reactions, emoji, userId)) return showMessage(tx, actor, message)
    assertRoomFor(message.reactions, emoji, userId)

    const seq = await nextSeq(tx, message.channel_id)
    await reactions.insert(tx, { messageId, emoji, userId, seq })
    const changed = await messages.touch(tx, messageId, { seq, userId })
    const payload = { message_id: messageId, channel_id: message.channel_id, user_id: userId, emoji, change_seq: seq }
    emit({ type: 'reaction_added', stream: channelStream(message.channel_id), workspaceId: message.workspace_id, seq, payload })
    return showMessage(tx, actor, changed)
  })
}
