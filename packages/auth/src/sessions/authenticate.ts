import { invalidToken } from '../auth.errors.ts'
import type { AccessFacts, AccessTokens } from '../tokens/access-token.ts'
import type { LiveSessions } from './live-sessions.ts'

interface Deps {
  readonly tokens: AccessTokens
  readonly liveSessions: LiveSessions
}

/** Whose token it is, if its session lives. No promise where nothing has to be waited for: every request goes through here. */
export function authenticate(deps: Deps, token: string): AccessFacts | Promise<AccessFacts> {
  const facts = deps.tokens.verify(token)
  return facts instanceof Promise ? facts.then((known) => ofLiveSession(deps, known)) : ofLiveSession(deps, facts)
}

function ofLiveSession({ liveSessions }: Deps, facts: AccessFacts): AccessFacts | Promise<AccessFacts> {
  const isLive = liveSessions.isLive(facts.sessionId)
  if (isLive === true) return facts
  if (isLive === false) throw invalidToken()
  return isLive.then((live) => {
    if (!live) throw invalidToken()
    return facts
  })
}
