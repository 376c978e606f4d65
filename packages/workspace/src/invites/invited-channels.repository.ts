import { sql } from 'kysely'
import type { WorkspaceRole } from '@afrochat/contracts'
import type { Tx } from '@afrochat/database'
import type { ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import { selectChannels } from '../channels/channels.repository.ts'

/** What a new member of this role joins: the default channels (guests none) and those of the invite. Their heads are to be locked. */
export async function listIds(
  tx: Tx,
  { workspaceId, channelIds, role }: { workspaceId: WorkspaceId; channelIds: readonly ChannelId[]; role: WorkspaceRole },
): Promise<ChannelId[]> {
  const rows = await tx.selectFrom('channels').select('id')
    .where('workspace_id', '=', workspaceId)
    .where(sql<boolean>`(id = any(${channelIds}::uuid[]) or is_default and ${role !== 'guest'})`)
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Those of the channels that can be joined on an invite: not archived, the inviter could still add people to it, and
 * the person is not in it (a former member of the workspace may be). In their order of age. The heads are locked.
 */
export const listJoinable = (tx: Tx, { ids, inviterId, userId }: { ids: readonly ChannelId[]; inviterId: UserId; userId: UserId }) =>
  selectChannels(tx)
    .where(sql<boolean>`c.id = any(${ids}::uuid[])`)
    .where('c.archived_at', 'is', null)
    .where((e) => e.or([e('c.kind', '=', 'public'), e.and([e('c.kind', '=', 'private'), isMember(inviterId)])]))
    .where((e) => e.not(isMember(userId)))
    .orderBy('c.id')
    .execute()

const isMember = (userId: UserId) =>
  sql<boolean>`exists (select from channel_members m where m.channel_id = c.id and m.user_id = ${userId} and m.to_seq is null)`
