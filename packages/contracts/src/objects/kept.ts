import { Type, type Static } from 'typebox'
import { Message } from './message.ts'
import { ChannelIdSchema, Closed, DraftIdSchema, MessageIdSchema, Nullable, ReminderIdSchema, ScheduledMessageIdSchema, Seq, Timestamp, WorkspaceIdSchema } from './scalars.ts'

/** A text that is not sent yet, shared by its author's devices. */
export const Draft = Closed(
  {
    id: DraftIdSchema,
    workspace_id: WorkspaceIdSchema,
    channel_id: ChannelIdSchema,
    thread_id: Nullable(MessageIdSchema),
    content: Type.String(),
    version: Type.Integer({ minimum: 1, description: 'Rises with each save. Name the one you started from when you save: another one there is a conflict' }),
    updated_at: Timestamp,
  },
  { $id: 'Draft' },
)
export type Draft = Static<typeof Draft>

/** What is new in a place. Counts are exact to 10,000 and stop there. */
export const placeCounts = { unread_count: Type.Integer(), mention_count: Type.Integer() }

/** Counts are of one moment of the channel. Somebody may write while they are counted: those messages are to be added. */
export const asOfSeq = Type.Integer({ description: 'The channel\'s `last_seq` when this was counted: what came after it is not in it' })

/** How far somebody has read a channel, and what is left. */
export const ReadMark = Closed(
  { channel_id: ChannelIdSchema, last_read_seq: Seq, ...placeCounts, unread_capped: Type.Boolean(), as_of_seq: asOfSeq },
  { $id: 'ReadMark' },
)
export type ReadMark = Static<typeof ReadMark>

/** One's own following of a thread, how far one has read it, and what is left. Of a thread that one does not follow nothing is counted. */
export const ThreadSubscription = Closed(
  { message_id: MessageIdSchema, channel_id: ChannelIdSchema, following: Type.Boolean(), last_read_seq: Seq, ...placeCounts, as_of_seq: asOfSeq },
  { $id: 'ThreadSubscription' },
)
export type ThreadSubscription = Static<typeof ThreadSubscription>

/** A followed thread as the inbox shows it. */
export const FollowedThread = Closed({ root: Message, last_read_seq: Seq, ...placeCounts }, { $id: 'FollowedThread' })
export type FollowedThread = Static<typeof FollowedThread>

/** Everything unread in a workspace. */
export const Unreads = Closed(
  {
    channels: Type.Array(Closed({ channel_id: ChannelIdSchema, last_read_seq: Seq, ...placeCounts, unread_capped: Type.Boolean() }), {
      description: 'The channels that have something unread or a mention; of a muted one, direct mentions alone',
    }),
    threads: Closed(placeCounts, { description: 'Of all threads that one follows' }),
    unread_count: Type.Integer({ description: 'Of all channels that are not muted' }),
    mention_count: Type.Integer({ description: 'Of all channels and threads; every message of a direct one' }),
    badge: Type.Integer({ description: 'Mentions and direct messages of all workspaces of the account: what an app icon shows' }),
  },
  { $id: 'Unreads' },
)
export type Unreads = Static<typeof Unreads>

/** `message` is null where the caller may not read it now: it is still theirs to remove from the list. */
export const SavedMessage = Closed(
  { message_id: MessageIdSchema, workspace_id: WorkspaceIdSchema, channel_id: ChannelIdSchema, saved_at: Timestamp, message: Nullable(Message) },
  { $id: 'SavedMessage' },
)
export type SavedMessage = Static<typeof SavedMessage>

export const ScheduledStatus = Type.Union([Type.Literal('pending'), Type.Literal('sent'), Type.Literal('failed'), Type.Literal('cancelled')])
export type ScheduledStatus = Static<typeof ScheduledStatus>

export const ScheduledMessage = Closed(
  {
    id: ScheduledMessageIdSchema,
    workspace_id: WorkspaceIdSchema,
    channel_id: ChannelIdSchema,
    content: Type.String({ description: 'As it was typed; empty once it was sent: the words are the message\'s then' }),
    thread_id: Nullable(MessageIdSchema),
    also_in_channel: Type.Boolean(),
    send_at: Timestamp,
    status: ScheduledStatus,
    failure_code: Nullable(Type.String({ description: 'Of a failed one: the code that sending it was refused with, or `too_late`' })),
    message_id: Nullable(MessageIdSchema, { description: 'Of a sent one: what it became' }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'ScheduledMessage' },
)
export type ScheduledMessage = Static<typeof ScheduledMessage>

export const ReminderStatus = Type.Union([Type.Literal('pending'), Type.Literal('fired'), Type.Literal('completed'), Type.Literal('cancelled')])
export type ReminderStatus = Static<typeof ReminderStatus>

export const Reminder = Closed(
  {
    id: ReminderIdSchema,
    workspace_id: WorkspaceIdSchema,
    message_id: Nullable(MessageIdSchema, { description: 'What to be reminded of; null also where it may no longer be read when the time comes' }),
    content: Nullable(Type.String()),
    remind_at: Timestamp,
    status: ReminderStatus,
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Reminder' },
)
export type Reminder = Static<typeof Reminder>
