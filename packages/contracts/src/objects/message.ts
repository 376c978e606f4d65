import { Type, type Static } from 'typebox'
import { ChannelIdSchema, Closed, DraftIdSchema, GroupIdSchema, MessageIdSchema, Nullable, Seq, Timestamp, UserIdSchema, WorkspaceIdSchema } from './scalars.ts'

/** Longest message, in Unicode code points: not UTF-16 units, not bytes. */
export const MAX_MESSAGE_CODE_POINTS = 40_000

const reactionFields = { emoji: Type.String(), count: Type.Integer(), user_ids: Type.Array(UserIdSchema) }

export const SharedReaction = Closed(reactionFields)
export type SharedReaction = Static<typeof SharedReaction>
export const Reaction = Closed({ ...reactionFields, me: Type.Boolean() })
export type Reaction = Static<typeof Reaction>

export const Mentions = Closed({
  user_ids: Type.Array(UserIdSchema),
  group_ids: Type.Array(GroupIdSchema),
  channel: Nullable(Type.Union([Type.Literal('here'), Type.Literal('channel'), Type.Literal('everyone')])),
})
export type Mentions = Static<typeof Mentions>

/** What a reply changes on its root. */
export const threadFields = {
  reply_count: Type.Integer(),
  reply_user_ids: Type.Array(UserIdSchema, { description: 'The first ten people who replied, in that order' }),
  last_reply_at: Nullable(Timestamp),
  locked: Type.Boolean({ description: 'Of a root: nobody replies or reacts any more' }),
}

/** What happened, of a system message: for clients that say it in their own words. `content` says it in English, with ids. */
export const SystemNote = Closed({
  type: Type.Union([
    Type.Literal('member_joined'), Type.Literal('members_added'), Type.Literal('member_left'), Type.Literal('member_removed'),
    Type.Literal('channel_renamed'), Type.Literal('topic_changed'), Type.Literal('description_changed'), Type.Literal('channel_archived'),
    Type.Literal('channel_unarchived'), Type.Literal('channel_converted'), Type.Literal('posting_changed'), Type.Literal('message_pinned'),
  ]),
  user_ids: Type.Array(UserIdSchema, { description: 'Who was added or removed' }),
  from: Nullable(Type.String({ description: 'What it was before: a name, a topic, a kind' })),
  to: Nullable(Type.String()),
  message_id: Nullable(MessageIdSchema),
})
export type SystemNote = Static<typeof SystemNote>

/** What the page behind a link says of itself. All of it is somebody else's text: show it as text. */
export const LinkPreview = Closed({
  url: Type.String(),
  title: Nullable(Type.String()),
  description: Nullable(Type.String()),
  site_name: Nullable(Type.String()),
  image_url: Nullable(Type.String()),
})
export type LinkPreview = Static<typeof LinkPreview>

const messageFields = {
  id: MessageIdSchema,
  workspace_id: WorkspaceIdSchema,
  channel_id: ChannelIdSchema,
  user_id: UserIdSchema,
  content: Type.String(),
  thread_id: Nullable(MessageIdSchema),
  seq: Seq,
  change_seq: Seq,
  client_msg_id: Nullable(Type.String()),
  kind: Type.Union([Type.Literal('user'), Type.Literal('bot'), Type.Literal('system')]),
  ...threadFields,
  also_in_channel: Type.Boolean(),
  mentions: Mentions,
  files: Type.Array(Type.Object({})),
  previews: Type.Array(LinkPreview),
  quoted_message_ids: Type.Array(MessageIdSchema, { description: 'Messages whose permalinks are in the text; each reader gets those that they may read' }),
  system: Nullable(SystemNote),
  pinned: Type.Boolean(),
  edited_at: Nullable(Timestamp),
  deleted_at: Nullable(Timestamp),
  created_at: Timestamp,
}

/** A message as everybody in the channel sees it: the form that events carry. */
export const SharedMessage = Closed({ ...messageFields, reactions: Type.Array(SharedReaction) }, { $id: 'SharedMessage' })
export type SharedMessage = Static<typeof SharedMessage>

/** A message whose permalink is in another one, as it is now. What it quotes itself is not shown in it. */
export const Quote = Closed({ message_id: MessageIdSchema, channel_id: ChannelIdSchema, user_id: UserIdSchema, content: Type.String(), created_at: Timestamp })
export type Quote = Static<typeof Quote>

/** What somebody is to a thread: counts are of what they have not read, and of followed threads alone. */
export const OwnThread = Closed({ following: Type.Boolean(), last_read_seq: Seq, unread_count: Type.Integer(), mention_count: Type.Integer() })
export type OwnThread = Static<typeof OwnThread>

const readerFields = {
  ...messageFields,
  reactions: Type.Array(Reaction),
  saved: Type.Boolean({ description: 'On the caller\'s list of saved messages' }),
  quotes: Type.Array(Quote, { description: 'Of `quoted_message_ids` those that the caller may read now' }),
  thread: Nullable(OwnThread, { description: 'Of a root with replies: what the caller is to the thread' }),
}

/** A message as one caller sees it. A deleted one stays as a tombstone: content empty, `deleted_at` set. */
export const Message = Closed(readerFields, { $id: 'Message' })
export type Message = Static<typeof Message>

/** A message as the list of its channel's pins shows it. */
export const PinnedMessage = Closed({ ...readerFields, pinned_by: UserIdSchema, pinned_at: Timestamp }, { $id: 'PinnedMessage' })
export type PinnedMessage = Static<typeof PinnedMessage>

/** A text that an edit replaced. */
export const MessageRevision = Closed(
  {
    content: Type.String({ description: 'As it was, with ids for mentions' }),
    editor_id: UserIdSchema,
    replaced_at: Timestamp,
    change_seq: Type.Integer({ description: 'Of the change that replaced it' }),
  },
  { $id: 'MessageRevision' },
)
export type MessageRevision = Static<typeof MessageRevision>

/** What the author alone is told about a message just sent. */
export const SendNotice = Closed({
  code: Type.Union([Type.Literal('mentioned_not_in_channel'), Type.Literal('channel_mention_not_allowed')], {
    description: '`mentioned_not_in_channel`: these people do not hear of it unless they are added. `channel_mention_not_allowed`: the text says `@here`, `@channel` or `@everyone`, and called nobody by it',
  }),
  user_ids: Type.Array(UserIdSchema),
})
export type SendNotice = Static<typeof SendNotice>

/** What sending a message answers. A repeat of a `client_msg_id` has no notices: they were given. */
export const SentMessage = Closed({ ...readerFields, notices: Type.Array(SendNotice) }, { $id: 'SentMessage' })
export type SentMessage = Static<typeof SentMessage>

/** The body of `POST /channels/:id/messages`, and of the socket command `send_message` beside its `channel_id`. */
export const sendMessageFields = {
  content: Type.String({ minLength: 1, maxLength: 2 * MAX_MESSAGE_CODE_POINTS, description: 'At most 40,000 code points' }),
  client_msg_id: Type.Optional(
    Nullable(Type.String({ minLength: 1, maxLength: 100, description: 'Made by the client; a retry with the same one is not a second message' })),
  ),
  thread_id: Type.Optional(Nullable(MessageIdSchema)),
  also_in_channel: Type.Optional(Type.Boolean()),
  draft_id: Type.Optional(Nullable(DraftIdSchema)),
}
export const SendMessageBody = Closed(sendMessageFields, { $id: 'SendMessageBody' })
export type SendMessageBody = Static<typeof SendMessageBody>
