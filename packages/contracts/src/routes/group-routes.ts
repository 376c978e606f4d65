import { Type } from 'typebox'
import { Group } from '../objects/group.ts'
import { Closed, GroupIdSchema, Nullable, UserIdSchema, WorkspaceIdSchema } from '../objects/scalars.ts'
import { defineRoute } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

const ofWorkspace = Closed({ workspace_id: WorkspaceIdSchema })
const ofGroup = Closed({ workspace_id: WorkspaceIdSchema, group_id: GroupIdSchema })
const route = { tag: 'groups', access: 'signed-in', limit: 'GENERAL' } as const
const refused = ['guest_not_allowed', 'role_not_allowed'] as const
const unprocessable = ['handle_reserved', 'invalid_name', 'user_is_guest', 'group_in_itself'] as const

const fields = {
  handle: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$', description: 'What it is mentioned by, kept in lower case. Nobody has it as a username' }),
  name: Type.String({ minLength: 1, maxLength: 80, examples: ['The engineers'] }),
  description: Nullable(Type.String({ maxLength: 250 })),
  user_ids: Type.Array(UserIdSchema, { maxItems: 1000, uniqueItems: true, description: 'Full members of the workspace' }),
  group_ids: Type.Array(GroupIdSchema, { maxItems: 100, uniqueItems: true, description: 'Groups whose members are mentioned with it' }),
}

export const groupRoutes = {
  listGroups: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/groups', summary: 'List the groups of people of a workspace',
    params: ofWorkspace, query: Closed(pageQuery), answers: { 200: PageOf(Group) },
    errors: { 400: ['invalid_cursor'], 403: ['guest_not_allowed'], 404: ['workspace_not_found'] },
  }),
  createGroup: defineRoute({
    ...route, method: 'POST', path: '/workspaces/:workspace_id/groups', summary: 'Make a group of people who are mentioned by one handle',
    params: ofWorkspace,
    body: Closed({
      handle: fields.handle, name: fields.name, description: Type.Optional(fields.description),
      user_ids: Type.Optional(fields.user_ids), group_ids: Type.Optional(fields.group_ids),
    }),
    answers: { 201: Group },
    errors: {
      403: refused, 404: ['workspace_not_found', 'user_not_found', 'group_not_found'], 409: ['handle_taken'], 422: [...unprocessable, 'too_many_groups'],
    },
  }),
  getGroup: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/groups/:group_id', summary: 'Get a group',
    params: ofGroup, answers: { 200: Group }, errors: { 403: ['guest_not_allowed'], 404: ['workspace_not_found', 'group_not_found'] },
  }),
  updateGroup: defineRoute({
    ...route, method: 'PATCH', path: '/workspaces/:workspace_id/groups/:group_id', summary: 'Change a group',
    description: 'What is left out stays. `user_ids` and `group_ids` are the whole new lists.',
    params: ofGroup,
    body: Closed({
      handle: Type.Optional(fields.handle), name: Type.Optional(fields.name), description: Type.Optional(fields.description),
      user_ids: Type.Optional(fields.user_ids), group_ids: Type.Optional(fields.group_ids),
    }),
    answers: { 200: Group },
    errors: { 403: refused, 404: ['workspace_not_found', 'user_not_found', 'group_not_found'], 409: ['handle_taken'], 422: unprocessable },
  }),
  deleteGroup: defineRoute({
    ...route, method: 'DELETE', path: '/workspaces/:workspace_id/groups/:group_id', summary: 'Remove a group; its people stay',
    params: ofGroup, answers: { 204: null }, errors: { 403: refused, 404: ['workspace_not_found', 'group_not_found'] },
  }),
}
