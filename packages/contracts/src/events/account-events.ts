import { Type } from 'typebox'
import { Closed, SessionIdSchema, UserIdSchema } from '../objects/scalars.ts'

/** Facts for the services alone: no client ever receives them. */
export const accountEvents = {
  /** Every api process forgets these sessions, every gateway closes their sockets with 4010. */
  sessions_revoked: Closed({ user_id: UserIdSchema, session_ids: Type.Array(SessionIdSchema) }),
} as const
