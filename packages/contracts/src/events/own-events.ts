import { channelPreferences } from '../objects/channel.ts'
import { Draft, Reminder, ScheduledMessage, ThreadSubscription } from '../objects/kept.ts'
import { ChannelIdSchema, Closed, MessageIdSchema, Nullable, Timestamp, WorkspaceIdSchema } from '../objects/scalars.ts'
import { UserPreferences } from '../objects/settings.ts'

/** What concerns one person alone: to their own devices. */
export const ownEvents = {
  /** One of the two: of a channel (on the member's stream), or of the account (on the account's). */
  preferences_updated: Closed({
    channel: Nullable(Closed({ channel_id: ChannelIdSchema, ...channelPreferences })),
    user: Nullable(UserPreferences),
  }),
  /** `draft`: null when it was sent or thrown away. */
  draft_updated: Closed({ channel_id: ChannelIdSchema, thread_id: Nullable(MessageIdSchema), draft: Nullable(Draft) }),
  /** `saved_at`: null when it was taken off the list. */
  saved_updated: Closed({ message_id: MessageIdSchema, workspace_id: WorkspaceIdSchema, channel_id: ChannelIdSchema, saved_at: Nullable(Timestamp) }),
  /** Followed, unfollowed, or read. Take it as it is: marking unread moves the mark back. */
  thread_subscription_updated: ThreadSubscription,
  scheduled_message_updated: ScheduledMessage,
  reminder_updated: Reminder,
} as const
