import { Type } from 'typebox'
import { SharedMessage, threadFields } from '../objects/message.ts'
import { ChannelIdSchema, Closed, MessageIdSchema, Nullable, Seq, Timestamp, UserIdSchema } from '../objects/scalars.ts'

const reactionChange = Closed({
  message_id: MessageIdSchema,
  channel_id: ChannelIdSchema,
  user_id: UserIdSchema,
  emoji: Type.String(),
  change_seq: Seq,
})

export const messageEvents = {
  message_sent: SharedMessage,
  message_updated: SharedMessage,
  /** Ids only: a deleted message's words reach nobody, least of all by the news of its deletion. */
  message_deleted: Closed({
    id: MessageIdSchema,
    channel_id: ChannelIdSchema,
    thread_id: Nullable(MessageIdSchema),
    change_seq: Seq,
    deleted_at: Timestamp,
  }),
  /** Several at once, in one change of the channel: all have the same `change_seq`. */
  messages_bulk_deleted: Closed({ channel_id: ChannelIdSchema, ids: Type.Array(MessageIdSchema), change_seq: Seq, deleted_at: Timestamp }),
  message_pinned: Closed({ message_id: MessageIdSchema, channel_id: ChannelIdSchema, pinned_by: UserIdSchema, pinned_at: Timestamp, change_seq: Seq }),
  message_unpinned: Closed({ message_id: MessageIdSchema, channel_id: ChannelIdSchema, change_seq: Seq }),
  /** A root after it was locked or unlocked, or after a reply came or went. `id` is the root's. */
  thread_updated: Closed({ id: MessageIdSchema, channel_id: ChannelIdSchema, ...threadFields, change_seq: Seq }),
  reaction_added: reactionChange,
  reaction_removed: reactionChange,
} as const
