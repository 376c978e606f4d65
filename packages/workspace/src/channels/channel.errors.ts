import { DomainError } from '@afrochat/kernel'

/** The same for a channel that does not exist and for one that the caller may not know of. */
export const channelNotFound = () => new DomainError('not_found', 'channel_not_found', 'There is no such channel')
/** For public channels only: of a private one a non-member learns nothing, not even this. */
export const notInChannel = () => new DomainError('forbidden', 'not_in_channel', 'You are not a member of this channel')
export const channelReadOnly = () => new DomainError('forbidden', 'channel_read_only', 'Only managers of this channel and admins post in it')
export const channelArchived = () => new DomainError('conflict', 'channel_archived', 'This channel is archived')
export const nameTaken = (cause: unknown) =>
  new DomainError('conflict', 'name_taken', 'There is a channel of this name already, perhaps an archived one', { cause })
export const cantLeaveDefaultChannel = () => new DomainError('conflict', 'cant_leave_default_channel', 'Every full member is in this channel: it cannot be left')
export const cantRemoveFromDefaultChannel = () =>
  new DomainError('conflict', 'cant_remove_from_default_channel', 'Every full member is in this channel: only guests can be removed from it')
export const lastMember = () => new DomainError('conflict', 'last_member', 'The last member of a private channel cannot leave it: archive it instead')
export const cantRemoveSelf = () => new DomainError('conflict', 'cant_remove_self', 'You cannot remove yourself: leave the channel instead')
export const cantAddSelf = () => new DomainError('conflict', 'cant_add_self', 'You cannot add yourself: join the channel instead')
/** The same for a person who does not exist and for one who is not where they are looked for. */
export const userNotFound = () => new DomainError('not_found', 'user_not_found', 'There is no such person here')
