import type { Transact, UnitOfWork } from '@afrochat/database'
import type { ChannelId, Origin } from '@afrochat/kernel'
import { lockHeads } from '@afrochat/database'
import { beginMemberships } from '../channels/memberships.ts'
import * as channels from '../channels/channels.repository.ts'
import * as workspaces from '../workspaces/workspaces.repository.ts'
import * as members from './members.repository.ts'

/** The log takes the events of one transaction in one piece, while every other writer waits: bulk work goes in pieces of this size. */
const AT_ONCE = 100

/**
 * Every full member joins a default channel who is not in it yet: for a channel that has just become one. In pieces, so
 * that a large workspace goes on meanwhile. What a crash leaves undone, the next call does.
 */
export async function joinEverybody({ transact }: { transact: Transact }, origin: Origin, channelId: ChannelId): Promise<void> {
  let joined: number
  do joined = await transact(origin, (uow) => joinSome(uow, channelId))
  while (joined === AT_ONCE)
}

async function joinSome(uow: UnitOfWork, channelId: ChannelId): Promise<number> {
  await lockHeads(uow.tx, [channelId])
  const channel = await channels.get(uow.tx, channelId)
  // Whoever joins the workspace in this moment has looked for default channels before this one was one, or will after: not both miss.
  await workspaces.lock(uow.tx, channel.workspace_id)
  if (!channel.is_default || channel.archived_at !== null || channel.deleted_at !== null) return 0
  const people = await members.lockMissingFrom(uow.tx, { channelId, workspaceId: channel.workspace_id, limit: AT_ONCE })
  await beginMemberships(uow, people.map((user) => ({ channel, user, role: 'member' })), null)
  return people.length
}
