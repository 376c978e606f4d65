export { createClient, type Client, type ClientOptions } from './client.ts'
export type { Connection, ConnectOptions, WaitOptions } from './connect.ts'
export type { ApiCalls, CallOptions, InputOf } from './http/calls.ts'
export { MAX_WATCHED } from '@afrochat/contracts'
export { newClientMsgId } from './http/client-msg-id.ts'
export { ApiError, NetworkError } from './http/errors.ts'
export { allOf, eachItem, eachPage, type ListCall } from './http/pages.ts'
export type { TokenOptions, Tokens } from './http/token-keeper.ts'
export { CommandError } from './socket/commands.ts'
export type { ConnectionStatus } from './socket/reconnecting-socket.ts'
export { applyEvent, messageIdsOf } from './sync/apply-event.ts'
export { ChannelLog } from './sync/channel-log.ts'
export { isMessageEvent, type ChannelId, type ClientEvent, type MessageEvent, type MessageId, type OneMessageEvent, type SyncEvent, type UserId, type WorkspaceId } from './sync/sync-event.ts'
export type { StartingPoint, SyncPosition } from './sync/sync-position.ts'
export type {
  Boot, Channel, ChannelMember, CreatedInvite, CustomEmoji, DevicePresence, Draft, FollowedThread, Group, Invite, InvitePreview, LinkPreview, Mentions,
  Message, OwnUser, Presence, Quote, Reaction, Reminder, SavedMessage, ScheduledMessage, SendNotice, SentMessage, Session, SharedChannel, SharedMessage,
  SignedIn, SystemNote, ThreadSubscription, Unreads, User, UserPreferences, UserPresence, Workspace, WorkspaceMember, WorkspaceRole, WorkspaceSettings,
} from '@afrochat/contracts'
