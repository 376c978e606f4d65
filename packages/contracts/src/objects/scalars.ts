import { Type, type TSchema } from 'typebox'
import type {
  ChannelId, DraftId, GroupId, Id, InviteId, MessageId, ReminderId, ScheduledMessageId, SessionId, UserId, WorkspaceId,
} from '@afrochat/kernel'

/** A UUID in lower case. Branded where it enters, so that ids of two kinds cannot be swapped. */
const id = <T extends Id<string>>(description: string) =>
  Type.Unsafe<T>(Type.String({ format: 'uuid', description, examples: ['0199f0c2-7e44-7c1a-9d0e-3a5b8f6c2d11'] }))

export const UserIdSchema = id<UserId>('The id of a user')
export const SessionIdSchema = id<SessionId>('The id of a session')
export const WorkspaceIdSchema = id<WorkspaceId>('The id of a workspace')
export const InviteIdSchema = id<InviteId>('The id of an invite')
export const ChannelIdSchema = id<ChannelId>('The id of a channel')
export const MessageIdSchema = id<MessageId>('The id of a message')
export const GroupIdSchema = id<GroupId>('The id of a user group')
export const DraftIdSchema = id<DraftId>('The id of a draft')
export const ScheduledMessageIdSchema = id<ScheduledMessageId>('The id of a scheduled message')
export const ReminderIdSchema = id<ReminderId>('The id of a reminder')

/** RFC 3339, UTC, with milliseconds. */
export const Timestamp = Type.String({ format: 'date-time', examples: ['2026-11-24T09:30:00.000Z'] })

/** `null` for an absent value, never a missing key. */
export const Nullable = <T extends TSchema>(schema: T, options: Record<string, unknown> = {}) => Type.Union([schema, Type.Null()], options)

/** A position in a channel: 1, 2, 3 … in commit order. */
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** An object that refuses what it does not know, so that a typo never passes silently. */
export const Closed = <P extends Record<string, TSchema>>(properties: P, options: Record<string, unknown> = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options })
