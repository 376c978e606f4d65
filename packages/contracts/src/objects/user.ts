import { Type, type Static } from 'typebox'
import { Closed, Nullable, Timestamp, UserIdSchema } from './scalars.ts'

const publicFields = {
  id: UserIdSchema,
  username: Type.String(),
  display_name: Type.String(),
  avatar_url: Nullable(Type.String()),
  status: Type.Union([Type.Literal('active'), Type.Literal('deactivated')]),
  status_text: Nullable(Type.String()),
  status_emoji: Nullable(Type.String()),
  status_expires_at: Nullable(Timestamp),
  timezone: Type.String(),
  locale: Type.String(),
  is_bot: Type.Boolean(),
  created_at: Timestamp,
  updated_at: Timestamp,
}

/** A person as other members see them: without the email address. */
export const User = Closed(publicFields, { $id: 'User' })
export type User = Static<typeof User>

/** A person as they see themselves. `email` is null for people who came with an import. */
export const OwnUser = Closed({ ...publicFields, email: Nullable(Type.String()) }, { $id: 'OwnUser' })
export type OwnUser = Static<typeof OwnUser>

/** Somebody else: for admins of a workspace that both are in with the email address, which for others is not there at all. */
export const UserProfile = Closed(
  { ...publicFields, email: Type.Optional(Nullable(Type.String({ description: 'Only for oneself, and for admins of a workspace that they are in' }))) },
  { $id: 'UserProfile' },
)
export type UserProfile = Static<typeof UserProfile>

/** What registration, sign-in and refresh answer. */
export const SignedIn = Closed(
  {
    user: OwnUser,
    access_token: Type.String({ description: 'A JWT, sent as `Authorization: Bearer …`' }),
    refresh_token: Type.String({ description: 'Good once; keep it secret' }),
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Integer({ description: 'Life of the access token in seconds' }),
  },
  { $id: 'SignedIn' },
)
export type SignedIn = Static<typeof SignedIn>
