import { sql, type Selectable } from 'kysely'
import type { WorkspaceRole } from '@afrochat/contracts'
import type { Db, Tx, WorkspaceInvitesTable } from '@afrochat/database'
import type { ChannelId, InviteId, UserId, WorkspaceId } from '@afrochat/kernel'

export type InviteRow = Omit<Selectable<WorkspaceInvitesTable>, 'token_hash'>

/** An invite with what decides whether it is good now. */
export type OpenInviteRow = InviteRow & {
  is_expired: boolean
  /** The role of who made it, now; null: no active member any more. */
  inviter_role: WorkspaceRole | null
}

/** All but the hash of the token, which nothing ever needs to read. */
const columns = [
  'workspace_invites.id', 'workspace_invites.workspace_id', 'workspace_invites.role', 'workspace_invites.single_channel', 'workspace_invites.email', 'workspace_invites.channel_ids',
  'workspace_invites.max_uses', 'workspace_invites.use_count', 'workspace_invites.expires_at', 'workspace_invites.revoked_at',
  'workspace_invites.created_by', 'workspace_invites.created_at',
] as const

export interface NewInvite {
  readonly id: InviteId
  readonly workspaceId: WorkspaceId
  readonly tokenHash: Buffer
  readonly role: InviteRow['role']
  readonly email: string | null
  readonly channelIds: readonly ChannelId[]
  readonly maxUses: number
  readonly expiresInHours: number
  readonly createdBy: UserId
}

/** By the clock of the database, which also judges it later: those of the processes may differ. */
export const insert = (tx: Tx, invite: NewInvite): Promise<InviteRow> =>
  tx.insertInto('workspace_invites')
    .values({
      id: invite.id, workspace_id: invite.workspaceId, token_hash: invite.tokenHash, role: invite.role, email: invite.email,
      channel_ids: [...invite.channelIds], max_uses: invite.maxUses, expires_at: sql`now() + make_interval(hours => ${invite.expiresInHours})`,
      revoked_at: null, created_by: invite.createdBy,
    })
    .returning(columns).executeTakeFirstOrThrow()

/** Takes the invite, so that its uses are counted one after the other. What decides is read afterwards, by `findOpen`. */
export const lock = (tx: Tx, tokenHash: Buffer) =>
  tx.selectFrom('workspace_invites').select('id').where('token_hash', '=', tokenHash).forNoKeyUpdate().executeTakeFirst()

export const findOpen = (db: Db, tokenHash: Buffer): Promise<OpenInviteRow | undefined> => selectOpen(db, tokenHash).executeTakeFirst()

/** The same with what its holder may know of who invites and whereto. */
export const findPreview = (db: Db, tokenHash: Buffer) =>
  selectOpen(db, tokenHash)
    .innerJoin('workspaces as s', 's.id', 'workspace_invites.workspace_id')
    .select(['s.name as workspace_name', 's.slug as workspace_slug', 's.icon_url as workspace_icon_url', 'u.display_name as inviter_name'])
    .executeTakeFirst()

const selectOpen = (db: Db, tokenHash: Buffer) =>
  db.selectFrom('workspace_invites')
    .innerJoin('users as u', 'u.id', 'workspace_invites.created_by')
    .leftJoin('workspace_members as w', (join) =>
      join.onRef('w.workspace_id', '=', 'workspace_invites.workspace_id').onRef('w.user_id', '=', 'workspace_invites.created_by').on('w.deactivated_at', 'is', null))
    .select(columns)
    .select([
      sql<boolean>`workspace_invites.expires_at <= now()`.as('is_expired'),
      sql<WorkspaceRole | null>`case when u.status = 'active' then w.role end`.as('inviter_role'),
    ])
    .where('workspace_invites.token_hash', '=', tokenHash)

export const countUse = (tx: Tx, id: InviteId) =>
  tx.updateTable('workspace_invites').set({ use_count: sql<number>`use_count + 1` }).where('id', '=', id).execute()

interface InviteListing {
  readonly workspaceId: WorkspaceId
  /** Undefined: of everybody. */
  readonly createdBy: UserId | undefined
  readonly before: InviteId | undefined
  readonly limit: number
}

/** The newest first, those that are no longer good included. */
export const list = (db: Db, { workspaceId, createdBy, before, limit }: InviteListing): Promise<InviteRow[]> =>
  db.selectFrom('workspace_invites').select(columns)
    .where('workspace_invites.workspace_id', '=', workspaceId)
    .$if(createdBy !== undefined, (query) => query.where('workspace_invites.created_by', '=', createdBy ?? null))
    .$if(before !== undefined, (query) => query.where('workspace_invites.id', '<', before ?? null))
    .orderBy('workspace_invites.id', 'desc').limit(limit)
    .execute()

/** Whether there is such an invite. One that is revoked already keeps its time. */
export async function revoke(
  tx: Tx,
  { workspaceId, id, createdBy }: { workspaceId: WorkspaceId; id: InviteId; createdBy: UserId | undefined },
): Promise<boolean> {
  const row = await tx.updateTable('workspace_invites').set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
    .where('workspace_id', '=', workspaceId).where('id', '=', id)
    .$if(createdBy !== undefined, (query) => query.where('created_by', '=', createdBy ?? null))
    .returning('id').executeTakeFirst()
  return row !== undefined
}
