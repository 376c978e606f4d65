import { newId, type Actor, type Origin, type SessionId, type UserId } from '@afrochat/kernel'

/** Somebody who asked for this earlier: judged as if they did it now, with a session that nobody has. */
export const onBehalfOf = (userId: UserId, requestId: string): Actor => ({ userId, requestId, sessionId: newId<SessionId>() })

/** What nobody in particular does: time, and the system. */
export const ofItself = (requestId: string): Origin => ({ userId: null, requestId })
