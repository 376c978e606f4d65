import type { Tx } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'
import { channelNotFound } from '../channels/channel.errors.ts'
import type { ChannelRow } from '../channels/channels.repository.ts'
import { getChannelsFor } from '../channels/load-channel.ts'
import { guestNeedsChannel, singleChannelNeedsOne } from './member.errors.ts'
import * as memberChannels from './member-channels.repository.ts'
import type { MemberRow } from './members.repository.ts'
import type { NewRole } from './set-role.ts'

export interface Binding {
  readonly member: MemberRow
  readonly next: NewRole
  /** Undefined: in all that they are in. */
  readonly stayingIn: readonly ChannelId[] | undefined
}

/** The channels that somebody leaves to be this guest. Direct messages are no channels to be bound to: they keep them. The heads are locked. */
export async function listChannelsToLeave(tx: Tx, actor: Actor, { member, next, stayingIn }: Binding): Promise<ChannelRow[]> {
  const present = await memberChannels.listOpen(tx, { workspaceId: member.workspace_id, userId: member.user_id })
  const rooms = present.filter(({ kind }) => kind === 'public' || kind === 'private')
  const kept = new Set(stayingIn ?? rooms.map(({ id }) => id))
  if (stayingIn !== undefined) await assertNameable(tx, actor, { ids: stayingIn, rooms })
  if (kept.size === 0 && member.role !== 'guest') throw guestNeedsChannel()
  if (next.singleChannel && kept.size !== 1) throw singleChannelNeedsOne()
  return rooms.filter(({ id }) => !kept.has(id))
}

/** They are in each of them, and whoever names it may know that it exists. */
async function assertNameable(tx: Tx, actor: Actor, { ids, rooms }: { ids: readonly ChannelId[]; rooms: readonly ChannelRow[] }): Promise<void> {
  await getChannelsFor(tx, actor, { ids, action: 'channel.read' })
  const present = new Set(rooms.map(({ id }) => id))
  if (!ids.every((id) => present.has(id))) throw channelNotFound()
}
