import { channelStream, type Message, type messageRoutes, type ParamsOf } from '@afrochat/contracts'
import { nextSeq, type Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { assertContinued } from '@afrochat/workspace'
import { lockMessage } from '../messages/load-message.ts'
import { assertMayReact } from '../messages/message.policy.ts'
import * as messages from '../messages/messages.repository.ts'
import { showMessage } from '../messages/show-messages.ts'
import { checkEmoji } from './emoji.ts'
import { invalidEmojiName } from './reaction.errors.ts'
import { assertRoomFor, hasReacted } from './reaction.policy.ts'
import * as reactions from './reactions.repository.ts'

/** `emoji`: one Unicode emoji, or the name of one without colons: a standard name, or one of the workspace's own. */
export type ReactionInput = ParamsOf<typeof messageRoutes.addReaction>

/** Reacting twice with one emoji changes nothing, however it is written. */
export async function addReaction({ transact }: { transact: Transact }, actor: Actor, { message_id: messageId, ...input }: ReactionInput): Promise<Message> {
  const { emoji, isCustom } = checkEmoji(input.emoji)
  const { userId } = actor
  return transact(actor, async ({ tx, emit }) => {
    const loaded = await lockMessage(tx, actor, messageId)
    assertMayReact(loaded)
    await assertContinued(tx, loaded.access.channel)
    const { message } = loaded
    const { channel_id, workspace_id: workspaceId } = message
    if (isCustom && !await reactions.holdCustomEmoji(tx, workspaceId, emoji)) throw invalidEmojiName()
    if (hasReacted(message.reactions, emoji, userId)) return showMessage(tx, actor, message)
    assertRoomFor(message.reactions, emoji, userId)

    const seq = await nextSeq(tx, channel_id)
    await reactions.insert(tx, { messageId, emoji, userId, seq })
    const changed = await messages.touch(tx, messageId, { seq, userId })
    const payload = { message_id: messageId, channel_id, user_id: userId, emoji, change_seq: seq }
    emit({ type: 'reaction_added', stream: channelStream(channel_id), workspaceId, seq, payload })
    return showMessage(tx, actor, changed)
  })
}
