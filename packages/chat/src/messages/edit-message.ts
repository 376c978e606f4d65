import { channelStream, type BodyOf, type Message, type messageRoutes, type ParamsOf } from '@afrochat/contracts'
import { blankMessageEvents, nextSeq, type Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { resolveMentions } from '../mentions/resolve-mentions.ts'
import { checkContent } from './content.ts'
import { lockMessage } from './load-message.ts'
import { assertMayEdit } from './message.policy.ts'
import { forCaller, toMessage, toSharedMessage } from './message.view.ts'
import * as messages from './messages.repository.ts'

export type EditMessage = ParamsOf<typeof messageRoutes.editMessage> & BodyOf<typeof messageRoutes.editMessage>

/**
 * Replaces the words of a message. Its place in the channel stays, the old words become a revision and leave the log.
 * An edit that changes nothing leaves no revision, no mark and no event.
 */
export async function editMessage({ transact }: { transact: Transact }, actor: Actor, input: EditMessage): Promise<Message> {
  const written = checkContent(input.content)
  return transact(actor, async ({ tx, emit }) => {
    const loaded = await lockMessage(tx, actor, input.message_id)
    assertMayEdit(actor, loaded)
    const { message } = loaded
    const { content, mentions } = await resolveMentions(tx, message.workspace_id, written)
    if (content === message.content) return toMessage(message, actor.userId)

    const seq = await nextSeq(tx, message.channel_id)
    const change = { content, mentionUserIds: mentions.user_ids, mentionChannel: mentions.channel, seq, editorId: actor.userId }
    const row = await messages.replaceContent(tx, message, change)
    const edited = toSharedMessage(row, row.reactions)
    await blankMessageEvents(tx, message.id)
    const { id: messageId, channel_id, workspace_id: workspaceId } = message
    emit({ type: 'message_updated', stream: channelStream(channel_id), workspaceId, seq, payload: edited, messageId })
    return forCaller(edited, actor.userId)
  })
}
