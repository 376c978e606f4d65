import { newId, type Actor, type Origin, type SessionId, type UserId } from '@afrochat/kernel'

/** Whoever sits at the command line is none of the people in the database. */
export const adminOrigin: Origin = { userId: null, requestId: `cli-${newId()}` }

/** For a use case that is somebody's: as they could do it themselves, with a session that nobody has. */
export const onBehalfOf = (userId: UserId): Actor => ({ ...adminOrigin, userId, sessionId: newId<SessionId>() })
