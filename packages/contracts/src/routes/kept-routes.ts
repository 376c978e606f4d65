import { Type } from 'typebox'
import { Draft, SavedMessage } from '../objects/kept.ts'
import { MAX_MESSAGE_CODE_POINTS, Message, PinnedMessage } from '../objects/message.ts'
import { ChannelIdSchema, Closed, MessageIdSchema, Nullable } from '../objects/scalars.ts'
import { defineRoute } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

const ofChannel = Closed({ channel_id: ChannelIdSchema })
const ofMessage = Closed({ message_id: MessageIdSchema })
const route = { tag: 'messages', access: 'signed-in', limit: 'GENERAL' } as const
const noSuchMessage = ['message_not_found'] as const
const pinErrors = { 403: ['not_in_channel', 'guest_not_allowed', 'channel_read_only'], 404: noSuchMessage } as const
const Version = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const ofThread = Type.Optional(MessageIdSchema)

/** What people keep of messages: pins for a channel, saved messages and drafts for oneself. */
export const keptRoutes = {
  listPins: defineRoute({
    ...route, method: 'GET', path: '/channels/:channel_id/pins', summary: 'List the pinned messages of a channel, the latest pinned first',
    params: ofChannel, query: Closed(pageQuery), answers: { 200: PageOf(PinnedMessage) }, errors: { 400: ['invalid_cursor'], 404: ['channel_not_found'] },
  }),
  pinMessage: defineRoute({
    ...route, method: 'PUT', path: '/messages/:message_id/pin', summary: 'Pin a message to its channel; pinning twice changes nothing',
    description: 'At most 100 a channel. A system message says so in the channel. In a read-only channel by who may post there, in a locked thread by who may unlock it.',
    params: ofMessage, answers: { 200: Message }, errors: { ...pinErrors, 409: ['channel_archived', 'recipient_deactivated', 'thread_locked'], 422: ['too_many_pins'] },
  }),
  unpinMessage: defineRoute({
    ...route, method: 'DELETE', path: '/messages/:message_id/pin', summary: 'Take a message off its channel\'s pins, whoever pinned it',
    params: ofMessage, answers: { 200: Message }, errors: { ...pinErrors, 409: ['channel_archived', 'recipient_deactivated', 'thread_locked'] },
  }),

  listSaved: defineRoute({
    ...route, method: 'GET', path: '/users/me/saved', summary: 'List the messages that you saved, the latest saved first',
    description: 'Of all workspaces. `message` is null where you may not read it now. Deleted ones are left out, so that a page may be shorter than its limit.',
    query: Closed(pageQuery), answers: { 200: PageOf(SavedMessage) }, errors: { 400: ['invalid_cursor'] },
  }),
  saveMessage: defineRoute({
    ...route, method: 'PUT', path: '/messages/:message_id/saved', summary: 'Put a message on your own list; saving twice changes nothing',
    params: ofMessage, answers: { 200: SavedMessage }, errors: { 404: noSuchMessage },
  }),
  unsaveMessage: defineRoute({
    ...route, method: 'DELETE', path: '/messages/:message_id/saved', summary: 'Take a message off your own list, also one that you may no longer read',
    description: 'Where it is not on the list, nothing changes: the answer says nothing of whether there is such a message.',
    params: ofMessage, answers: { 204: null },
  }),

  getDraft: defineRoute({
    ...route, method: 'GET', path: '/channels/:channel_id/draft', summary: 'Get what you have written but not sent in a channel, or in a thread of it',
    params: ofChannel, query: Closed({ thread_id: ofThread }), answers: { 200: Draft }, errors: { 404: ['channel_not_found', 'draft_not_found'] },
  }),
  saveDraft: defineRoute({
    ...route, method: 'PUT', path: '/channels/:channel_id/draft', summary: 'Keep what you have written but not sent, for all your devices',
    description: 'Only where you may post. `base_version`: of the draft that you started from, null when there was none; another one there is a conflict, whose sentence names its version. Left out, it is saved over whatever is there. At most 200 drafts a workspace.',
    params: ofChannel,
    body: Closed({
      content: Type.String({ minLength: 1, maxLength: 2 * MAX_MESSAGE_CODE_POINTS, description: 'As it was typed: names become mentions when it is sent' }),
      thread_id: Type.Optional(Nullable(MessageIdSchema)),
      base_version: Type.Optional(Nullable(Version)),
    }),
    answers: { 200: Draft },
    errors: {
      400: ['no_text', 'msg_too_long'], 403: ['not_in_channel', 'channel_read_only'], 404: ['channel_not_found', 'thread_not_found'],
      409: ['channel_archived', 'recipient_deactivated', 'thread_locked', 'draft_has_conflict'], 422: ['too_many_drafts'],
    },
  }),
  removeDraft: defineRoute({
    ...route, method: 'DELETE', path: '/channels/:channel_id/draft', summary: 'Throw a draft away; where there is none, nothing changes',
    params: ofChannel, query: Closed({ thread_id: ofThread, base_version: Type.Optional(Version) }), answers: { 204: null },
    errors: { 404: ['channel_not_found'], 409: ['draft_has_conflict'] },
  }),
}
