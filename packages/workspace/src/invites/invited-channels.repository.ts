import { sql } from 'kysely'
import type { Tx } from '@afrochat/database'
import type { ChannelId } from '@afrochat/kernel'
import type { InviteRow } from './invites.repository.ts'

/** What whoever accepts the invite may come into: the default channels (guests none) and those of the invite. */
export async function listIds(tx: Tx, { workspace_id: workspaceId, channel_ids: channelIds, role }: InviteRow): Promise<ChannelId[]> {
  const rows = await tx.selectFrom('channels').select('id')
    .where('workspace_id', '=', workspaceId).where('archived_at', 'is', null).where('deleted_at', 'is', null)
    .where(sql<boolean>`(id = any(${channelIds}::uuid[]) or is_default and ${role !== 'guest'})`)
    .execute()
  return rows.map(({ id }) => id)
}
