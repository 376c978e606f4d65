import { sql, type Selectable } from 'kysely'
import type { Db, DraftsTable, Tx } from '@afrochat/database'
import type { ChannelId, DraftId, MessageId, UserId, WorkspaceId } from '@afrochat/kernel'

export type DraftRow = Selectable<DraftsTable>

/** Where somebody writes: a channel, or a thread in it. */
export interface DraftPlace {
  readonly userId: UserId
  readonly channelId: ChannelId
  readonly threadId: MessageId | null
}

const at = (db: Db, { userId, channelId, threadId }: DraftPlace) =>
  db.selectFrom('drafts').selectAll().where('user_id', '=', userId).where('channel_id', '=', channelId)
    .where('thread_id', 'is not distinct from', threadId)

export const find = (db: Db, place: DraftPlace): Promise<DraftRow | undefined> => at(db, place).executeTakeFirst()

/** Nobody else changes or sends it until the transaction ends. */
export const lock = (tx: Tx, place: DraftPlace): Promise<DraftRow | undefined> => at(tx, place).forNoKeyUpdate().executeTakeFirst()

/**
 * A version is a time in milliseconds, or one more than the version before if that is later: so that one that was named
 * for a draft that is gone is never that of the draft that came after it.
 */
const NOW_MS = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** Undefined: another device has made one in the meantime. */
export const insert = (tx: Tx, draft: DraftPlace & { id: DraftId; workspaceId: WorkspaceId; content: string }): Promise<DraftRow | undefined> =>
  tx.insertInto('drafts')
    .values({
      id: draft.id, user_id: draft.userId, workspace_id: draft.workspaceId, channel_id: draft.channelId, thread_id: draft.threadId,
      content: draft.content, version: NOW_MS,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'channel_id', 'thread_id']).doNothing()).returningAll().executeTakeFirst()

export const replace = (tx: Tx, id: DraftId, content: string): Promise<DraftRow> =>
  tx.updateTable('drafts').set({ content, version: sql<number>`greatest(version + 1, ${NOW_MS})`, updated_at: sql<Date>`now()` })
    .where('id', '=', id).returningAll().executeTakeFirstOrThrow()

export async function remove(tx: Tx, id: DraftId): Promise<void> {
  await tx.deleteFrom('drafts').where('id', '=', id).execute()
}

export async function count(tx: Tx, { userId, workspaceId }: { userId: UserId; workspaceId: WorkspaceId }): Promise<number> {
  const { drafts } = await tx.selectFrom('drafts').select((eb) => eb.fn.countAll<number>().as('drafts'))
    .where('user_id', '=', userId).where('workspace_id', '=', workspaceId).executeTakeFirstOrThrow()
  return drafts
}

/** All of one person, but in channels that were deleted. Also where they are no longer in: the words are theirs. */
export const list = (db: Db, { userId, workspaceId }: { userId: UserId; workspaceId: WorkspaceId }): Promise<DraftRow[]> =>
  db.selectFrom('drafts').selectAll('drafts')
    .innerJoin('channels', (join) => join.onRef('channels.id', '=', 'drafts.channel_id').on('channels.deleted_at', 'is', null))
    .where('drafts.user_id', '=', userId).where('drafts.workspace_id', '=', workspaceId).orderBy('drafts.id').execute()
