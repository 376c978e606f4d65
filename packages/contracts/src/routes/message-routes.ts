import { Type } from 'typebox'
import { MAX_MESSAGE_CODE_POINTS, Message, SendMessageBody } from '../objects/message.ts'
import { ChannelIdSchema, Closed, MessageIdSchema } from '../objects/scalars.ts'
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
    params: ofChannel, body: SendMessageBody, answers: { 201: Message, 200: Message },
    errors: {
      400: ['no_text', 'msg_too_long', 'too_many_mentions'], 403: ['not_in_channel'], 404: ['channel_not_found', 'thread_not_found'],
      409: ['channel_archived', 'idempotency_conflict'],
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
      400: ['no_text', 'msg_too_long', 'too_many_mentions'], 403: ['not_author', 'not_in_channel'], 404: notFound, 409: ['channel_archived'],
    },
  }),
  deleteMessage: defineRoute({
    ...route, method: 'DELETE', path: '/messages/:message_id', summary: 'Delete a message; deleting twice changes nothing',
    description: 'By its author, a manager of the channel, or an admin who is in it or sees it because it is public. What stays is a tombstone: in the changes for good, in the history for as long as replies hang on it.',
    params: ofMessage, answers: { 204: null },
    errors: { 403: ['not_allowed', 'not_in_channel'], 404: notFound, 409: ['channel_archived'] },
  }),
  listReplies: defineRoute({
    ...route, method: 'GET', path: '/messages/:message_id/replies', summary: 'Read the replies to a message, oldest first',
    description: 'Threads have one level: a reply has no replies, and to answer one is to answer its root.',
    params: ofMessage, query: Closed(pageQuery), answers: { 200: PageOf(Message) }, errors: { 400: ['invalid_cursor'], 404: notFound },
  }),
  addReaction: defineRoute({
    ...route, method: 'PUT', path: '/messages/:message_id/reactions/:emoji', summary: 'React to a message; reacting twice changes nothing',
    description: 'At most 50 different emoji on a message, and 23 of one person.',
    params: ofReaction, answers: { 200: Message },
    errors: { 400: ['invalid_name'], 403: ['not_in_channel'], 404: notFound, 409: ['channel_archived'], 422: ['too_many_reactions'] },
  }),
  removeReaction: defineRoute({
    ...route, method: 'DELETE', path: '/messages/:message_id/reactions/:emoji', summary: 'Take your reaction back',
    params: ofReaction, answers: { 200: Message },
    errors: { 400: ['invalid_name'], 403: ['not_in_channel'], 404: notFound, 409: ['channel_archived'] },
  }),
}
