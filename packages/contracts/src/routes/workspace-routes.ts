import { Type } from 'typebox'
import { Boot } from '../objects/boot.ts'
import { ChannelIdSchema, Closed, InviteIdSchema, Nullable, WorkspaceIdSchema } from '../objects/scalars.ts'
import { CreatedInvite, Invite, InvitedRole, InvitePreview, Workspace, WorkspaceMember } from '../objects/workspace.ts'
import { defineRoute } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

const ofWorkspace = Closed({ workspace_id: WorkspaceIdSchema })
const ofToken = Closed({ token: Type.String({ minLength: 1, maxLength: 200 }) })
const route = { tag: 'workspaces', access: 'signed-in', limit: 'GENERAL' } as const

export const workspaceRoutes = {
  listWorkspaces: defineRoute({
    ...route, method: 'GET', path: '/workspaces', summary: 'List the workspaces you are a member of',
    query: Closed(pageQuery), answers: { 200: PageOf(Workspace) }, errors: { 400: ['invalid_cursor'] },
  }),
  createWorkspace: defineRoute({
    ...route, method: 'POST', path: '/workspaces', summary: 'Create a workspace, with the channel `general`, and own it',
    body: Closed({
      name: Type.String({ minLength: 1, maxLength: 80 }),
      slug: Type.Optional(Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$', description: 'Made from the name when left out' })),
      description: Type.Optional(Nullable(Type.String({ maxLength: 250 }))),
    }),
    answers: { 201: Workspace }, errors: { 409: ['slug_taken'], 422: ['invalid_name'] },
  }),
  getWorkspace: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id', summary: 'Get a workspace',
    params: ofWorkspace, answers: { 200: Workspace }, errors: { 404: ['workspace_not_found'] },
  }),
  getWorkspaceBySlug: defineRoute({
    ...route, method: 'GET', path: '/workspaces/by-slug/:slug', summary: 'Get a workspace by its slug',
    params: Closed({ slug: Type.String({ minLength: 1, maxLength: 40 }) }), answers: { 200: Workspace }, errors: { 404: ['workspace_not_found'] },
  }),
  listWorkspaceMembers: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/members', summary: 'List members, deactivated ones included',
    params: ofWorkspace, query: Closed(pageQuery), answers: { 200: PageOf(WorkspaceMember) },
    errors: { 400: ['invalid_cursor'], 403: ['guest_not_allowed'], 404: ['workspace_not_found'] },
  }),
  boot: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/boot', summary: 'Get all that a client needs to draw its first screen',
    params: ofWorkspace, answers: { 200: Boot }, errors: { 404: ['workspace_not_found'] },
  }),
  listInvites: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/invites', summary: 'List invites: your own, or all as an admin',
    params: ofWorkspace, query: Closed(pageQuery), answers: { 200: PageOf(Invite) },
    errors: { 400: ['invalid_cursor'], 403: ['guest_not_allowed'], 404: ['workspace_not_found'] },
  }),
  createInvite: defineRoute({
    ...route, method: 'POST', path: '/workspaces/:workspace_id/invites', summary: 'Create an invite; its token is shown this once',
    params: ofWorkspace,
    body: Closed({
      role: Type.Optional(InvitedRole),
      email: Type.Optional(Nullable(Type.String({ format: 'email', maxLength: 254 }))),
      channel_ids: Type.Optional(Type.Array(ChannelIdSchema, { maxItems: 50, uniqueItems: true, description: 'Channels that the new member joins besides the default ones; a guest needs at least one' })),
      max_uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 100 })),
      expires_in_hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 720, default: 720 })),
    }),
    answers: { 201: CreatedInvite },
    errors: {
      403: ['role_not_allowed', 'guest_not_allowed'], 404: ['workspace_not_found', 'channel_not_found'], 409: ['channel_archived'],
      422: ['guest_needs_channel'],
    },
  }),
  revokeInvite: defineRoute({
    ...route, method: 'DELETE', path: '/workspaces/:workspace_id/invites/:invite_id', summary: 'Revoke an invite',
    params: Closed({ workspace_id: WorkspaceIdSchema, invite_id: InviteIdSchema }), answers: { 204: null },
    errors: { 403: ['guest_not_allowed'], 404: ['workspace_not_found', 'invite_not_found'] },
  }),
  previewInvite: defineRoute({
    ...route, method: 'GET', path: '/invites/:token', access: 'anyone', limit: 'ANON', summary: 'What is this invite for?',
    params: ofToken, answers: { 200: InvitePreview },
    errors: { 404: ['invite_not_found'], 410: ['invite_expired', 'invite_revoked', 'invite_used_up'] },
  }),
  acceptInvite: defineRoute({
    ...route, method: 'POST', path: '/invites/:token/accept', summary: 'Join the workspace of an invite',
    description: 'Who is a member already gets the workspace too, and no use of the invite is spent.',
    params: ofToken, answers: { 200: Workspace },
    errors: { 403: ['invite_for_another_email', 'membership_deactivated'], 404: ['invite_not_found'], 410: ['invite_expired', 'invite_revoked', 'invite_used_up'] },
  }),
}
