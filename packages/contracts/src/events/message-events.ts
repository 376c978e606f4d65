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
  /** A root after a reply came or went. `id` is the root's. */
  thread_updated: Closed({ id: MessageIdSchema, channel_id: ChannelIdSchema, ...threadFields, change_seq: Seq }),
  reaction_added: reactionChange,
  reaction_removed: reactionChange,
} as const
