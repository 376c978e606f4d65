import { Type, type Static } from 'typebox'
import { ChannelIdSchema, Closed, InviteIdSchema, Nullable, Timestamp, UserIdSchema, WorkspaceIdSchema } from './scalars.ts'
import { WorkspaceSettings } from './settings.ts'
import { UserProfile } from './user.ts'

export const WorkspaceRole = Type.Union([Type.Literal('owner'), Type.Literal('admin'), Type.Literal('member'), Type.Literal('guest')])
export type WorkspaceRole = Static<typeof WorkspaceRole>

export const Workspace = Closed(
  {
    id: WorkspaceIdSchema,
    name: Type.String(),
    slug: Type.String(),
    description: Nullable(Type.String()),
    icon_url: Nullable(Type.String()),
    owner_id: UserIdSchema,
    settings: WorkspaceSettings,
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Workspace' },
)
export type Workspace = Static<typeof Workspace>

export const WorkspaceMember = Closed(
  {
    user: UserProfile,
    role: WorkspaceRole,
    single_channel: Type.Boolean({ description: 'A guest of one channel alone' }),
    joined_at: Timestamp,
    deactivated_at: Nullable(Timestamp),
  },
  { $id: 'WorkspaceMember' },
)
export type WorkspaceMember = Static<typeof WorkspaceMember>

/** Roles that an invite may give: nobody is invited to be an owner. */
export const InvitedRole = Type.Union([Type.Literal('admin'), Type.Literal('member'), Type.Literal('guest')])

/** What becomes of the mail that brings an invite to its address. */
export const InviteMail = Closed({
  status: Type.Union([Type.Literal('pending'), Type.Literal('done'), Type.Literal('failed')], {
    description: '`done`: the mail server took it, or there was no need to send it because they are a member already; which of the two is not told. '
      + '`failed`: it will not be sent: hand over the link of a new invite yourself',
  }),
  settled_at: Nullable(Timestamp),
  failure_code: Nullable(Type.String({ description: 'For example `rejected` by the mail server, `too_late` after a day of trying, `invite_revoked`' })),
}, { $id: 'InviteMail' })
export type InviteMail = Static<typeof InviteMail>

const inviteFields = {
  id: InviteIdSchema,
  workspace_id: WorkspaceIdSchema,
  role: InvitedRole,
  single_channel: Type.Boolean(),
  email: Nullable(Type.String()),
  mail: Nullable(InviteMail, { description: 'null: none is sent. It has no address, or this installation sends no mail: the link is to be handed over' }),
  channel_ids: Type.Array(ChannelIdSchema),
  max_uses: Type.Integer(),
  use_count: Type.Integer(),
  expires_at: Timestamp,
  revoked_at: Nullable(Timestamp),
  created_by: UserIdSchema,
  created_at: Timestamp,
}

export const Invite = Closed(inviteFields, { $id: 'Invite' })
export type Invite = Static<typeof Invite>

/** The one answer that shows the secret of an invite. */
export const CreatedInvite = Closed({ ...inviteFields, token: Type.String(), url: Type.String() }, { $id: 'CreatedInvite' })
export type CreatedInvite = Static<typeof CreatedInvite>

/** What somebody who holds an invite's token may know before accepting it. */
export const InvitePreview = Closed(
  {
    workspace: Closed({ id: WorkspaceIdSchema, name: Type.String(), slug: Type.String(), icon_url: Nullable(Type.String()) }),
    role: InvitedRole,
    invited_by: Closed({ id: UserIdSchema, display_name: Type.String() }),
    expires_at: Timestamp,
  },
  { $id: 'InvitePreview' },
)
export type InvitePreview = Static<typeof InvitePreview>

/** One administrative act. `hash` binds it to all before it. */
export const AuditEntry = Closed(
  {
    number: Type.Integer(),
    action: Type.String(),
    actor_id: Nullable(UserIdSchema),
    target_id: Nullable(Type.String()),
    details: Type.Record(Type.String(), Type.Unknown()),
    request_id: Nullable(Type.String()),
    created_at: Timestamp,
    hash: Type.String({ description: 'SHA-256, in hexadecimal' }),
  },
  { $id: 'AuditEntry' },
)
export type AuditEntry = Static<typeof AuditEntry>
