import { userColumns, type UserRow } from '@afrochat/auth'
import type { Db } from '@afrochat/database'
import type { UserId, WorkspaceId } from '@afrochat/kernel'

interface PeopleListing {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
  readonly limit: number
}

/** The people of the workspace, in their order of age, so that who comes later pushes nobody out. */
export const listPeople = (db: Db, { workspaceId, limit }: PeopleListing): Promise<UserRow[]> =>
  db.selectFrom('workspace_members as w').innerJoin('users', 'users.id', 'w.user_id').select(userColumns)
    .where('w.workspace_id', '=', workspaceId)
    .orderBy('w.user_id').limit(limit)
    .execute()

/** The people of those of its channels that the user is in, the user included. */
export const listPeopleOfOwnChannels = (db: Db, { workspaceId, userId, limit }: PeopleListing): Promise<UserRow[]> =>
  db.selectFrom('users').select(userColumns)
    .where('users.id', 'in', db.selectFrom('channel_members as mine')
      .innerJoin('channel_members as other', (join) => join.onRef('other.channel_id', '=', 'mine.channel_id').on('other.to_seq', 'is', null))
      .select('other.user_id')
      .where('mine.user_id', '=', userId).where('mine.workspace_id', '=', workspaceId).where('mine.to_seq', 'is', null))
    .orderBy('users.id').limit(limit)
    .execute()

export const getOwnUser = (db: Db, userId: UserId) =>
  db.selectFrom('users').select(userColumns).select(['users.email', 'users.preferences']).where('users.id', '=', userId).executeTakeFirstOrThrow()
