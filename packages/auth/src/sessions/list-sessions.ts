import type { Session } from '@afrochat/contracts'
import type { Db } from '@afrochat/database'
import { decodeCursor, DEFAULT_PAGE_SIZE, encodeCursor, invalidCursor, isUuid, toPage, type Actor, type Page, type SessionId } from '@afrochat/kernel'
import * as sessions from './sessions.repository.ts'

export interface PageRequest {
  readonly limit?: number
  readonly cursor?: string
}

const LISTING = 'sessions'

/** The actor's live sessions, newest first. */
export async function listSessions({ db }: { db: Db }, actor: Actor, { limit = DEFAULT_PAGE_SIZE, cursor }: PageRequest): Promise<Page<Session>> {
  const before = cursor === undefined ? undefined : readCursor(cursor)
  const rows = await sessions.listLive(db, actor.userId, { before, limit: limit + 1 })
  const views = rows.map((row): Session => ({
    id: row.id,
    user_agent: row.user_agent,
    ip: row.ip,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    current: row.id === actor.sessionId,
  }))
  return toPage(views, limit, (last) => encodeCursor(LISTING, last.id))
}

function readCursor(cursor: string): SessionId {
  const [id] = decodeCursor(LISTING, ['string'], cursor)
  if (!isUuid(id)) throw invalidCursor()
  // A UUID that came out of a cursor of this list; which sessions it shows is decided by the actor.
  return id as SessionId
}
