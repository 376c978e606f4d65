import { DomainError } from '@afrochat/kernel'

/** The same for a channel that does not exist and for one that the caller may not know of. */
export const channelNotFound = () => new DomainError('not_found', 'channel_not_found', 'There is no such channel')
/** For public channels only: of a private one a non-member learns nothing, not even this. */
export const notInChannel = () => new DomainError('forbidden', 'not_in_channel', 'You are not a member of this channel')
export const guestNotAllowed = () => new DomainError('forbidden', 'guest_not_allowed', 'Guests may not do this')
export const notAllowed = () => new DomainError('forbidden', 'not_allowed', 'You may not do this')
export const channelArchived = () => new DomainError('conflict', 'channel_archived', 'This channel is archived')
