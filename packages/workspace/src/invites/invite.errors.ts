import { DomainError } from '@afrochat/kernel'

export const inviteNotFound = () => new DomainError('not_found', 'invite_not_found', 'There is no such invite')
export const inviteExpired = () => new DomainError('gone', 'invite_expired', 'This invite has expired: ask for a new one')
/** Also when who invited may no longer do so. */
export const inviteRevoked = () => new DomainError('gone', 'invite_revoked', 'This invite was withdrawn')
export const inviteUsedUp = () => new DomainError('gone', 'invite_used_up', 'This invite was used as often as it may be: ask for a new one')
/** Says nothing about which of the limits it was, or about the address. */
export const tooManyInviteMails = (retryAfterSeconds: number) =>
  new DomainError('rate_limited', 'rate_limited', 'Too many invites were mailed: try again later, or make one without an address and hand it over', { retryAfterSeconds })
/** Says nothing about whom it is for. */
export const inviteForAnotherEmail = () => new DomainError('forbidden', 'invite_for_another_email', 'This invite is for another email address')
export const membershipDeactivated = () =>
  new DomainError('forbidden', 'membership_deactivated', 'Your membership of this workspace was ended: an admin can restore it')
export const emailDomainNotAllowed = () =>
  new DomainError('forbidden', 'email_domain_not_allowed', 'This workspace takes members with addresses of its own domains only')
