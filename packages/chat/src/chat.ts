import type { Db, Transact } from '@afrochat/database'
import type { Actor, MessageId, WorkspaceId } from '@afrochat/kernel'
import { recordingRefusals } from '@afrochat/workspace'
import { getDraft, type GetDraft } from './drafts/get-draft.ts'
import { removeDraft, type RemoveDraft } from './drafts/remove-draft.ts'
import { saveDraft, type SaveDraft } from './drafts/save-draft.ts'
import { bulkDeleteMessages, type BulkDeleteMessages } from './messages/bulk-delete-messages.ts'
import { checkMayPost, type PostingPlace } from './messages/check-may-post.ts'
import { deleteMessage } from './messages/delete-message.ts'
import { editMessage, type EditMessage } from './messages/edit-message.ts'
import { getMessage } from './messages/get-message.ts'
import { getPermalink } from './messages/get-permalink.ts'
import { listChanges, type ListChanges } from './messages/list-changes.ts'
import { listMessages, type ListMessages } from './messages/list-messages.ts'
import { listRevisions, type ListRevisions } from './messages/list-revisions.ts'
import { createPostingQueue, type PostingDeps } from './messages/post-batch.ts'
import { createSendMessage } from './messages/send-message.ts'
import { setThreadLock } from './messages/set-thread-lock.ts'
import { listPins, type ListPins } from './pins/list-pins.ts'
import { pinMessage } from './pins/pin-message.ts'
import { unpinMessage } from './pins/unpin-message.ts'
import type { Presence } from './ports.ts'
import { createPermalinks } from './quotes/permalink.ts'
import { addReaction, type ReactionInput } from './reactions/add-reaction.ts'
import { removeReaction } from './reactions/remove-reaction.ts'
import { cancelReminder, type CancelReminder } from './reminders/cancel-reminder.ts'
import { createReminder, type CreateReminder } from './reminders/create-reminder.ts'
import { getReminder, listReminders, type GetReminder, type ListReminders } from './reminders/list-reminders.ts'
import { updateReminder, type UpdateReminder } from './reminders/update-reminder.ts'
import { listSaved, type ListSaved } from './saved/list-saved.ts'
import { saveMessage } from './saved/save-message.ts'
import { unsaveMessage } from './saved/unsave-message.ts'
import { cancelScheduledMessage, type CancelScheduledMessage } from './scheduled/cancel-scheduled-message.ts'
import {
  getScheduledMessage, listScheduledMessages, type GetScheduledMessage, type ListScheduledMessages,
} from './scheduled/list-scheduled-messages.ts'
import { scheduleMessage, type ScheduleMessage } from './scheduled/schedule-message.ts'
import { updateScheduledMessage, type UpdateScheduledMessage } from './scheduled/update-scheduled-message.ts'
import { followThread, unfollowThread } from './threads/follow-thread.ts'
import { listReplies, type ListReplies } from './threads/list-replies.ts'
import { listThreads, type ListThreads } from './threads/list-threads.ts'
import { markThreadRead, markThreadUnread, type MarkThreadRead } from './threads/mark-thread-read.ts'
import { getUnreads } from './unreads/get-unreads.ts'
import { markAllRead } from './unreads/mark-all-read.ts'

export interface ChatDeps extends PostingDeps {
  /** For reads. */
  readonly db: Db
  readonly transact: Transact
  readonly presence: Presence
  /** Where people reach the installation: the beginning of the links to messages. */
  readonly publicUrl: string
}

/** What is said: messages, their threads and reactions. Every use case checks what its actor may do. */
export function createChat(given: ChatDeps) {
  // Of what moderators alone may do, an attempt by others is written down.
  const deps = { ...given, transact: recordingRefusals(given.transact), permalinks: createPermalinks(given.publicUrl) }
  return {
    sendMessage: createSendMessage({ ...deps, queue: createPostingQueue(deps) }),
    editMessage: (actor: Actor, input: EditMessage) => editMessage(deps, actor, input),
    deleteMessage: (actor: Actor, id: MessageId) => deleteMessage(deps, actor, id),
    bulkDeleteMessages: (actor: Actor, input: BulkDeleteMessages) => bulkDeleteMessages(deps, actor, input),
    getMessage: (actor: Actor, id: MessageId) => getMessage(deps, actor, id),
    /** Of somebody who is about to: throws what a post would be refused with. */
    checkMayPost: (actor: Actor, place: PostingPlace) => checkMayPost(deps, actor, place),
    getPermalink: (actor: Actor, id: MessageId) => getPermalink(deps, actor, id),
    listRevisions: (actor: Actor, input: ListRevisions) => listRevisions(deps, actor, input),
    listMessages: (actor: Actor, input: ListMessages) => listMessages(deps, actor, input),
    listChanges: (actor: Actor, input: ListChanges) => listChanges(deps, actor, input),
    listReplies: (actor: Actor, input: ListReplies) => listReplies(deps, actor, input),
    lockThread: (actor: Actor, messageId: MessageId) => setThreadLock(deps, actor, { messageId, locked: true }),
    unlockThread: (actor: Actor, messageId: MessageId) => setThreadLock(deps, actor, { messageId, locked: false }),
    followThread: (actor: Actor, id: MessageId) => followThread(deps, actor, id),
    unfollowThread: (actor: Actor, id: MessageId) => unfollowThread(deps, actor, id),
    markThreadRead: (actor: Actor, input: MarkThreadRead) => markThreadRead(deps, actor, input),
    markThreadUnread: (actor: Actor, input: MarkThreadRead) => markThreadUnread(deps, actor, input),
    listThreads: (actor: Actor, input: ListThreads) => listThreads(deps, actor, input),
    getUnreads: (actor: Actor, id: WorkspaceId) => getUnreads(deps, actor, id),
    markAllRead: (actor: Actor, id: WorkspaceId) => markAllRead(deps, actor, id),
    addReaction: (actor: Actor, input: ReactionInput) => addReaction(deps, actor, input),
    removeReaction: (actor: Actor, input: ReactionInput) => removeReaction(deps, actor, input),
    pinMessage: (actor: Actor, id: MessageId) => pinMessage(deps, actor, id),
    unpinMessage: (actor: Actor, id: MessageId) => unpinMessage(deps, actor, id),
    listPins: (actor: Actor, input: ListPins) => listPins(deps, actor, input),
    saveMessage: (actor: Actor, id: MessageId) => saveMessage(deps, actor, id),
    unsaveMessage: (actor: Actor, id: MessageId) => unsaveMessage(deps, actor, id),
    listSaved: (actor: Actor, input: ListSaved) => listSaved(deps, actor, input),
    getDraft: (actor: Actor, input: GetDraft) => getDraft(deps, actor, input),
    saveDraft: (actor: Actor, input: SaveDraft) => saveDraft(deps, actor, input),
    removeDraft: (actor: Actor, input: RemoveDraft) => removeDraft(deps, actor, input),
    scheduleMessage: (actor: Actor, input: ScheduleMessage) => scheduleMessage(deps, actor, input),
    updateScheduledMessage: (actor: Actor, input: UpdateScheduledMessage) => updateScheduledMessage(deps, actor, input),
    cancelScheduledMessage: (actor: Actor, input: CancelScheduledMessage) => cancelScheduledMessage(deps, actor, input),
    getScheduledMessage: (actor: Actor, input: GetScheduledMessage) => getScheduledMessage(deps, actor, input),
    listScheduledMessages: (actor: Actor, input: ListScheduledMessages) => listScheduledMessages(deps, actor, input),
    createReminder: (actor: Actor, input: CreateReminder) => createReminder(deps, actor, input),
    updateReminder: (actor: Actor, input: UpdateReminder) => updateReminder(deps, actor, input),
    cancelReminder: (actor: Actor, input: CancelReminder) => cancelReminder(deps, actor, input),
    getReminder: (actor: Actor, input: GetReminder) => getReminder(deps, actor, input),
    listReminders: (actor: Actor, input: ListReminders) => listReminders(deps, actor, input),
  }
}
export type Chat = ReturnType<typeof createChat>
