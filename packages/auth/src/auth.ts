import type { EventPayload } from '@afrochat/contracts'
import type { Actor, SessionId, UserId } from '@afrochat/kernel'
import type { Db, PlacedEvent, Transact } from '@afrochat/database'
import { createPasswordHasher, PASSWORD_COST, type PasswordCost } from './passwords/password-hasher.ts'
import type { LogView, LoginGuard, Memberships } from './ports.ts'
import { authenticate } from './sessions/authenticate.ts'
import { listSessions, type PageRequest } from './sessions/list-sessions.ts'
import { createLiveSessions, type LiveSessions } from './sessions/live-sessions.ts'
import { refresh, type Refresh } from './sessions/refresh.ts'
import { logout, revokeAllSessions, revokeSession } from './sessions/revoke-sessions.ts'
import * as sessions from './sessions/sessions.repository.ts'
import { createAccessTokens, type AccessTokenOptions } from './tokens/access-token.ts'
import type { Sight } from './users/audience.repository.ts'
import { deactivateOwnAccount, type OwnDeactivation } from './users/deactivate-account.ts'
import { getMe, getUser, rightfulSights } from './users/get-user.ts'
import { login, type Login } from './users/login.ts'
import { getPreferences, listAwayByChoice, setPresence, updatePreferences, type PreferencesChange, type PresenceChange } from './users/preferences.ts'
import { register, type Registration } from './users/register.ts'
import { clearStatus, setStatus, type NewStatus } from './users/set-status.ts'
import { updateProfile, type ProfileChange } from './users/update-profile.ts'

export interface AuthDeps {
  readonly db: Db
  readonly transact: Transact
  readonly loginGuard: LoginGuard
  readonly log: LogView
  readonly memberships: Memberships
  readonly tokens: AccessTokenOptions
  /** A session that is not refreshed for so many days ends. */
  readonly refreshDays: number
  /** Default: what a production server takes. Tests, which guard nobody's password, take less. */
  readonly passwordCost?: PasswordCost
  /** For so long after its first use a refresh token gives its successor again. Default 10. Tests of what happens within it take more. */
  readonly retrySeconds?: number
}

/** Accounts, sessions and tokens: every way in, and every way out. */
export function createAuth(deps: AuthDeps) {
  const { db, transact, loginGuard } = deps
  const tokens = createAccessTokens(deps.tokens)
  const passwords = createPasswordHasher(deps.passwordCost ?? PASSWORD_COST)
  const liveSessions = createLiveSessions({ readEnd: (id) => sessions.findEndOfLive(db, id), log: deps.log })
  const policy = { refreshDays: deps.refreshDays }
  const { secrets } = deps.tokens

  return {
    register: (input: Registration) => register({ transact, passwords, tokens, policy }, input),
    login: (input: Login) => login({ db, transact, passwords, loginGuard, tokens, policy }, input),
    refresh: (input: Refresh) => refresh({ db, transact, tokens, liveSessions, policy, secrets, retrySeconds: deps.retrySeconds }, input),
    logout: (actor: Actor) => logout({ transact, liveSessions }, actor),
    listSessions: (actor: Actor, page: PageRequest) => listSessions({ db }, actor, page),
    revokeSession: (actor: Actor, id: SessionId) => revokeSession({ transact, liveSessions }, actor, id),
    revokeAllSessions: (actor: Actor) => revokeAllSessions({ transact, liveSessions }, actor),
    getMe: (actor: Actor) => getMe({ db }, actor),
    getUser: (actor: Actor, id: UserId) => getUser({ db }, actor, id),
    updateProfile: (actor: Actor, input: ProfileChange) => updateProfile({ transact }, actor, input),
    setStatus: (actor: Actor, input: NewStatus) => setStatus({ transact }, actor, input),
    clearStatus: (actor: Actor) => clearStatus({ transact }, actor),
    getPreferences: (actor: Actor) => getPreferences({ db }, actor),
    updatePreferences: (actor: Actor, input: PreferencesChange) => updatePreferences({ transact }, actor, input),
    setPresence: (actor: Actor, input: PresenceChange) => setPresence({ transact }, actor, input),
    /** For gateways: of these people, those who want to be shown as away. */
    listAwayByChoice: (ids: readonly UserId[]) => listAwayByChoice({ db }, ids),
    /** For gateways: of these, who may know whether whom is here. */
    rightfulSights: (sights: readonly Sight[]) => rightfulSights({ db }, sights),
    deactivateOwnAccount: (actor: Actor, input: OwnDeactivation) =>
      deactivateOwnAccount({ db, transact, passwords, loginGuard, memberships: deps.memberships, liveSessions }, actor, input),

    /** Whose access token this is. At once where all is known, else after a look-up. Throws `invalid_token`. */
    authenticate: (token: string) => authenticate({ tokens, liveSessions }, token),
    /** Those of these sessions that live, read from the table: a gateway asks about its connections from time to time. */
    areSessionsLive: async (ids: readonly SessionId[]): Promise<ReadonlySet<SessionId>> => new Set(await sessions.findLiveAmong(db, ids)),

    /** Events of the log, as its reader hands them over: revoked sessions are refused from here on. */
    hear(events: readonly PlacedEvent[]): void {
      for (const event of events) if (event.type === 'sessions_revoked') forgetSessionsOf(liveSessions, event)
    },
    /** The log began anew: what was remembered may have been revoked in events that are lost. */
    forgetSessions: () => liveSessions.forgetAll(),
  }
}

export type Auth = ReturnType<typeof createAuth>

/** An event that cannot be read may be about any of them. */
function forgetSessionsOf(liveSessions: LiveSessions, { payload }: PlacedEvent): void {
  const ids = readSessionIds(payload)
  if (ids) liveSessions.forget(ids)
  else liveSessions.forgetAll()
}

function readSessionIds(payload: string): SessionId[] | undefined {
  try {
    const { session_ids: ids } = JSON.parse(payload) as EventPayload<'sessions_revoked'> // As `emit` checked and wrote it.
    return Array.isArray(ids) ? ids : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
