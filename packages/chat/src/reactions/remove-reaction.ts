import { channelStream, type Message } from '@afrochat/contracts'
import { nextSeq, type Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { assertContinued } from '@afrochat/workspace'
import { lockMessage } from '../messages/load-message.ts'
import { assertMayReact } from '../messages/message.policy.ts'
import * as messages from '../messages/messages.repository.ts'
import { showMessage } from '../messages/show-messages.ts'
import type { ReactionInput } from './add-reaction.ts'
import { formsOf } from './emoji.ts'
import { hasReacted } from './reaction.policy.ts'
import * as reactions from './reactions.repository.ts'

/** Takes back the caller's own reaction; where there is none, nothing changes. Also that of an emoji that is no more. */
export async function removeReaction({ transact }: { transact: Transact }, actor: Actor, { message_id: messageId, ...input }: ReactionInput): Promise<Message> {
  const forms = formsOf(input.emoji)
  const { userId } = actor
  return transact(actor, async ({ tx, emit }) => {
    const loaded = await lockMessage(tx, actor, messageId)
    assertMayReact(loaded)
    await assertContinued(tx, loaded.access.channel)
    const { message } = loaded
    const { channel_id, workspace_id: workspaceId } = message
    const emoji = forms.find((form) => hasReacted(message.reactions, form, userId))
    if (emoji === undefined) return showMessage(tx, actor, message)

    const seq = await nextSeq(tx, channel_id)
    await reactions.remove(tx, { messageId, emoji, userId })
    const changed = await messages.touch(tx, messageId, { seq, userId })
    const payload = { message_id: messageId, channel_id, user_id: userId, emoji, change_seq: seq }
    emit({ type: 'reaction_removed', stream: channelStream(channel_id), workspaceId, seq, payload })
    return showMessage(tx, actor, changed)
  })
}
