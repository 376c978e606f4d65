import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, ImagesTable, Tx } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'

export type ImageRow = Pick<Selectable<ImagesTable>, 'content_type' | 'bytes'>

export const find = (db: Db, name: string): Promise<ImageRow | undefined> =>
  db.selectFrom('images').select(['content_type', 'bytes']).where('name', '=', name).executeTakeFirst()

export const insert = (tx: Tx, row: Insertable<ImagesTable>) => tx.insertInto('images').values(row).execute()

/** A foreign key stops it where something still shows it. */
export const remove = (tx: Tx, name: string) => tx.deleteFrom('images').where('name', '=', name).execute()

/** The name of the picture that somebody shows; null: none of ours. Their row is locked. */
export async function findAvatar(tx: Tx, userId: UserId): Promise<string | null> {
  const { avatar_image: name } = await tx.selectFrom('users').select('avatar_image').where('id', '=', userId).executeTakeFirstOrThrow()
  return name
}

/** Pictures that nothing shows, since what showed them was removed as a whole; at most so many. A new one is not shown yet. */
export async function removeUnused(db: Db, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from images where name in (
      select i.name from images i
      where i.created_at < now() - interval '1 hour'
        and not exists (select from users u where u.avatar_image = i.name)
        and not exists (select from workspaces w where w.icon_image = i.name)
        and not exists (select from custom_emoji e where e.image_name = i.name)
      limit ${limit})`.execute(db)
  return Number(numAffectedRows ?? 0)
}
