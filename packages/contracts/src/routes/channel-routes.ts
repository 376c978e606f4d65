import { Type } from 'typebox'
import { Channel, ChannelMember, ChannelRole, NotifyLevel, Posting } from '../objects/channel.ts'
import { FailedItem } from '../objects/error.ts'
import { ReadMark } from '../objects/kept.ts'
import { Message } from '../objects/message.ts'
import { ChannelIdSchema, Closed, Nullable, Seq, UserIdSchema, WorkspaceIdSchema } from '../objects/scalars.ts'
import { defineRoute } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

const ofChannel = Closed({ channel_id: ChannelIdSchema })
const route = { tag: 'channels', access: 'signed-in', limit: 'GENERAL' } as const
const notFound = ['channel_not_found'] as const

export const channelRoutes = {
  listChannels: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/channels', summary: 'List channels',
    description: '`mine` (default): those you are a member of. `browse`: public ones, joined or not. `archived`: archived ones that you may see.',
    params: Closed({ workspace_id: WorkspaceIdSchema }),
    query: Closed({ ...pageQuery, filter: Type.Optional(Type.Union([Type.Literal('mine'), Type.Literal('browse'), Type.Literal('archived')])) }),
    answers: { 200: PageOf(Channel) }, errors: { 400: ['invalid_cursor'], 404: ['workspace_not_found'] },
  }),
  createChannel: defineRoute({
    ...route, method: 'POST', path: '/workspaces/:workspace_id/channels', summary: 'Create a channel and join it',
    params: Closed({ workspace_id: WorkspaceIdSchema }),
    body: Closed({
      name: Type.String({ minLength: 1, maxLength: 80, description: 'Kept in lower case; letters, digits, `-`, `_` and `.`' }),
      kind: Type.Union([Type.Literal('public'), Type.Literal('private')]),
      description: Type.Optional(Nullable(Type.String({ maxLength: 250 }))),
    }),
    answers: { 201: Channel }, errors: { 403: ['guest_not_allowed', 'role_not_allowed'], 404: ['workspace_not_found'], 409: ['name_taken'], 422: ['invalid_name', 'name_reserved'] },
  }),
  openDm: defineRoute({
    ...route, method: 'POST', path: '/workspaces/:workspace_id/dms', summary: 'Open the conversation of these people and you',
    description: 'The same people always have the same one, whoever opens it and in whatever order they are named: 201 when it is new, 200 when it is there. At most nine people, you included; alone with yourself is fine. Guests open one with people of their channels.',
    params: Closed({ workspace_id: WorkspaceIdSchema }),
    body: Closed({ user_ids: Type.Array(UserIdSchema, { minItems: 1, maxItems: 100, uniqueItems: true, description: 'With or without you' }) }),
    answers: { 200: Channel, 201: Channel },
    errors: { 404: ['workspace_not_found', 'user_not_found'], 409: ['recipient_deactivated'], 422: ['too_many_people'] },
  }),
  getChannel: defineRoute({
    ...route, method: 'GET', path: '/channels/:channel_id', summary: 'Get a channel',
    params: ofChannel, answers: { 200: Channel }, errors: { 404: notFound },
  }),
  updateChannel: defineRoute({
    ...route, method: 'PATCH', path: '/channels/:channel_id', summary: 'Change what a channel is; what is left out stays',
    description: 'Name, topic and description: its members, where the workspace lets them, its managers and admins. `posting`: managers and admins. `kind`: admins, and managers where the workspace lets them; a channel that becomes private is gone for everybody who is not in it, with all that was said in it, and one that becomes public shows all of it to every full member. `is_default`: admins.',
    params: ofChannel,
    body: Closed({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
      topic: Type.Optional(Nullable(Type.String({ maxLength: 250 }))),
      description: Type.Optional(Nullable(Type.String({ maxLength: 250 }))),
      kind: Type.Optional(Type.Union([Type.Literal('public'), Type.Literal('private')])),
      posting: Type.Optional(Posting),
      is_default: Type.Optional(Type.Boolean()),
    }, { minProperties: 1 }),
    answers: { 200: Channel },
    errors: {
      403: ['guest_not_allowed', 'not_in_channel', 'not_allowed'], 404: notFound,
      409: ['channel_archived', 'name_taken', 'default_channel_not_public', 'last_default_channel', 'channel_empty'], 422: ['invalid_name', 'name_reserved'],
    },
  }),
  archiveChannel: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/archive', summary: 'Make a channel read-only until it is brought back',
    description: 'Its members, its name and what everybody keeps about it stay. Archiving twice changes nothing.',
    params: ofChannel, answers: { 200: Channel }, errors: { 403: ['not_allowed'], 404: notFound, 409: ['cant_archive_default_channel'] },
  }),
  unarchiveChannel: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/unarchive', summary: 'Bring an archived channel back',
    params: ofChannel, answers: { 200: Channel }, errors: { 403: ['not_allowed'], 404: notFound, 409: ['channel_importing'] },
  }),
  deleteChannel: defineRoute({
    ...route, method: 'DELETE', path: '/channels/:channel_id', summary: 'Delete a channel with all that was said in it',
    params: ofChannel, answers: { 204: null }, errors: { 403: ['not_allowed'], 404: notFound, 409: ['cant_delete_default_channel'] },
  }),
  joinChannel: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/join', summary: 'Join a public channel; joining twice changes nothing',
    params: ofChannel, answers: { 200: Channel }, errors: { 404: notFound, 409: ['channel_archived'] },
  }),
  leaveChannel: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/leave', summary: 'Leave a channel',
    params: ofChannel, answers: { 204: null },
    errors: {
      403: ['not_in_channel', 'not_allowed', 'single_channel_guest'], 404: notFound, 409: ['channel_archived', 'cant_leave_default_channel', 'last_member'],
    },
  }),
  listChannelMembers: defineRoute({
    ...route, method: 'GET', path: '/channels/:channel_id/members', summary: 'List the members of a channel',
    params: ofChannel, query: Closed(pageQuery), answers: { 200: PageOf(ChannelMember) }, errors: { 400: ['invalid_cursor'], 404: notFound },
  }),
  addChannelMembers: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/members', summary: 'Add people of the workspace to a channel',
    description: 'To a private channel its members may add, to a public one every full member, where the workspace lets them; guests are added by managers and admins. Who is in it already is passed over. One who cannot be added fails the whole call, and nobody is added; with `force` the others are, and `failed` says who was not and why.',
    params: ofChannel,
    body: Closed({ user_ids: Type.Array(UserIdSchema, { minItems: 1, maxItems: 100, uniqueItems: true }), force: Type.Optional(Type.Boolean()) }),
    answers: { 200: Closed({ items: Type.Array(ChannelMember, { description: 'The people of the request, as members' }), failed: Type.Array(FailedItem) }) },
    errors: {
      403: ['guest_not_allowed', 'not_allowed', 'single_channel_guest'], 404: ['channel_not_found', 'user_not_found'], 409: ['channel_archived', 'cant_add_self'],
    },
  }),
  setMemberRole: defineRoute({
    ...route, method: 'PATCH', path: '/channels/:channel_id/members/:user_id', summary: 'Make a member a manager of the channel, or a manager a member',
    params: Closed({ channel_id: ChannelIdSchema, user_id: UserIdSchema }), body: Closed({ role: ChannelRole }), answers: { 200: ChannelMember },
    errors: { 403: ['not_allowed'], 404: ['channel_not_found', 'user_not_found'], 409: ['channel_archived', 'guest_cant_manage'] },
  }),
  removeChannelMember: defineRoute({
    ...route, method: 'DELETE', path: '/channels/:channel_id/members/:user_id', summary: 'Remove somebody from a channel',
    params: Closed({ channel_id: ChannelIdSchema, user_id: UserIdSchema }), answers: { 204: null },
    errors: { 403: ['not_allowed'], 404: ['channel_not_found', 'user_not_found'], 409: ['channel_archived', 'cant_remove_from_default_channel', 'cant_remove_self'] },
  }),
  setChannelPreferences: defineRoute({
    ...route, method: 'PATCH', path: '/channels/:channel_id/preferences', summary: 'Mute a channel, star it, or choose what to be notified of',
    description: 'Yours alone, also in an archived channel and in a public one that you are not in; they stay when you leave.',
    params: ofChannel,
    body: Closed({ muted: Type.Optional(Type.Boolean()), notify: Type.Optional(NotifyLevel), starred: Type.Optional(Type.Boolean()) }, { minProperties: 1 }),
    answers: { 200: Channel }, errors: { 404: notFound },
  }),
  markChannelRead: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/read', summary: 'Mark a channel read up to a position; it only moves forward',
    params: ofChannel, body: Closed({ seq: Seq }), answers: { 200: ReadMark }, errors: { 404: notFound },
  }),
  markChannelUnread: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/unread', summary: 'Mark a message and all after it unread',
    description: 'What is from before you joined is never unread.',
    params: ofChannel, body: Closed({ seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
    answers: { 200: ReadMark }, errors: { 404: notFound },
  }),
  listChannelChanges: defineRoute({
    ...route, method: 'GET', path: '/channels/:channel_id/changes', summary: 'What changed since a position',
    description: 'The messages changed since, by `change_seq`, each once in its present state, tombstones included: how a client that was away catches up.',
    params: ofChannel, query: Closed({ ...pageQuery, since: Seq }), answers: { 200: PageOf(Message) }, errors: { 400: ['invalid_cursor'], 404: notFound },
  }),
}
