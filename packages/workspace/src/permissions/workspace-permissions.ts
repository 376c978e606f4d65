import type { WorkspaceRole } from '@afrochat/contracts'
import { when, type Cell } from './cell.ts'

/** `own`: of things of this kind only those that the caller made or belongs to. */
export type Grant = 'allow' | 'own' | 'deny'

export type WorkspaceAction =
  | 'workspace.read' | 'member.list' | 'channel.create' | 'channel.browse' | 'dm.open'
  | 'invite.create.member' | 'invite.create.guest' | 'invite.create.admin' | 'invite.list' | 'invite.revoke'

/** Who may do what in a workspace, by role. What concerns one channel is in `channel-permissions.ts`. */
export const workspacePermissions: Readonly<Record<WorkspaceAction, Readonly<Record<WorkspaceRole, Cell<Grant>>>>> = {
  'workspace.read': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'allow' },
  'member.list': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'deny' },
  'channel.create': { owner: 'allow', admin: 'allow', member: when('members_may_create_channels', 'deny'), guest: 'deny' },
  'channel.browse': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'own' },
  // Guests with people whom they share a channel with.
  'dm.open': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'own' },
  'invite.create.member': { owner: 'allow', admin: 'allow', member: 'allow', guest: 'deny' },
  'invite.create.guest': { owner: 'allow', admin: 'allow', member: 'deny', guest: 'deny' },
  // Whoever may hand out a role could otherwise raise themselves to it by a second account.
  'invite.create.admin': { owner: 'allow', admin: 'deny', member: 'deny', guest: 'deny' },
  'invite.list': { owner: 'allow', admin: 'allow', member: 'own', guest: 'deny' },
  'invite.revoke': { owner: 'allow', admin: 'allow', member: 'own', guest: 'deny' },
}
