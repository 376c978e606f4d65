import { ChannelRole, SharedChannel } from '../objects/channel.ts'
import { ReadMark } from '../objects/kept.ts'
import { ChannelIdSchema, Closed, Nullable, Timestamp, UserIdSchema, WorkspaceIdSchema } from '../objects/scalars.ts'
import { User } from '../objects/user.ts'

export const channelEvents = {
  /** On the workspace's stream, for public channels: to those who are not in it. Its members learn of it by `member_joined`. */
  channel_created: SharedChannel,
  /** These four on the channel's stream, and for a public one on the workspace's too, to those who are not in it. */
  channel_updated: SharedChannel,
  channel_archived: SharedChannel,
  channel_unarchived: SharedChannel,
  /** Also to those who are not in a public channel that became private: for them it is gone. */
  channel_deleted: Closed({ id: ChannelIdSchema, workspace_id: WorkspaceIdSchema }),
  /**
   * Carries the channel, so that the devices of who joined can draw it without asking. What they keep about it from an
   * earlier membership comes right after it as their own `preferences_updated`.
   */
  member_joined: Closed({
    channel: SharedChannel,
    user: User,
    role: ChannelRole,
    joined_at: Timestamp,
    added_by: Nullable(UserIdSchema),
  }),
  /** A member's role in the channel. */
  member_updated: Closed({ channel_id: ChannelIdSchema, user_id: UserIdSchema, role: ChannelRole }),
  member_left: Closed({ channel_id: ChannelIdSchema, user_id: UserIdSchema, removed_by: Nullable(UserIdSchema) }),
  /** To the reader's own devices. Take it as it is: marking unread moves the mark back. */
  channel_read: ReadMark,
} as const
