import type { WorkspaceRole, WorkspaceSettings } from '@afrochat/contracts'
import { grantOf, type WorkspaceAction } from '../permissions/workspace-permissions.ts'
import { settingsOf } from '../workspaces/workspace.view.ts'
import { emailDomainNotAllowed, inviteExpired, inviteForAnotherEmail, inviteRevoked, inviteUsedUp } from './invite.errors.ts'
import type { Authority, InviteRow, OpenInviteRow } from './invites.repository.ts'

const actions: Readonly<Record<InviteRow['role'], WorkspaceAction>> = {
  admin: 'invite.create.admin',
  member: 'invite.create.member',
  guest: 'invite.create.guest',
}
const inviters: readonly WorkspaceRole[] = ['owner', 'admin', 'member', 'guest']

/** The action of inviting somebody to be this. */
export const invitingTo = (role: InviteRow['role']): WorkspaceAction => actions[role]

/** Who may invite whom in a workspace with these settings. */
export function authoritiesIn(settings: WorkspaceSettings): Authority[] {
  const invited: InviteRow['role'][] = ['admin', 'member', 'guest']
  const all = invited.flatMap((role) => inviters.map((inviter) => ({ invited: role, inviter })))
  return all.filter((authority) => mayInvite(authority, settings))
}

/**
 * Throws unless the invite is good now. It dies with the authority that made it: of somebody who was deactivated, or
 * may no longer invite to this role, nobody accepts anything.
 */
export function assertUsable(invite: Omit<OpenInviteRow, Exclude<keyof InviteRow, 'revoked_at' | 'use_count' | 'max_uses' | 'role'>>): void {
  const { revoked_at: revokedAt, role: invited, inviter_role: inviter } = invite
  if (revokedAt !== null || inviter === null || !mayInvite({ invited, inviter }, settingsOf(invite))) throw inviteRevoked()
  if (invite.is_expired) throw inviteExpired()
  if (invite.use_count >= invite.max_uses) throw inviteUsedUp()
}

/** An invite that was sent to an address is for whoever has it. Case does not tell addresses apart. */
export function assertFor(invite: Pick<InviteRow, 'email'>, user: { readonly email: string | null }): void {
  if (invite.email !== null && invite.email.toLowerCase() !== user.email?.toLowerCase()) throw inviteForAnotherEmail()
}

/** A workspace may take full members from its own domains alone. The domain itself, and none below it; guests come from anywhere. */
export function assertDomainAllowed(role: InviteRow['role'], email: string | null, { allowed_email_domains: allowed }: WorkspaceSettings): void {
  if (role === 'guest' || allowed.length === 0) return
  const domain = email?.slice(email.lastIndexOf('@') + 1).toLowerCase()
  if (domain === undefined || !allowed.includes(domain)) throw emailDomainNotAllowed()
}

const mayInvite = ({ invited, inviter }: Authority, settings: WorkspaceSettings) =>
  grantOf(invitingTo(invited), inviter, settings) === 'allow'
