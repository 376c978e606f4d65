import { sql } from 'kysely'
import { prepared, type Db } from '@afrochat/database'
import { DEFAULT_PAGE_SIZE, type ChannelId, type MessageId, type UserId } from '@afrochat/kernel'
import { selectFor } from './message-rows.repository.ts'
import type { ReaderRow } from './message.view.ts'

/**
 * What the history of a channel shows: messages, replies that were sent to the channel too, and of deleted ones those
 * that replies hang on. Word for word the condition of messages_history_idx, without which the index is not used.
 */
const isInHistory = sql<boolean>`(thread_id is null or also_in_channel) and (deleted_at is null or reply_count > 0)`

interface Listing {
  readonly readerId: UserId
  readonly channelId: ChannelId
  readonly limit: number
}

/** One row more than the page holds. Planned once a connection; a page of another size is planned for itself. */
const USUAL_LIMIT = DEFAULT_PAGE_SIZE + 1

const limitOf = (limit: number) => (limit === USUAL_LIMIT ? sql.lit(limit) : limit)

const inHistory = (db: Db, { readerId, channelId }: Omit<Listing, 'limit'>) =>
  selectFor(db, readerId).where('channel_id', '=', channelId).where(isInHistory)

/** `olderThan`: the place, not included; undefined: from the newest. */
export const listOlder = (db: Db, { olderThan, limit, ...listing }: Listing & { readonly olderThan: number | undefined }) =>
  inHistory(db, listing)
    .$if(olderThan !== undefined, (query) => query.where('seq', '<', olderThan ?? 0))
    .$if(limit === USUAL_LIMIT, (query) => query.modifyFront(prepared))
    .orderBy('seq', 'desc').limit(limitOf(limit)).execute()

export const listNewer = (db: Db, { newerThan, limit, ...listing }: Listing & { readonly newerThan: number }) =>
  inHistory(db, listing).where('seq', '>', newerThan)
    .$if(limit === USUAL_LIMIT, (query) => query.modifyFront(prepared))
    .orderBy('seq', 'asc').limit(limitOf(limit)).execute()

/**
 * In one statement, so that both halves are of one moment. The place itself, if it is shown, is the first of the older
 * ones, of which there is one more than the page holds.
 */
export function listAround(db: Db, { seq, limit, ...listing }: Listing & { readonly seq: number }): Promise<ReaderRow[]> {
  const halfOf = (rows: number) => (limit === DEFAULT_PAGE_SIZE ? sql.lit(rows) : rows)
  const newer = Math.floor(limit / 2)
  const before = inHistory(db, listing).where('seq', '<=', seq).orderBy('seq', 'desc').limit(halfOf(limit - newer + 1))
  const after = inHistory(db, listing).where('seq', '>', seq).orderBy('seq', 'asc').limit(halfOf(newer))
  return db.selectFrom(before.as('before')).selectAll().unionAll(db.selectFrom(after.as('after')).selectAll())
    .$if(limit === DEFAULT_PAGE_SIZE, (query) => query.modifyFront(prepared)).execute()
}

interface ThreadRange {
  readonly readerId: UserId
  readonly rootId: MessageId
  readonly newerThan: number
  readonly limit: number
}

export const listReplies = (db: Db, { readerId, rootId, newerThan, limit }: ThreadRange) =>
  selectFor(db, readerId).where('thread_id', '=', rootId).where('deleted_at', 'is', null).where('seq', '>', newerThan)
    .$if(limit === USUAL_LIMIT, (query) => query.modifyFront(prepared))
    .orderBy('seq', 'asc').limit(limitOf(limit)).execute()

interface ChangesRange extends Listing {
  readonly since: number
  /** Only after this message among those of `since` itself. */
  readonly afterId: MessageId | undefined
}

/** By `change_seq`: what changes while somebody pages moves to the end, where they have yet to come. */
export const listChanges = (db: Db, { readerId, channelId, since, afterId, limit }: ChangesRange) =>
  selectFor(db, readerId).where('channel_id', '=', channelId)
    .$if(afterId === undefined, (query) => query.where('change_seq', '>', since))
    .$if(afterId !== undefined, (query) => query.where(sql<boolean>`(change_seq, id) > (${since}, ${afterId})`))
    .$if(limit === USUAL_LIMIT, (query) => query.modifyFront(prepared))
    .orderBy('change_seq').orderBy('id').limit(limitOf(limit)).execute()
