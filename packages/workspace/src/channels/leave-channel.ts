import type { Transact } from '@afrochat/database'
import type { Actor, ChannelId } from '@afrochat/kernel'
import type { ChannelAccess } from './channel-access.ts'
import { cantLeaveDefaultChannel, lastMember } from './channel.errors.ts'
import { assertOpen, lockChannelFor } from './load-channel.ts'
import { endMembership } from './memberships.ts'

/** Leaves a channel. What one kept about it (muted, starred, the read mark) stays for a later return. */
export async function leaveChannel({ transact }: { transact: Transact }, actor: Actor, channelId: ChannelId): Promise<void> {
  await transact(actor, async (uow) => {
    const access = await lockChannelFor(uow.tx, actor, { id: channelId, action: 'channel.leave' })
    assertMayGo(access)
    await endMembership(uow, { channel: access.channel, userId: actor.userId, removedBy: null })
  })
}

function assertMayGo({ channel, workspaceRole }: ChannelAccess): void {
  assertOpen(channel)
  if (channel.is_default && workspaceRole !== 'guest') throw cantLeaveDefaultChannel()
  // Nobody could ever read it again, nor be let in.
  if (channel.kind === 'private' && channel.member_count === 1) throw lastMember()
}
