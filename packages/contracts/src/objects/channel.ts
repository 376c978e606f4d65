import { Type, type Static } from 'typebox'
import { ChannelIdSchema, Closed, Nullable, Seq, Timestamp, UserIdSchema, WorkspaceIdSchema } from './scalars.ts'
import { User } from './user.ts'

export const ChannelKind = Type.Union([Type.Literal('public'), Type.Literal('private'), Type.Literal('dm'), Type.Literal('group_dm')])
export type ChannelKind = Static<typeof ChannelKind>

export const ChannelRole = Type.Union([Type.Literal('manager'), Type.Literal('member')])
export type ChannelRole = Static<typeof ChannelRole>

export const NotifyLevel = Type.Union([Type.Literal('default'), Type.Literal('all'), Type.Literal('mentions'), Type.Literal('none')])
export type NotifyLevel = Static<typeof NotifyLevel>

/** Who may post: `managers` makes it read-only for everybody else. */
export const Posting = Type.Union([Type.Literal('everyone'), Type.Literal('managers')])
export type Posting = Static<typeof Posting>

const sharedFields = {
  id: ChannelIdSchema,
  workspace_id: WorkspaceIdSchema,
  kind: ChannelKind,
  user_ids: Nullable(Type.Array(UserIdSchema)),
  name: Nullable(Type.String()),
  topic: Nullable(Type.String()),
  description: Nullable(Type.String()),
  is_private: Type.Boolean(),
  is_default: Type.Boolean({ description: 'Every full member is in it, and cannot leave it' }),
  posting: Posting,
  created_by: UserIdSchema,
  archived_at: Nullable(Timestamp),
  member_count: Type.Integer(),
  last_seq: Seq,
  last_message_at: Nullable(Timestamp),
  created_at: Timestamp,
  updated_at: Timestamp,
}

/** A channel as everybody who may see it sees it: the form that events carry. */
export const SharedChannel = Closed(sharedFields, { $id: 'SharedChannel' })
export type SharedChannel = Static<typeof SharedChannel>

/** A channel with what is particular to the caller. Counts are exact to 10,000 and stop there. */
export const Channel = Closed(
  {
    ...sharedFields,
    is_member: Type.Boolean(),
    role: Nullable(ChannelRole),
    muted: Type.Boolean(),
    notify: NotifyLevel,
    starred: Type.Boolean(),
    last_read_seq: Seq,
    unread_count: Type.Integer(),
    mention_count: Type.Integer(),
    unread_capped: Type.Boolean({ description: 'There are more than the 10,000 at which `unread_count` stops' }),
  },
  { $id: 'Channel' },
)
export type Channel = Static<typeof Channel>

/** What somebody wants of a channel. */
export const channelPreferences = { muted: Type.Boolean(), notify: NotifyLevel, starred: Type.Boolean() }

export const ChannelMember = Closed({ user: User, role: ChannelRole, joined_at: Timestamp }, { $id: 'ChannelMember' })
export type ChannelMember = Static<typeof ChannelMember>
