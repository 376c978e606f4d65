import { DomainError } from '@afrochat/kernel'

/** The same for a channel that does not exist and for one that the caller may not know of. */
export const channelNotFound = () => new DomainError('not_found', 'channel_not_found', 'There is no such channel')
/** For public channels only: of a private one a non-member learns nothing, not even this. */
export const notInChannel = () => new DomainError('forbidden', 'not_in_channel', 'You are not a member of this channel')
export const channelReadOnly = () => new DomainError('forbidden', 'channel_read_only', 'Only managers of this channel and admins post in it')
export const channelArchived = () => new DomainError('conflict', 'channel_archived', 'This channel is archived')
export const nameTaken = (cause: unknown) =>
  new DomainError('conflict', 'name_taken', 'There is a channel of this name already, perhaps an archived one', { cause })
export const channelImporting = () => new DomainError('conflict', 'channel_importing', 'This channel is still being imported: it opens when it is complete')
export const cantLeaveDefaultChannel = () => new DomainError('conflict', 'cant_leave_default_channel', 'Every full member is in this channel: it cannot be left')
export const cantRemoveFromDefaultChannel = () =>
  new DomainError('conflict', 'cant_remove_from_default_channel', 'Every full member is in this channel: only guests can be removed from it')
export const cantArchiveDefaultChannel = () =>
  new DomainError('conflict', 'cant_archive_default_channel', 'Every full member is in this channel: make it an ordinary one before you archive it')
export const cantDeleteDefaultChannel = () =>
  new DomainError('conflict', 'cant_delete_default_channel', 'Every full member is in this channel: make it an ordinary one before you delete it')
export const defaultChannelNotPublic = () =>
  new DomainError('conflict', 'default_channel_not_public', 'A channel that every full member is in has to be public')
export const lastDefaultChannel = () =>
  new DomainError('conflict', 'last_default_channel', 'A workspace needs a channel that every full member is in: make another one that first')
export const channelEmpty = () => new DomainError('conflict', 'channel_empty', 'Nobody is in this channel, and nobody could enter it when it is private: join it first')
export const lastMember = () => new DomainError('conflict', 'last_member', 'The last member of a private channel cannot leave it: archive it instead')
/** Of the caller or of whom they would add. */
export const singleChannelGuest = () => new DomainError('forbidden', 'single_channel_guest', 'A guest of a single channel is in that one and no other')
export const guestCantManage = () => new DomainError('conflict', 'guest_cant_manage', 'Guests do not manage channels')
export const recipientDeactivated = () =>
  new DomainError('conflict', 'recipient_deactivated', 'The other person is no longer here: this conversation can be read, but not continued')
export const tooManyPeople = (max: number) =>
  new DomainError('unprocessable', 'too_many_people', `A direct message has at most ${max} people, you included: create a private channel for more`)
export const cantRemoveSelf = () => new DomainError('conflict', 'cant_remove_self', 'You cannot remove yourself: leave the channel instead')
export const cantAddSelf = () => new DomainError('conflict', 'cant_add_self', 'You cannot add yourself: join the channel instead')
/** The same for a person who does not exist and for one who is not where they are looked for. */
export const userNotFound = () => new DomainError('not_found', 'user_not_found', 'There is no such person here')
