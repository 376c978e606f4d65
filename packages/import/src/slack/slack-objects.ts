import { Type, type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/**
 * What we read of Slack's objects. They have many more fields, and exports of many years and makers differ: what is not
 * named here is not looked at, and what is only decoration is `Unknown` and read with care.
 */
const Maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
const SlackId = Type.String({ pattern: '^[A-Za-z0-9._:-]{1,100}$' })
/** Old messages of bots have an empty user. */
const SlackIdOrEmpty = Type.Union([SlackId, Type.Literal('')])
/** Seconds with six digits behind the point: also the id of a message in its channel. */
const SlackTime = Type.String({ pattern: '^[0-9]{1,10}\\.[0-9]{6}$' })

export const SlackUser = Type.Object({
  id: SlackId,
  name: Maybe(Type.String()),
  real_name: Maybe(Type.String()),
  deleted: Maybe(Type.Boolean()),
  tz: Maybe(Type.String()),
  is_bot: Maybe(Type.Boolean()),
  is_admin: Maybe(Type.Boolean()),
  is_owner: Maybe(Type.Boolean()),
  is_restricted: Maybe(Type.Boolean()),
  is_ultra_restricted: Maybe(Type.Boolean()),
  profile: Type.Optional(Type.Unknown()),
})
export type SlackUser = Static<typeof SlackUser>

export const SlackChannel = Type.Object({
  id: SlackId,
  name: Type.String({ minLength: 1, maxLength: 300 }),
  created: Maybe(Type.Number()),
  creator: Maybe(SlackIdOrEmpty),
  is_archived: Maybe(Type.Boolean()),
  members: Maybe(Type.Array(SlackId)),
  topic: Type.Optional(Type.Unknown()),
  purpose: Type.Optional(Type.Unknown()),
})
export type SlackChannel = Static<typeof SlackChannel>

/** Between two people, or a few: counted, and not taken. */
export const SlackConversation = Type.Object({ id: SlackId, name: Maybe(Type.String()) })

export const SlackReaction = Type.Object({ name: Type.String(), users: Type.Array(SlackId), count: Maybe(Type.Number()) })
export type SlackReaction = Static<typeof SlackReaction>

export const SlackMessage = Type.Object({
  type: Maybe(Type.String()),
  subtype: Maybe(Type.String()),
  ts: SlackTime,
  user: Maybe(SlackIdOrEmpty),
  bot_id: Maybe(SlackIdOrEmpty),
  username: Maybe(Type.String()),
  text: Maybe(Type.String()),
  thread_ts: Maybe(SlackTime),
  reactions: Maybe(Type.Array(SlackReaction)),
  pinned_to: Maybe(Type.Array(Type.String())),
  edited: Type.Optional(Type.Unknown()),
  files: Type.Optional(Type.Unknown()),
  file: Type.Optional(Type.Unknown()),
  attachments: Type.Optional(Type.Unknown()),
  comment: Type.Optional(Type.Unknown()),
  user_profile: Type.Optional(Type.Unknown()),
  bot_profile: Type.Optional(Type.Unknown()),
})
export type SlackMessage = Static<typeof SlackMessage>

export const checkers = {
  user: Compile(SlackUser),
  channel: Compile(SlackChannel),
  conversation: Compile(SlackConversation),
  message: Compile(SlackMessage),
}

/** A text in an object that nothing is known of; empty when it is not there. */
export function textIn(object: unknown, key: string): string {
  if (typeof object !== 'object' || object === null) return ''
  // Own keys alone: `__proto__` and `constructor` are names like any other in a stranger's JSON.
  const value: unknown = Object.getOwnPropertyDescriptor(object, key)?.value
  return typeof value === 'string' ? value : ''
}
