import type { Tx } from '@afrochat/database'
import type { ChannelId, UserId } from '@afrochat/kernel'
import { permittedAmong } from '../channels/load-channel.ts'
import * as memberChannels from '../members/member-channels.repository.ts'
import type { EnteredChannel } from '../members/member-channels.repository.ts'
import * as invitedChannels from './invited-channels.repository.ts'
import type { InviteRow } from './invites.repository.ts'

/** What putting people of this role into a channel is in the table of permissions. */
export const bringingInto = (role: InviteRow['role']) => (role === 'guest' ? 'channel.member.add_guest' : 'channel.member.add')

/** Every channel that accepting may lead into; which of them it is, is decided when their heads are locked. */
export async function listConcerned(tx: Tx, invite: InviteRow, userId: UserId): Promise<ChannelId[]> {
  const invited = await invitedChannels.listIds(tx, invite)
  return [...invited, ...(await memberChannels.listKeptDirectIds(tx, { workspaceId: invite.workspace_id, userId }))]
}

/**
 * The channels that somebody comes into by the invite: the default ones, those of the invite into which the inviter
 * could still bring them, and, of somebody who comes back, the direct messages that they had. The heads are locked.
 */
export async function listEntered(tx: Tx, invite: InviteRow, userId: UserId): Promise<EnteredChannel[]> {
  const ids = await listConcerned(tx, invite, userId)
  const open = await permittedAmong(tx, invite.created_by, { ids: invite.channel_ids, action: bringingInto(invite.role) })
  const channels = await memberChannels.listEnterable(tx, { ids, userId })
  return channels.filter(({ id, kind, is_default: isDefault }) =>
    kind === 'dm' || kind === 'group_dm' || open.has(id) || (isDefault && invite.role !== 'guest'))
}
