import type { WorkspaceRole, WorkspaceSettings } from '@afrochat/contracts'
import { decide, when, type Cell } from './cell.ts'

/** `own`: of things of this kind only those that the caller made or belongs to. */
export type Grant = 'allow' | 'own' | 'deny'

export type WorkspaceAction =
  | 'workspace.read' | 'workspace.update' | 'workspace.update.admin_rights' | 'workspace.delete' | 'workspace.transfer' | 'workspace.leave'
  | 'member.list' | 'member.email.read' | 'member.manage' | 'member.manage.admin' | 'member.manage.owner' | 'audit.read' | 'channel.create' | 'channel.browse' | 'dm.open'
  | 'group.list' | 'group.manage' | 'emoji.list' | 'emoji.add' | 'emoji.remove'
  | 'invite.create.member' | 'invite.create.guest' | 'invite.create.admin' | 'invite.list' | 'invite.revoke'

/** Whoever is not named may not. */
type Row = Readonly<Partial<Record<WorkspaceRole, Cell<Grant>>>>

/** Who may do what in a workspace, by role. What concerns one channel is in `channel-permissions.ts`. */
export const workspacePermissions: Readonly<Record<WorkspaceAction, Row>> = {
  'workspace.read': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'allow' },
  // Name, address, description, icon, settings.
  'workspace.update': { owner: 'allow', admin: 'allow' },
  // Settings by which admins may more: they would open them for themselves.
  'workspace.update.admin_rights': { owner: 'allow' },
  'workspace.delete': { owner: 'allow' },
  // Of the owners, the one whom `owner_id` names.
  'workspace.transfer': { owner: 'allow' },
  'workspace.leave': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'allow' },
  'member.list': { owner: 'allow', admin: 'allow', member: 'allow' },
  'member.email.read': { owner: 'allow', admin: 'allow' },
  // Changing guests into members and back, deactivating and reactivating both.
  'member.manage': { owner: 'allow', admin: 'allow' },
  // Making and unmaking admins, and deactivating them.
  'member.manage.admin': { owner: 'allow', admin: when('admins_may_manage_admins', 'deny') },
  'member.manage.owner': { owner: 'allow' },
  'audit.read': { owner: 'allow', admin: when('admins_may_read_audit_log', 'deny') },
  'channel.create': { owner: 'allow', admin: 'allow', member: when('members_may_create_channels', 'deny') },
  'channel.browse': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'own' },
  // Guests with people whom they share a channel with.
  'dm.open': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'own' },
  'group.list': { owner: 'allow', admin: 'allow', member: 'allow' },
  'group.manage': { owner: 'allow', admin: 'allow', member: when('members_may_manage_groups', 'deny') },
  'emoji.list': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'allow' },
  // Giving one's own another picture is adding it; giving another's one is removing that.
  'emoji.add': { owner: 'allow', admin: 'allow', member: when('members_may_add_emoji', 'deny') },
  'emoji.remove': { owner: 'allow', admin: 'allow', member: 'own' },
  'invite.create.member': { owner: 'allow', admin: 'allow', member: when('members_may_invite', 'deny') },
  'invite.create.guest': { owner: 'allow', admin: 'allow' },
  // Whoever may hand out a role could otherwise raise themselves to it by a second account.
  'invite.create.admin': { owner: 'allow', admin: when('admins_may_manage_admins', 'deny') },
  'invite.list': { owner: 'allow', admin: 'allow', member: 'own' },
  'invite.revoke': { owner: 'allow', admin: 'allow', member: 'own' },
}

/** Acts whose refusals are written to the audit log, as the acts themselves are. */
export const administrativeWorkspaceActions: ReadonlySet<WorkspaceAction> = new Set<WorkspaceAction>([
  'workspace.update', 'workspace.update.admin_rights', 'workspace.delete', 'workspace.transfer',
  'member.manage', 'member.manage.admin', 'member.manage.owner', 'audit.read', 'invite.create.guest', 'invite.create.admin',
])

/** What somebody of this role may do of it. */
export const grantOf = (action: WorkspaceAction, role: WorkspaceRole, settings: WorkspaceSettings): Grant =>
  decide(workspacePermissions[action][role] ?? 'deny', settings)
