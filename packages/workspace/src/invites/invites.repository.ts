import { sql, type Selectable } from 'kysely'
import type { WorkspaceRole, WorkspaceSettings } from '@afrochat/contracts'
import type { Db, Tx, WorkspaceInvitesTable } from '@afrochat/database'
import type { ChannelId, InviteId, UserId, WorkspaceId } from '@afrochat/kernel'

export type InviteRow = Omit<Selectable<WorkspaceInvitesTable>, 'token_hash'>

/** An invite with what decides whether it is good now. */
export type OpenInviteRow = InviteRow & {
  is_expired: boolean
  /** The role of who made it, now; null: no active member any more. */
  inviter_role: WorkspaceRole | null
  /** Of the workspace: what differs from the defaults. */
  settings: Partial<WorkspaceSettings>
}

/** All but the hash of the token, which nobody needs who has the token, and nobody may see who has not. */
const columns = [
  'workspace_invites.id', 'workspace_invites.workspace_id', 'workspace_invites.role', 'workspace_invites.single_channel', 'workspace_invites.email',
  'workspace_invites.channel_ids',
  'workspace_invites.max_uses', 'workspace_invites.use_count', 'workspace_invites.expires_at', 'workspace_invites.revoked_at',
  'workspace_invites.created_by', 'workspace_invites.created_at',
  'workspace_invites.mail_status', 'workspace_invites.mail_due_at', 'workspace_invites.mail_settled_at', 'workspace_invites.mail_failure_code',
] as const

export interface NewInvite {
  readonly id: InviteId
  readonly workspaceId: WorkspaceId
  readonly tokenHash: Buffer
  readonly role: InviteRow['role']
  readonly singleChannel: boolean
  readonly email: string | null
  readonly channelIds: readonly ChannelId[]
  readonly maxUses: number
  readonly expiresInHours: number
  readonly createdBy: UserId
  /** Whether it is mailed to its address, from now on. */
  readonly isMailed: boolean
}

/** By the clock of the database, which also judges it later: those of the processes may differ. */
export const insert = (tx: Tx, invite: NewInvite): Promise<InviteRow> =>
  tx.insertInto('workspace_invites')
    .values({
      id: invite.id, workspace_id: invite.workspaceId, token_hash: invite.tokenHash, role: invite.role, single_channel: invite.singleChannel,
      email: invite.email, channel_ids: [...invite.channelIds], max_uses: invite.maxUses, expires_at: sql`now() + make_interval(hours => ${invite.expiresInHours})`,
      revoked_at: null, created_by: invite.createdBy,
      ...(invite.isMailed && { mail_status: 'pending' as const, mail_due_at: sql<Date>`now()` }),
    })
    .returning(columns).executeTakeFirstOrThrow()

/** Takes the invite, so that its uses are counted one after the other. What decides is read afterwards, by `findOpen`. */
export const lock = (tx: Tx, tokenHash: Buffer) =>
  tx.selectFrom('workspace_invites').select('id').where('token_hash', '=', tokenHash).forNoKeyUpdate().executeTakeFirst()

export const lockById = (tx: Tx, { workspaceId, id }: { workspaceId: WorkspaceId; id: InviteId }) =>
  tx.selectFrom('workspace_invites').select('id').where('workspace_id', '=', workspaceId).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()

/** Neither revoked, nor expired, nor used up. */
const isPending = sql<boolean>`(
  workspace_invites.revoked_at is null and workspace_invites.expires_at > now() and workspace_invites.use_count < workspace_invites.max_uses)`

/** The pending invites in these workspaces: everybody's, or those that these people made. */
export interface PendingOf {
  readonly workspaceIds: readonly WorkspaceId[]
  readonly createdBy?: readonly UserId[]
}

export async function listPending(tx: Tx, { workspaceIds, createdBy }: PendingOf): Promise<InviteId[]> {
  const rows = await tx.selectFrom('workspace_invites').select('id')
    .where(sql<boolean>`workspace_id = any(${workspaceIds}::uuid[])`).where('revoked_at', 'is', null).where(isPending)
    .$if(createdBy !== undefined, (query) => query.where(sql<boolean>`created_by = any(${createdBy ?? []}::uuid[])`))
    .execute()
  return rows.map(({ id }) => id)
}

/** Before the heads of channels, as of all locks the first. */
export const lockAll = (tx: Tx, ids: readonly InviteId[]) =>
  tx.selectFrom('workspace_invites').select('id').where(sql<boolean>`id = any(${ids}::uuid[])`).orderBy('id').forNoKeyUpdate().execute()

export const findOpen = (db: Db, tokenHash: Buffer): Promise<OpenInviteRow | undefined> =>
  selectOpen(db).where('workspace_invites.token_hash', '=', tokenHash).executeTakeFirst()

/** The same with what its holder may know of who invites and whereto. */
export const findPreview = (db: Db, tokenHash: Buffer) =>
  selectOpen(db)
    .select(['s.name as workspace_name', 's.slug as workspace_slug', 's.icon_url as workspace_icon_url', 'u.display_name as inviter_name'])
    .where('workspace_invites.token_hash', '=', tokenHash)
    .executeTakeFirst()

/** Invites as `OpenInviteRow`, with their workspace as `s` and who made them as `u`. */
export const selectOpen = (db: Db) =>
  db.selectFrom('workspace_invites')
    .innerJoin('workspaces as s', 's.id', 'workspace_invites.workspace_id')
    .innerJoin('users as u', 'u.id', 'workspace_invites.created_by')
    .leftJoin('workspace_members as w', (join) =>
      join.onRef('w.workspace_id', '=', 'workspace_invites.workspace_id').onRef('w.user_id', '=', 'workspace_invites.created_by').on('w.deactivated_at', 'is', null))
    .select(columns).select('s.settings')
    .select([
      sql<boolean>`workspace_invites.expires_at <= now()`.as('is_expired'),
      sql<WorkspaceRole | null>`case when u.status = 'active' then w.role end`.as('inviter_role'),
    ])

export const countUse = (tx: Tx, id: InviteId) =>
  tx.updateTable('workspace_invites').set({ use_count: sql<number>`use_count + 1` }).where('id', '=', id).execute()

interface InviteListing {
  readonly workspaceId: WorkspaceId
  /** Undefined: of everybody. */
  readonly createdBy: UserId | undefined
  readonly isPending: boolean
  readonly before: InviteId | undefined
  readonly limit: number
}

/** The newest first. */
export const list = (db: Db, { workspaceId, createdBy, isPending: onlyPending, before, limit }: InviteListing): Promise<InviteRow[]> =>
  db.selectFrom('workspace_invites').select(columns)
    .where('workspace_invites.workspace_id', '=', workspaceId)
    .$if(createdBy !== undefined, (query) => query.where('workspace_invites.created_by', '=', createdBy ?? null))
    // The first condition once more, in the words of the index.
    .$if(onlyPending, (query) => query.where('workspace_invites.revoked_at', 'is', null).where(isPending))
    .$if(before !== undefined, (query) => query.where('workspace_invites.id', '<', before ?? null))
    .orderBy('workspace_invites.id', 'desc').limit(limit)
    .execute()

interface Revocation {
  readonly workspaceId: WorkspaceId
  readonly id: InviteId
  /** Undefined: whoever made it. */
  readonly createdBy: UserId | undefined
}

/** What became of it; undefined: there is no such invite. One that is revoked already keeps its time. */
export async function revoke(tx: Tx, { workspaceId, id, createdBy }: Revocation): Promise<'revoked' | 'was_revoked' | undefined> {
  const found = await tx.selectFrom('workspace_invites').select('revoked_at')
    .where('workspace_id', '=', workspaceId).where('id', '=', id)
    .$if(createdBy !== undefined, (query) => query.where('created_by', '=', createdBy ?? null))
    .executeTakeFirst()
  if (found === undefined) return undefined
  if (found.revoked_at !== null) return 'was_revoked'
  await tx.updateTable('workspace_invites').set({ revoked_at: sql<Date>`now()` }).where('id', '=', id).execute()
  return 'revoked'
}

/** Somebody of the role `inviter` may invite people to be `invited`. */
export interface Authority {
  readonly invited: InviteRow['role']
  readonly inviter: WorkspaceRole
}

/** Revokes the pending invites of a workspace, or of one person, that nobody of the inviter's present role may make. */
export async function revokeUnauthorised(
  tx: Tx,
  { workspaceId, createdBy, allowed }: { workspaceId: WorkspaceId; createdBy: UserId | undefined; allowed: readonly Authority[] },
): Promise<void> {
  await sql`
    update workspace_invites set revoked_at = now()
    from workspace_members w
    where workspace_invites.workspace_id = ${workspaceId} and workspace_invites.revoked_at is null and ${isPending}
      and (${createdBy ?? null}::uuid is null or workspace_invites.created_by = ${createdBy ?? null}::uuid)
      and w.workspace_id = workspace_invites.workspace_id and w.user_id = workspace_invites.created_by
      and (w.deactivated_at is not null or not exists (
        select from unnest(${allowed.map(({ invited }) => invited)}::text[], ${allowed.map(({ inviter }) => inviter)}::text[]) as may(invited, inviter)
        where may.invited = workspace_invites.role and may.inviter = w.role))`.execute(tx)
}

/** Revokes the pending ones. They are locked. */
export const revokeAll = (tx: Tx, workspaceId: WorkspaceId) =>
  tx.updateTable('workspace_invites').set({ revoked_at: sql<Date>`now()` })
    .where('workspace_id', '=', workspaceId).where('revoked_at', 'is', null).where(isPending).execute()
