import { Type } from 'typebox'
import { Channel, ChannelMember } from '../objects/channel.ts'
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
    answers: { 201: Channel }, errors: { 403: ['guest_not_allowed'], 404: ['workspace_not_found'], 409: ['name_taken'], 422: ['invalid_name', 'name_reserved'] },
  }),
  getChannel: defineRoute({
    ...route, method: 'GET', path: '/channels/:channel_id', summary: 'Get a channel',
    params: ofChannel, answers: { 200: Channel }, errors: { 404: notFound },
  }),
  joinChannel: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/join', summary: 'Join a public channel; joining twice changes nothing',
    params: ofChannel, answers: { 200: Channel }, errors: { 404: notFound, 409: ['channel_archived'] },
  }),
  leaveChannel: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/leave', summary: 'Leave a channel',
    params: ofChannel, answers: { 204: null },
    errors: { 403: ['not_in_channel', 'not_allowed'], 404: notFound, 409: ['channel_archived', 'cant_leave_default_channel', 'last_member'] },
  }),
  listChannelMembers: defineRoute({
    ...route, method: 'GET', path: '/channels/:channel_id/members', summary: 'List the members of a channel',
    params: ofChannel, query: Closed(pageQuery), answers: { 200: PageOf(ChannelMember) }, errors: { 400: ['invalid_cursor'], 404: notFound },
  }),
  addChannelMembers: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/members', summary: 'Add people of the workspace to a channel',
    description: 'To a private channel its members may add, to a public one every full member. Who is in it already is passed over. One unknown person fails the whole call, and nobody is added.',
    params: ofChannel, body: Closed({ user_ids: Type.Array(UserIdSchema, { minItems: 1, maxItems: 100, uniqueItems: true }) }),
    answers: { 200: Closed({ items: Type.Array(ChannelMember, { description: 'The people of the request, as members' }) }) },
    errors: { 403: ['guest_not_allowed', 'not_allowed'], 404: ['channel_not_found', 'user_not_found'], 409: ['channel_archived', 'cant_add_self'] },
  }),
  removeChannelMember: defineRoute({
    ...route, method: 'DELETE', path: '/channels/:channel_id/members/:user_id', summary: 'Remove somebody from a channel',
    params: Closed({ channel_id: ChannelIdSchema, user_id: UserIdSchema }), answers: { 204: null },
    errors: { 403: ['not_allowed'], 404: ['channel_not_found', 'user_not_found'], 409: ['channel_archived', 'cant_remove_from_default_channel', 'cant_remove_self'] },
  }),
  markChannelRead: defineRoute({
    ...route, method: 'POST', path: '/channels/:channel_id/read', summary: 'Mark a channel read up to a position; it only moves forward',
    params: ofChannel, body: Closed({ seq: Seq }), answers: { 200: Closed({ channel_id: ChannelIdSchema, last_read_seq: Seq }) },
    errors: { 404: notFound },
  }),
  listChannelChanges: defineRoute({
    ...route, method: 'GET', path: '/channels/:channel_id/changes', summary: 'What changed since a position',
    description: 'The messages changed since, by `change_seq`, each once in its present state, tombstones included: how a client that was away catches up.',
    params: ofChannel, query: Closed({ ...pageQuery, since: Seq }), answers: { 200: PageOf(Message) }, errors: { 400: ['invalid_cursor'], 404: notFound },
  }),
}
