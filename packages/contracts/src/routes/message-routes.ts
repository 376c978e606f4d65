import { Type } from 'typebox'
import { FailedItem } from '../objects/error.ts'
import { ThreadSubscription } from '../objects/kept.ts'
import { MAX_MESSAGE_CODE_POINTS, Message, MessageRevision, SendMessageBody, SentMessage } from '../objects/message.ts'
import { ChannelIdSchema, Closed, MessageIdSchema, Seq } from '../objects/scalars.ts'
import { defineRoute } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

const ofChannel = Closed({ channel_id: ChannelIdSchema })
const ofMessage = Closed({ message_id: MessageIdSchema })
const ofReaction = Closed({
  message_id: MessageIdSchema,
  emoji: Type.String({ minLength: 1, maxLength: 100, description: 'One Unicode emoji, or the name of one without colons' }),
})
/** A place in the history: a `seq`, or the id of a message. */
const Place = Type.String({ pattern: '^(?:[0-9]{1,16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$', description: 'A `seq` or a message id' })
const route = { tag: 'messages', access: 'signed-in', limit: 'GENERAL' } as const
const notFound = ['message_not_found'] as const

export const messageRoutes = {
  sendMessage: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/messages', limit: 'POST', summary: 'Send a message, or reply in a thread',
    description: '201 for a new message. 200 with the same message for a repeat of its `client_msg_id`: after a timeout, send again with the same id.',
    params: ofChannel, body: SendMessageBody, answers: { 201: SentMessage, 200: SentMessage },
    errors: {
      400: ['no_text', 'msg_too_long', 'too_many_mentions'], 403: ['not_in_channel', 'channel_read_only'], 404: ['channel_not_found', 'thread_not_found'],
      409: ['channel_archived', 'recipient_deactivated', 'thread_locked', 'draft_already_sent', 'idempotency_conflict'],
    },
  }),
  listMessages: defineRoute({
    ...route, method: 'GET', path: '/channels/:channel_id/messages', summary: 'Read the history of a channel',
    description: 'Without a place the newest page, newest first. `before`: older than the place, newest first. `after`: newer than it, oldest first. `around`: a page with the place in its middle, newest first. Replies only where `also_in_channel`.',
    params: ofChannel,
    query: Closed({ ...pageQuery, before: Type.Optional(Place), after: Type.Optional(Place), around: Type.Optional(Place) }),
    answers: { 200: PageOf(Message) }, errors: { 400: ['invalid_cursor', 'invalid_request'], 404: ['channel_not_found', 'message_not_found'] },
  }),
  getMessage: defineRoute({
    ...route, method: 'GET', path: '/messages/:message_id', summary: 'Get a message',
    description: 'A deleted one as its tombstone: content empty, `deleted_at` set.',
    params: ofMessage, answers: { 200: Message }, errors: { 404: notFound },
  }),
  editMessage: defineRoute({
    ...route, method: 'PATCH', path: '/messages/:message_id', summary: 'Edit your message',
    description: 'Its place in the channel stays. An edit that changes nothing leaves no mark and no event.',
    params: ofMessage,
    body: Closed({ content: Type.String({ minLength: 1, maxLength: 2 * MAX_MESSAGE_CODE_POINTS }) }),
    answers: { 200: Message },
    errors: {
      400: ['no_text', 'msg_too_long', 'too_many_mentions'], 403: ['not_author', 'not_in_channel', 'channel_read_only', 'edit_window_closed'],
      404: notFound, 409: ['channel_archived', 'recipient_deactivated', 'thread_locked'],
    },
  }),
  listRevisions: defineRoute({
    ...route, method: 'GET', path: '/messages/:message_id/revisions', summary: 'Read the earlier texts of a message, newest first',
    description: 'For its author, managers of the channel and admins who may read it; for everybody who may read it where the workspace says so. A deleted message has none.',
    params: ofMessage, query: Closed(pageQuery), answers: { 200: PageOf(MessageRevision) },
    errors: { 400: ['invalid_cursor'], 403: ['not_allowed'], 404: notFound },
  }),
  getPermalink: defineRoute({
    ...route, method: 'GET', path: '/messages/:message_id/permalink', summary: 'Get the address of a message for people',
    description: 'In another message it becomes a quote, which each reader gets who may read the quoted message.',
    params: ofMessage, answers: { 200: Closed({ permalink: Type.String({ examples: ['https://chat.example.com/w/acme/c/0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11/m/0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d12'] }) }) },
    errors: { 404: notFound },
  }),
  deleteMessage: defineRoute({
    ...route, method: 'DELETE', path: '/messages/:message_id', summary: 'Delete a message; deleting twice changes nothing',
    description: 'By its author, a manager of the channel, or an admin who is in it or sees it because it is public. What stays is a tombstone: in the changes for good, in the history for as long as replies hang on it.',
    params: ofMessage, answers: { 204: null },
    errors: { 403: ['not_allowed', 'not_in_channel'], 404: notFound, 409: ['channel_archived'] },
  }),
  bulkDeleteMessages: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/messages/bulk-delete', summary: 'Delete up to 100 messages of a channel at once',
    description: 'By managers of the channel and admins. One change of the channel and one event; those that are not there fail by themselves.',
    params: ofChannel,
    body: Closed({ message_ids: Type.Array(MessageIdSchema, { minItems: 1, maxItems: 100, uniqueItems: true }) }),
    answers: {
      200: Closed({
        deleted: Type.Array(MessageIdSchema, { description: 'Those that are deleted now, or were before' }),
        failed: Type.Array(FailedItem),
      }),
    },
    errors: { 403: ['not_allowed'], 404: ['channel_not_found'], 409: ['channel_archived'] },
  }),
  listReplies: defineRoute({
    ...route, method: 'GET', path: '/messages/:message_id/replies', summary: 'Read the replies to a message, oldest first',
    description: 'Threads have one level: a reply has no replies, and to answer one is to answer its root.',
    params: ofMessage, query: Closed(pageQuery), answers: { 200: PageOf(Message) }, errors: { 400: ['invalid_cursor'], 404: notFound },
  }),
  followThread: defineRoute({
    ...route, method: 'PUT', path: '/messages/:message_id/subscription', summary: 'Follow the thread of a message; what is there counts as read',
    description: 'By the id of its root or of a reply. Following twice changes nothing. Writing in a thread, being mentioned in it, and a reply to your own message follow it too.',
    params: ofMessage, answers: { 200: ThreadSubscription }, errors: { 404: notFound },
  }),
  unfollowThread: defineRoute({
    ...route, method: 'DELETE', path: '/messages/:message_id/subscription', summary: 'Unfollow the thread of a message, until you are mentioned in it',
    params: ofMessage, answers: { 200: ThreadSubscription }, errors: { 404: notFound },
  }),
  markThreadRead: defineRoute({
    ...route, method: 'POST', path: '/messages/:message_id/read', summary: 'Mark a followed thread read up to a position; it only moves forward',
    description: 'Of a thread that you do not follow nothing is kept. Reading the channel does not read its threads.',
    params: ofMessage, body: Closed({ seq: Seq }), answers: { 200: ThreadSubscription }, errors: { 404: notFound },
  }),
  markThreadUnread: defineRoute({
    ...route, method: 'POST', path: '/messages/:message_id/unread', summary: 'Mark a reply of a followed thread and all after it unread',
    params: ofMessage, body: Closed({ seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
    answers: { 200: ThreadSubscription }, errors: { 404: notFound },
  }),
  lockThread: defineRoute({
    ...route, method: 'PUT', path: '/messages/:message_id/lock', summary: 'Lock the thread of a message: no more replies, reactions and edits in it',
    description: 'By the id of its root or of a reply; the answer is the root. By managers of the channel and admins. Locking twice changes nothing.',
    params: ofMessage, answers: { 200: Message }, errors: { 403: ['not_allowed'], 404: notFound, 409: ['channel_archived'] },
  }),
  unlockThread: defineRoute({
    ...route, method: 'DELETE', path: '/messages/:message_id/lock', summary: 'Unlock the thread of a message',
    params: ofMessage, answers: { 200: Message }, errors: { 403: ['not_allowed'], 404: notFound, 409: ['channel_archived'] },
  }),
  addReaction: defineRoute({
    ...route, method: 'PUT', path: '/messages/:message_id/reactions/:emoji', summary: 'React to a message; reacting twice changes nothing',
    description: 'At most 50 different emoji on a message, and 23 of one person.',
    params: ofReaction, answers: { 200: Message },
    errors: { 400: ['invalid_name'], 403: ['not_in_channel'], 404: notFound, 409: ['channel_archived', 'recipient_deactivated', 'thread_locked'], 422: ['too_many_reactions'] },
  }),
  removeReaction: defineRoute({
    ...route, method: 'DELETE', path: '/messages/:message_id/reactions/:emoji', summary: 'Take your reaction back',
    params: ofReaction, answers: { 200: Message },
    errors: { 400: ['invalid_name'], 403: ['not_in_channel'], 404: notFound, 409: ['channel_archived', 'recipient_deactivated', 'thread_locked'] },
  }),
}
