export { assertOpen, getReadableChannel, getWritableChannel } from './channels/load-channel.ts'
export type { ChannelAccess, ChannelMembership, MemberAccess } from './channels/channel-access.ts'
export type { ChannelRow } from './channels/channels.repository.ts'
export { channelArchived, channelNotFound, notInChannel } from './channels/channel.errors.ts'
