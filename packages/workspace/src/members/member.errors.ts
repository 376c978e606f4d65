import { DomainError, type ErrorDetail } from '@afrochat/kernel'

/** A workspace always has an owner who can act. */
export const lastOwner = () => new DomainError('conflict', 'last_owner', 'The last owner of a workspace stays: make somebody else an owner first')
export const cantDeactivateSelf = () => new DomainError('conflict', 'cant_deactivate_self', 'You cannot deactivate yourself: leave the workspace instead')
export const memberDeactivated = () => new DomainError('conflict', 'member_deactivated', 'This person is deactivated: reactivate them first')
export const memberHasLeft = () => new DomainError('conflict', 'member_has_left', 'This person left by themselves: an invite lets them come back')
export const accountDeactivated = () => new DomainError('conflict', 'account_deactivated', 'The account of this person is deactivated')

export const guestNeedsChannel = () =>
  unprocessable('guest_needs_channel', 'A guest sees nothing but channels: name at least one', { path: '/channel_ids', message: 'must name a channel for a guest' })
export const singleChannelNeedsOne = () =>
  unprocessable('single_channel_needs_one', 'A single-channel guest is in exactly one channel', { path: '/channel_ids', message: 'must name one channel' })
export const notForFullMembers = (path: string) =>
  unprocessable('not_for_full_members', 'Only guests are bound to channels', { path, message: 'is for guests' })
export const reactivationStandsAlone = () =>
  unprocessable('reactivation_stands_alone', 'Reactivate first, then change what somebody is', { path: '/deactivated', message: 'must be the only change' })

const unprocessable = (code: string, message: string, detail: ErrorDetail) => new DomainError('unprocessable', code, message, { details: [detail] })
