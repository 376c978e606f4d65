import type { Db, Transact } from '@afrochat/database'
import type { Actor, MessageId } from '@afrochat/kernel'
import { deleteMessage } from './messages/delete-message.ts'
import { editMessage, type EditMessage } from './messages/edit-message.ts'
import { getMessage } from './messages/get-message.ts'
import { listChanges, type ListChanges } from './messages/list-changes.ts'
import { listMessages, type ListMessages } from './messages/list-messages.ts'
import { createPostingQueue, type PostingDeps } from './messages/post-batch.ts'
import { createSendMessage } from './messages/send-message.ts'
import { addReaction, type ReactionInput } from './reactions/add-reaction.ts'
import { removeReaction } from './reactions/remove-reaction.ts'
import { listReplies, type ListReplies } from './threads/list-replies.ts'

export interface ChatDeps extends PostingDeps {
  /** For reads. */
  readonly db: Db
  readonly transact: Transact
}

/** What is said: messages, their threads and reactions. Every use case checks what its actor may do. */
export function createChat(deps: ChatDeps) {
  return {
    sendMessage: createSendMessage({ db: deps.db, queue: createPostingQueue(deps) }),
    editMessage: (actor: Actor, input: EditMessage) => editMessage(deps, actor, input),
    deleteMessage: (actor: Actor, id: MessageId) => deleteMessage(deps, actor, id),
    getMessage: (actor: Actor, id: MessageId) => getMessage(deps, actor, id),
    listMessages: (actor: Actor, input: ListMessages) => listMessages(deps, actor, input),
    listChanges: (actor: Actor, input: ListChanges) => listChanges(deps, actor, input),
    listReplies: (actor: Actor, input: ListReplies) => listReplies(deps, actor, input),
    addReaction: (actor: Actor, input: ReactionInput) => addReaction(deps, actor, input),
    removeReaction: (actor: Actor, input: ReactionInput) => removeReaction(deps, actor, input),
  }
}
export type Chat = ReturnType<typeof createChat>
