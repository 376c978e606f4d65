import { SharedChannel, ChannelRole } from '../objects/channel.ts'
import { ChannelIdSchema, Closed, Nullable, Seq, Timestamp, UserIdSchema } from '../objects/scalars.ts'
import { User } from '../objects/user.ts'

export const channelEvents = {
  /** On the workspace's stream, for public channels: to those who are not in it. Its members learn of it by `member_joined`. */
  channel_created: SharedChannel,
  /** Carries the channel, so that the devices of the one who joined can draw it without asking. */
  member_joined: Closed({
    channel: SharedChannel,
    user: User,
    role: ChannelRole,
    joined_at: Timestamp,
    added_by: Nullable(UserIdSchema),
  }),
  member_left: Closed({ channel_id: ChannelIdSchema, user_id: UserIdSchema, removed_by: Nullable(UserIdSchema) }),
  /** To the reader's own devices. */
  channel_read: Closed({ channel_id: ChannelIdSchema, last_read_seq: Seq }),
} as const
