import { type Insertable } from 'kysely'
import type { CustomEmojiTable, Db, Tx } from '@afrochat/database'
import type { WorkspaceId } from '@afrochat/kernel'
import type { CustomEmojiRow } from './custom-emoji.view.ts'

interface Listing {
  readonly workspaceId: WorkspaceId
  readonly after: string | undefined
  readonly limit: number
}

/** By name, as bytes are compared. */
export const list = (db: Db, { workspaceId, after, limit }: Listing): Promise<CustomEmojiRow[]> =>
  db.selectFrom('custom_emoji').selectAll().where('workspace_id', '=', workspaceId)
    .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
    .orderBy('name').limit(limit)
    .execute()

interface Place {
  readonly workspaceId: WorkspaceId
  readonly name: string
}

export const find = (db: Db, { workspaceId, name }: Place): Promise<CustomEmojiRow | undefined> =>
  db.selectFrom('custom_emoji').selectAll().where('workspace_id', '=', workspaceId).where('name', '=', name).executeTakeFirst()

export async function count(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  const { total } = await tx.selectFrom('custom_emoji').select(({ fn }) => fn.countAll<number>().as('total')).where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow()
  return total
}

export const insert = (tx: Tx, row: Insertable<CustomEmojiTable>): Promise<CustomEmojiRow> =>
  tx.insertInto('custom_emoji').values(row).returningAll().executeTakeFirstOrThrow()

export const setImage = (tx: Tx, { workspaceId, name }: Place, imageName: string): Promise<CustomEmojiRow> =>
  tx.updateTable('custom_emoji').set({ image_name: imageName }).where('workspace_id', '=', workspaceId).where('name', '=', name)
    .returningAll().executeTakeFirstOrThrow()

export const remove = (tx: Tx, { workspaceId, name }: Place) =>
  tx.deleteFrom('custom_emoji').where('workspace_id', '=', workspaceId).where('name', '=', name).execute()

/** Whether the workspace has an emoji of its own of this name. */
export const isCustomEmoji = async (db: Db, place: Place): Promise<boolean> => (await find(db, place)) !== undefined
