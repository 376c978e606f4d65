import { Type } from 'typebox'
import { Boot } from '../objects/boot.ts'
import { ChannelIdSchema, Closed, InviteIdSchema, Nullable, UserIdSchema, WorkspaceIdSchema } from '../objects/scalars.ts'
import { WorkspaceSettingsChange } from '../objects/settings.ts'
import { AuditEntry, CreatedInvite, Invite, InvitedRole, InvitePreview, Workspace, WorkspaceMember, WorkspaceRole } from '../objects/workspace.ts'
import { defineRoute } from './define-route.ts'
import { PageOf, pageQuery } from './paging.ts'

const ofWorkspace = Closed({ workspace_id: WorkspaceIdSchema })
const ofMember = Closed({ workspace_id: WorkspaceIdSchema, user_id: UserIdSchema })
const ofToken = Closed({ token: Type.String({ minLength: 1, maxLength: 200 }) })
const route = { tag: 'workspaces', access: 'signed-in', limit: 'GENERAL' } as const
const slug = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$', description: 'Its part of the address' })
const refused = ['role_not_allowed', 'guest_not_allowed'] as const

export const workspaceRoutes = {
  listWorkspaces: defineRoute({
    ...route, method: 'GET', path: '/workspaces', summary: 'List the workspaces you are a member of',
    query: Closed(pageQuery), answers: { 200: PageOf(Workspace) }, errors: { 400: ['invalid_cursor'] },
  }),
  createWorkspace: defineRoute({
    ...route, method: 'POST', path: '/workspaces', summary: 'Create a workspace, with the channel `general`, and own it',
    description: 'The slug is made from the name when left out.',
    body: Closed({
      name: Type.String({ minLength: 1, maxLength: 80 }),
      slug: Type.Optional(slug),
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
  updateWorkspace: defineRoute({
    ...route, method: 'PATCH', path: '/workspaces/:workspace_id', summary: 'Change a workspace: what is left out stays as it is',
    description: 'For admins. What gives admins more rights (`admins_may_…`) is for owners.',
    params: ofWorkspace,
    body: Closed({
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
      slug: Type.Optional(slug),
      description: Type.Optional(Nullable(Type.String({ maxLength: 250 }))),
      settings: Type.Optional(WorkspaceSettingsChange),
    }, { minProperties: 1 }),
    answers: { 200: Workspace },
    errors: { 403: refused, 404: ['workspace_not_found'], 409: ['slug_taken'], 422: ['invalid_name'] },
  }),
  deleteWorkspace: defineRoute({
    ...route, method: 'DELETE', path: '/workspaces/:workspace_id', summary: 'Delete a workspace with everything in it',
    description: 'For owners. It is gone for everybody at once; its content is removed in the background. There is no way back.',
    params: ofWorkspace, answers: { 204: null }, errors: { 403: refused, 404: ['workspace_not_found'] },
  }),
  leaveWorkspace: defineRoute({
    ...route, method: 'POST', path: '/workspaces/:workspace_id/leave', summary: 'Leave a workspace and all its channels',
    description: 'An invite lets you come back. What you wrote stays.',
    params: ofWorkspace, answers: { 204: null }, errors: { 404: ['workspace_not_found'], 409: ['last_owner'] },
  }),
  transferWorkspace: defineRoute({
    ...route, method: 'POST', path: '/workspaces/:workspace_id/transfer', summary: 'Hand the workspace over to somebody, and stay as an admin',
    description: 'For the one whose id is `owner_id`.',
    params: ofWorkspace, body: Closed({ user_id: UserIdSchema }), answers: { 200: Workspace },
    errors: { 403: refused, 404: ['workspace_not_found', 'user_not_found'] },
  }),
  listWorkspaceMembers: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/members', summary: 'List members, deactivated ones included',
    params: ofWorkspace, query: Closed(pageQuery), answers: { 200: PageOf(WorkspaceMember) },
    errors: { 400: ['invalid_cursor'], 403: ['guest_not_allowed'], 404: ['workspace_not_found'] },
  }),
  updateWorkspaceMember: defineRoute({
    ...route, method: 'PATCH', path: '/workspaces/:workspace_id/members/:user_id', summary: 'Change somebody\'s role, or let a deactivated person in again',
    description: 'Admins change guests into members and back; owners change everybody. Who becomes a full member joins the default channels; '
      + 'who becomes a guest stays in the channels that `channel_ids` names, or in all that they are in. '
      + '`deactivated: false`, alone, puts somebody back into the workspace and their channels.',
    params: ofMember,
    body: Closed({
      role: Type.Optional(WorkspaceRole),
      single_channel: Type.Optional(Type.Boolean({ description: 'Of a guest: in one channel alone' })),
      channel_ids: Type.Optional(Type.Array(ChannelIdSchema, {
        minItems: 1, maxItems: 200, uniqueItems: true, description: 'Of a guest: the channels to stay in, of those that they are in',
      })),
      deactivated: Type.Optional(Type.Literal(false)),
    }, { minProperties: 1 }),
    answers: { 200: WorkspaceMember },
    errors: {
      403: refused, 404: ['workspace_not_found', 'user_not_found', 'channel_not_found'],
      409: ['last_owner', 'member_deactivated', 'member_has_left', 'account_deactivated'],
      422: ['guest_needs_channel', 'single_channel_needs_one', 'not_for_full_members', 'reactivation_stands_alone'],
    },
  }),
  deactivateWorkspaceMember: defineRoute({
    ...route, method: 'DELETE', path: '/workspaces/:workspace_id/members/:user_id', summary: 'Deactivate a member: they lose the workspace at once',
    description: 'What they wrote stays. Only `deactivated: false` lets them in again, no invite does. Twice changes nothing.',
    params: ofMember, answers: { 204: null },
    errors: { 403: refused, 404: ['workspace_not_found', 'user_not_found'], 409: ['last_owner', 'cant_deactivate_self'] },
  }),
  listAuditLog: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/audit-log', summary: 'Who did what as an admin, and who was refused; the newest first',
    params: ofWorkspace,
    query: Closed({
      ...pageQuery,
      actor_id: Type.Optional(UserIdSchema),
      action: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    }),
    answers: { 200: PageOf(AuditEntry) }, errors: { 400: ['invalid_cursor'], 403: refused, 404: ['workspace_not_found'] },
  }),
  boot: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/boot', summary: 'Get all that a client needs to draw its first screen',
    params: ofWorkspace, answers: { 200: Boot }, errors: { 404: ['workspace_not_found'] },
  }),
  listInvites: defineRoute({
    ...route, method: 'GET', path: '/workspaces/:workspace_id/invites', summary: 'List invites: your own, or all as an admin',
    params: ofWorkspace,
    query: Closed({
      ...pageQuery,
      status: Type.Optional(Type.Union([Type.Literal('pending'), Type.Literal('all')], { description: '`pending`: those that are still good. `all` (default): the others too' })),
    }),
    answers: { 200: PageOf(Invite) },
    errors: { 400: ['invalid_cursor'], 403: ['guest_not_allowed'], 404: ['workspace_not_found'] },
  }),
  createInvite: defineRoute({
    ...route, method: 'POST', path: '/workspaces/:workspace_id/invites', summary: 'Create an invite; its token is shown this once',
    description: 'With an `email` it is mailed there, if this installation sends mail: `mail` says so. The answer is the same whoever has that address.',
    params: ofWorkspace,
    body: Closed({
      role: Type.Optional(InvitedRole),
      single_channel: Type.Optional(Type.Boolean({ description: 'A guest of one channel alone, which `channel_ids` names' })),
      email: Type.Optional(Nullable(Type.String({ format: 'email', maxLength: 254 }))),
      channel_ids: Type.Optional(Type.Array(ChannelIdSchema, { maxItems: 50, uniqueItems: true, description: 'Channels that the new member joins besides the default ones; a guest needs at least one' })),
      max_uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'Default 100; of one for an email address 1' })),
      expires_in_hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 720, default: 720 })),
    }),
    answers: { 201: CreatedInvite },
    errors: {
      403: [...refused, 'not_allowed', 'email_domain_not_allowed'], 404: ['workspace_not_found', 'channel_not_found'], 409: ['channel_archived'],
      422: ['guest_needs_channel', 'single_channel_needs_one', 'not_for_full_members'],
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
    description: 'Who is a member already gets the workspace too: no use of the invite is spent, and their role stays as it is.',
    params: ofToken, answers: { 200: Workspace },
    errors: { 403: ['invite_for_another_email', 'email_domain_not_allowed', 'membership_deactivated'], 404: ['invite_not_found'], 410: ['invite_expired', 'invite_revoked', 'invite_used_up'] },
  }),
}
