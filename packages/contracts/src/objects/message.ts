import { Type, type Static } from 'typebox'
import { ChannelIdSchema, Closed, MessageIdSchema, Nullable, Seq, Timestamp, UserIdSchema, WorkspaceIdSchema } from './scalars.ts'

/** Longest message, in Unicode code points (SEMANTICS: not UTF-16 units, not bytes). */
export const MAX_MESSAGE_CODE_POINTS = 40_000

const reactionFields = { emoji: Type.String(), count: Type.Integer(), user_ids: Type.Array(UserIdSchema) }

export const SharedReaction = Closed(reactionFields)
export type SharedReaction = Static<typeof SharedReaction>
export const Reaction = Closed({ ...reactionFields, me: Type.Boolean() })
export type Reaction = Static<typeof Reaction>

export const Mentions = Closed({
  user_ids: Type.Array(UserIdSchema),
  group_ids: Type.Array(Type.String({ format: 'uuid' })),
  channel: Nullable(Type.Union([Type.Literal('here'), Type.Literal('channel'), Type.Literal('everyone')])),
})
export type Mentions = Static<typeof Mentions>

/** What a reply changes on its root. */
export const threadFields = {
  reply_count: Type.Integer(),
  reply_user_ids: Type.Array(UserIdSchema, { description: 'The first ten people who replied, in that order' }),
  last_reply_at: Nullable(Timestamp),
}

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
  previews: Type.Array(Type.Object({})),
  pinned: Type.Boolean(),
  edited_at: Nullable(Timestamp),
  deleted_at: Nullable(Timestamp),
  created_at: Timestamp,
}

/** A message as everybody in the channel sees it: the form that events carry. */
export const SharedMessage = Closed({ ...messageFields, reactions: Type.Array(SharedReaction) }, { $id: 'SharedMessage' })
export type SharedMessage = Static<typeof SharedMessage>

/** A message as one caller sees it. A deleted one stays as a tombstone: content empty, `deleted_at` set. */
export const Message = Closed({ ...messageFields, reactions: Type.Array(Reaction) }, { $id: 'Message' })
export type Message = Static<typeof Message>

/** The body of `POST /channels/:id/messages`, and of the socket command `send_message` beside its `channel_id`. */
export const sendMessageFields = {
  content: Type.String({ minLength: 1, maxLength: 2 * MAX_MESSAGE_CODE_POINTS, description: 'At most 40,000 code points' }),
  client_msg_id: Type.Optional(
    Nullable(Type.String({ minLength: 1, maxLength: 100, description: 'Made by the client; a retry with the same one is not a second message' })),
  ),
  thread_id: Type.Optional(Nullable(MessageIdSchema)),
  also_in_channel: Type.Optional(Type.Boolean()),
}
export const SendMessageBody = Closed(sendMessageFields, { $id: 'SendMessageBody' })
export type SendMessageBody = Static<typeof SendMessageBody>
