import { channelStream, type BodyOf, type Message, type messageRoutes, type ParamsOf } from '@afrochat/contracts'
import { blankMessageEvents, nextSeq, type Transact } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { assertContinued } from '@afrochat/workspace'
import { resolveMentions, type MentionDeps, type ResolvedText } from '../mentions/resolve-mentions.ts'
import { earlierMentions, reviseMentions } from '../mentions/revise-mentions.ts'
import type { Permalinks } from '../quotes/permalink.ts'
import { checkContent } from './content.ts'
import { keptPreviews } from './kept-previews.ts'
import { getReadableMessage, lockMessage } from './load-message.ts'
import { assertMayEdit } from './message.policy.ts'
import { sharedOf } from './message.view.ts'
import * as messages from './messages.repository.ts'
import { showMessage } from './show-messages.ts'

export type EditMessage = ParamsOf<typeof messageRoutes.editMessage> & BodyOf<typeof messageRoutes.editMessage>

export interface EditMessageDeps extends MentionDeps {
  readonly transact: Transact
  readonly permalinks: Permalinks
}

/**
 * Replaces the words of a message. Its place in the channel stays, the old words become a revision and leave the log.
 * An edit that changes nothing leaves no revision, no mark and no event; one that brings an old text back is an edit.
 */
export async function editMessage(deps: EditMessageDeps, actor: Actor, input: EditMessage): Promise<Message> {
  const resolved = await readAnew(deps, actor, input)
  return deps.transact(actor, async (uow) => {
    const { tx, emit } = uow
    const loaded = await lockMessage(tx, actor, input.message_id)
    assertMayEdit(actor, loaded, new Date())
    await assertContinued(tx, loaded.access.channel)
    const { message } = loaded
    const { content, mentions } = resolved
    if (content === message.content) return showMessage(tx, actor, message)

    const seq = await nextSeq(tx, message.channel_id)
    const row = await messages.replaceContent(tx, message, {
      content, seq, editorId: actor.userId,
      mentionUserIds: mentions.user_ids, mentionGroupIds: mentions.group_ids, mentionChannel: mentions.channel,
      quotedMessageIds: deps.permalinks.quotedIn(content), previews: keptPreviews(message.previews, content),
    })
    await blankMessageEvents(tx, [message.id])
    const { id: messageId, channel_id, workspace_id: workspaceId } = message
    emit({ type: 'message_updated', stream: channelStream(channel_id), workspaceId, seq, payload: sharedOf(row), messageId })
    await reviseMentions(uow, message, resolved)
    return showMessage(tx, actor, row)
  })
}

/** Before the transaction: who is there for `@here`, Redis knows, and a channel's lock does not wait for it. */
async function readAnew(deps: EditMessageDeps, actor: Actor, input: EditMessage): Promise<ResolvedText> {
  const content = checkContent(input.content)
  const loaded = await getReadableMessage(deps.db, actor, input.message_id)
  assertMayEdit(actor, loaded, new Date())
  const { message } = loaded
  return resolveMentions(deps, { actor, workspaceId: message.workspace_id, channelId: message.channel_id, content, earlier: earlierMentions(message) })
}
