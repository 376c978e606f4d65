import { sql, type Selectable } from 'kysely'
import type { ChannelRole } from '@afrochat/contracts'
import type { ChannelUserStatesTable, Db } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import { lastRead, mentionsOfChannel, unreadOfChannel } from './channel-counts.ts'
import { selectChannels, type ChannelRow, type ChosenChannels } from './channels.repository.ts'

/** A channel with what is particular to one person. */
export type CallerChannelRow = ChannelRow & Pick<Selectable<ChannelUserStatesTable>, 'muted' | 'notify' | 'starred'> & {
  /** Null: not a member. */
  channel_role: ChannelRole | null
  last_read_seq: number
  unread_count: number
  mention_count: number
}

export type ChannelFilter = 'mine' | 'browse' | 'archived'

export interface ChannelListing {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
  /** Whether public channels that the user is not in are listed too. */
  readonly withPublic: boolean
  readonly filter: ChannelFilter
  readonly after: ChannelId | undefined
  /** Undefined: all. */
  readonly limit: number | undefined
}

/** By id. The page is chosen first and counted afterwards: counting is what costs. */
export function listFor(db: Db, listing: ChannelListing): Promise<CallerChannelRow[]> {
  const page = listing.filter === 'mine' ? pageOfMine(db, listing) : pageOfOthers(db, listing)
  return selectForCaller(db, listing.userId, page).orderBy('c.id').execute()
}

/** One channel as the user sees it; whether they may is decided before. */
export const getFor = (db: Db, userId: UserId, channelId: ChannelId): Promise<CallerChannelRow> =>
  selectForCaller(db, userId, db.selectFrom('channels').selectAll().where('id', '=', channelId)).executeTakeFirstOrThrow()

const pageOfMine = (db: Db, { userId, workspaceId, after, limit }: ChannelListing): ChosenChannels =>
  db.selectFrom('channel_members as mine')
    .innerJoin('channels as o', 'o.id', 'mine.channel_id')
    .selectAll('o')
    .where('mine.user_id', '=', userId).where('mine.workspace_id', '=', workspaceId).where('mine.to_seq', 'is', null).where('o.deleted_at', 'is', null)
    .$if(after !== undefined, (query) => query.where('mine.channel_id', '>', after ?? null))
    .orderBy('mine.channel_id')
    .$if(limit !== undefined, (query) => query.limit(limit ?? null))

function pageOfOthers(db: Db, { userId, workspaceId, withPublic, filter, after, limit }: ChannelListing): ChosenChannels {
  const isMember = sql<boolean>`exists (select from channel_members own where own.channel_id = o.id and own.user_id = ${userId} and own.to_seq is null)`
  const isPublic = sql<boolean>`o.kind = 'public'`
  return db.selectFrom('channels as o')
    .selectAll('o')
    .where('o.workspace_id', '=', workspaceId).where('o.deleted_at', 'is', null)
    .where('o.archived_at', filter === 'archived' ? 'is not' : 'is', null)
    .$if(filter === 'browse', (query) => query.where(isPublic))
    .where(withPublic ? sql<boolean>`(${isPublic} or ${isMember})` : isMember)
    .$if(after !== undefined, (query) => query.where('o.id', '>', after ?? null))
    .orderBy('o.id')
    .$if(limit !== undefined, (query) => query.limit(limit ?? null))
}

const selectForCaller = (db: Db, userId: UserId, chosen: ChosenChannels) =>
  selectChannels(db, chosen)
    .leftJoin('channel_members as m', (join) =>
      join.onRef('m.channel_id', '=', 'c.id').on('m.user_id', '=', userId).on('m.to_seq', 'is', null))
    .leftJoin('channel_user_states as s', (join) => join.onRef('s.channel_id', '=', 'c.id').on('s.user_id', '=', userId))
    .innerJoinLateral(() => unreadOfChannel.as('unread'), (join) => join.onTrue())
    .innerJoinLateral(() => mentionsOfChannel.as('mentions'), (join) => join.onTrue())
    .select([
      'm.role as channel_role',
      sql<boolean>`coalesce(s.muted, false)`.as('muted'),
      sql<CallerChannelRow['notify']>`coalesce(s.notify, 'default')`.as('notify'),
      sql<boolean>`coalesce(s.starred, false)`.as('starred'),
      sql<number>`${lastRead}`.as('last_read_seq'),
      'unread.unread_count',
      'mentions.mention_count',
    ])
