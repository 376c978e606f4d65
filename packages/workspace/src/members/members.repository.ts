import { sql, type Selectable } from 'kysely'
import { userColumns } from '@afrochat/auth'
import type { WorkspaceRole } from '@afrochat/contracts'
import type { Db, Tx, WorkspaceMembersTable } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import type { WorkspaceMemberRow } from '../workspaces/workspace.view.ts'

export type MemberRow = Selectable<WorkspaceMembersTable>

interface Place {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
}

/** Deactivated ones included. */
export const find = (db: Db, { workspaceId, userId }: Place): Promise<MemberRow | undefined> =>
  db.selectFrom('workspace_members').selectAll().where('workspace_id', '=', workspaceId).where('user_id', '=', userId).executeTakeFirst()

/** The same, for a change. Whoever is about to let them in somewhere, or acts by what they are, waits or is waited for. */
export const lock = (tx: Tx, { workspaceId, userId }: Place): Promise<MemberRow | undefined> =>
  tx.selectFrom('workspace_members').selectAll().where('workspace_id', '=', workspaceId).where('user_id', '=', userId)
    .forNoKeyUpdate().executeTakeFirst()

/** The workspaces that somebody is an active member of, by id. */
export async function listWorkspaceIds(db: Db, userId: UserId): Promise<WorkspaceId[]> {
  const rows = await db.selectFrom('workspace_members').select('workspace_id').where('user_id', '=', userId).where('deactivated_at', 'is', null)
    .orderBy('workspace_id').execute()
  return rows.map(({ workspace_id }) => workspace_id)
}

const selectMembers = (db: Db, workspaceId: WorkspaceId) =>
  db.selectFrom('workspace_members as w')
    .innerJoin('users', 'users.id', 'w.user_id')
    .select(userColumns).select(['users.email', 'w.role', 'w.single_channel', 'w.joined_at', 'w.deactivated_at'])
    .where('w.workspace_id', '=', workspaceId)

/** As the API shows them. */
export const get = (db: Db, { workspaceId, userId }: Place): Promise<WorkspaceMemberRow> =>
  selectMembers(db, workspaceId).where('w.user_id', '=', userId).executeTakeFirstOrThrow()

interface MemberListing {
  readonly workspaceId: WorkspaceId
  readonly after: UserId | undefined
  readonly limit: number
}

/** By user id, deactivated ones included. */
export const list = (db: Db, { workspaceId, after, limit }: MemberListing): Promise<WorkspaceMemberRow[]> =>
  selectMembers(db, workspaceId)
    .$if(after !== undefined, (query) => query.where('w.user_id', '>', after ?? null))
    .orderBy('w.user_id').limit(limit)
    .execute()

export interface Joining extends Place {
  readonly role: WorkspaceRole
  readonly singleChannel: boolean
}

/**
 * When they joined; undefined when they are a member already or were deactivated by somebody. Who left by themselves
 * comes back by it, as what they are invited to now and not as what they were.
 */
export async function join(tx: Tx, { workspaceId, userId, role, singleChannel }: Joining): Promise<Date | undefined> {
  const row = await tx.insertInto('workspace_members')
    .values({ workspace_id: workspaceId, user_id: userId, role, single_channel: singleChannel, deactivated_at: null })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'user_id'])
      .doUpdateSet({ role, single_channel: singleChannel, joined_at: sql<Date>`now()`, deactivated_at: null, kept_channel_ids: [] })
      .where('workspace_members.deactivated_at', 'is not', null).where('workspace_members.deactivated_by', 'is', null))
    .returning('joined_at').executeTakeFirst()
  return row?.joined_at
}

/** The row is locked. */
export const setRole = (tx: Tx, { workspaceId, userId, role, singleChannel }: Joining) =>
  updateOne(tx, { workspaceId, userId }).set({ role, single_channel: singleChannel }).execute()

/** `by` null: they leave by themselves. The row is locked. */
export const deactivate = (tx: Tx, { by, keptChannelIds, ...place }: Place & { by: UserId | null; keptChannelIds: ChannelId[] }) =>
  updateOne(tx, place).set({ deactivated_at: sql<Date>`now()`, deactivated_by: by, kept_channel_ids: keptChannelIds }).execute()

/** Who left by themselves does not come back by an invite any more. The row is locked. */
export const bar = (tx: Tx, { by, ...place }: Place & { by: UserId }) => updateOne(tx, place).set({ deactivated_by: by }).execute()

/** The row is locked. */
export const reactivate = (tx: Tx, place: Place) =>
  updateOne(tx, place).set({ deactivated_at: null, deactivated_by: null, kept_channel_ids: [] }).execute()

const updateOne = (tx: Tx, { workspaceId, userId }: Place) =>
  tx.updateTable('workspace_members').where('workspace_id', '=', workspaceId).where('user_id', '=', userId)

/** The owner who has been in the workspace longest, besides this one; undefined: there is no other. Owners do not change while the workspace is locked. */
export async function findOtherOwner(tx: Tx, { workspaceId, userId }: Place): Promise<UserId | undefined> {
  const row = await tx.selectFrom('workspace_members as w').innerJoin('users', 'users.id', 'w.user_id').select('w.user_id')
    .where('w.workspace_id', '=', workspaceId).where('w.role', '=', 'owner').where('w.deactivated_at', 'is', null)
    .where('w.user_id', '<>', userId).where('users.status', '=', 'active')
    .orderBy('w.joined_at').orderBy('w.user_id').limit(1)
    .executeTakeFirst()
  return row?.user_id
}

/** Full members who are not in the channel, at most so many. Their places stay until the transaction ends. */
export const lockMissingFrom = (tx: Tx, { channelId, workspaceId, limit }: { channelId: ChannelId; workspaceId: WorkspaceId; limit: number }) =>
  tx.selectFrom('workspace_members as w')
    .innerJoin('users', 'users.id', 'w.user_id')
    .select(userColumns)
    .where('w.workspace_id', '=', workspaceId).where('w.role', '<>', 'guest').where('w.deactivated_at', 'is', null).where('users.status', '=', 'active')
    .where(sql<boolean>`not exists (select from channel_members m where m.channel_id = ${channelId} and m.user_id = w.user_id and m.to_seq is null)`)
    .orderBy('w.user_id').limit(limit).forShare('w')
    .execute()
