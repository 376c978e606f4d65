import type { WorkspaceRole } from '@afrochat/contracts'
import { workspacePermissions, type WorkspaceAction } from '../permissions/workspace-permissions.ts'
import { inviteExpired, inviteForAnotherEmail, inviteRevoked, inviteUsedUp } from './invite.errors.ts'
import type { InviteRow, OpenInviteRow } from './invites.repository.ts'

const actions: Readonly<Record<InviteRow['role'], WorkspaceAction>> = {
  admin: 'invite.create.admin',
  member: 'invite.create.member',
  guest: 'invite.create.guest',
}

/** The action of inviting somebody to be this. */
export const invitingTo = (role: InviteRow['role']): WorkspaceAction => actions[role]

/**
 * Throws unless the invite is good now. It dies with the authority that made it: of somebody who was deactivated, or
 * may no longer invite to this role, nobody accepts anything.
 */
export function assertUsable(invite: Pick<OpenInviteRow, 'revoked_at' | 'is_expired' | 'use_count' | 'max_uses' | 'role' | 'inviter_role'>): void {
  if (invite.revoked_at !== null || !mayInvite(invite.inviter_role, invite.role)) throw inviteRevoked()
  if (invite.is_expired) throw inviteExpired()
  if (invite.use_count >= invite.max_uses) throw inviteUsedUp()
}

/** An invite that was sent to an address is for whoever has it. Case does not tell addresses apart. */
export function assertFor(invite: Pick<InviteRow, 'email'>, user: { readonly email: string | null }): void {
  if (invite.email !== null && invite.email.toLowerCase() !== user.email?.toLowerCase()) throw inviteForAnotherEmail()
}

const mayInvite = (inviter: WorkspaceRole | null, role: InviteRow['role']) =>
  inviter !== null && workspacePermissions[invitingTo(role)][inviter] === 'allow'
