import { memberStream, type SavedMessage } from '@afrochat/contracts'
import type { Transact } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { getReadableMessage } from '../messages/load-message.ts'
import { messageNotFound } from '../messages/message.errors.ts'
import { showMessage } from '../messages/show-messages.ts'
import * as saved from './saved.repository.ts'

/** Puts a message on one's own list. Nobody else learns of it. Saving twice changes nothing. */
export async function saveMessage({ transact }: { transact: Transact }, actor: Actor, messageId: MessageId): Promise<SavedMessage> {
  return transact(actor, async ({ tx, emit }) => {
    // Not the channel's lock: what is saved is one's own, and what may be shown of it is decided whenever it is read.
    const { message } = await getReadableMessage(tx, actor, messageId)
    if (!await saved.holdPresent(tx, messageId)) throw messageNotFound()
    const { userId: user_id } = actor
    const { workspace_id, channel_id } = message
    const added = await saved.insert(tx, { user_id, message_id: messageId, workspace_id, channel_id })
    const { saved_at } = added ?? await saved.get(tx, user_id, messageId)
    const entry = { message_id: messageId, workspace_id, channel_id, saved_at: saved_at.toISOString() }
    if (added !== undefined) emit({ type: 'saved_updated', stream: memberStream(workspace_id, user_id), workspaceId: workspace_id, payload: entry })
    return { ...entry, message: await showMessage(tx, actor, { ...message, saved: true }) }
  })
}
