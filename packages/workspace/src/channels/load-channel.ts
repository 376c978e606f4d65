import type { Db, Tx } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'
import type { ChannelAction } from '../permissions/channel-permissions.ts'
import type { ChannelAccess, MemberAccess } from './channel-access.ts'
import { channelArchived, channelNotFound, notInChannel } from './channel.errors.ts'
import { assertMay } from './channel.policy.ts'
import * as channels from './channels.repository.ts'
import type { ChannelRow } from './channels.repository.ts'

/**
 * The one way to get a channel on behalf of somebody: for an action that they may do to it. One that is missing, of
 * another workspace or private to others is `channel_not_found`.
 */
export async function getChannelFor(db: Db, actor: Actor, { id, action }: { id: ChannelId; action: ChannelAction }): Promise<ChannelAccess> {
  const row = await channels.findWithStanding(db, actor.userId, id)
  if (row === undefined) throw channelNotFound()
  const { workspace_role: workspaceRole, channel_role: role, from_seq: fromSeq, ...channel } = row
  const access = { channel, membership: role === null || fromSeq === null ? null : { role, fromSeq }, workspaceRole }
  assertMay(action, access)
  return access
}

/** A channel whose history the caller may read: a member, or a full member of the workspace and the channel is public. */
export const getReadableChannel = (db: Db, actor: Actor, channelId: ChannelId): Promise<ChannelAccess> =>
  getChannelFor(db, actor, { id: channelId, action: 'channel.read' })

/**
 * A channel in which the caller may write now: a member, and it is not archived. Throws `channel_not_found`,
 * `not_in_channel` (public channels alone) or `channel_archived`.
 * Call it in a statement after `lockHeads(tx, [channelId])`: read any earlier, the answer may be stale when it is acted on.
 */
export async function getWritableChannel(tx: Tx, actor: Actor, channelId: ChannelId): Promise<MemberAccess> {
  const { membership, ...access } = await getChannelFor(tx, actor, { id: channelId, action: 'channel.post' })
  if (membership === null) throw notInChannel()
  assertOpen(access.channel)
  return { ...access, membership }
}

/** Archived channels are read-only, their membership included. */
export function assertOpen(channel: Pick<ChannelRow, 'archived_at'>): void {
  if (channel.archived_at !== null) throw channelArchived()
}
