import type { Actor, ChannelId } from '@afrochat/kernel'
import type { ChannelAccess } from './channel-access.ts'
import type { ChannelDeps } from './channel-deps.ts'
import { cantLeaveDefaultChannel, lastMember, singleChannelGuest } from './channel.errors.ts'
import { assertOpen, lockChannelFor } from './load-channel.ts'
import { endMembership } from './memberships.ts'

/** Leaves a channel. What one kept about it (muted, starred, the read mark) stays for a later return. */
export async function leaveChannel({ transact, conversation }: ChannelDeps, actor: Actor, channelId: ChannelId): Promise<void> {
  await transact(actor, async (uow) => {
    const access = await lockChannelFor(uow.tx, actor, { id: channelId, action: 'channel.leave' })
    assertMayGo(access)
    await endMembership(uow, { channel: access.channel, userId: actor.userId, removedBy: null })
    await conversation.note(uow, [{ channel: access.channel, actorId: actor.userId, note: { type: 'member_left' } }])
  })
}

function assertMayGo({ channel, workspaceRole, singleChannel }: ChannelAccess): void {
  // It would leave them a workspace with nothing in it.
  if (singleChannel) throw singleChannelGuest()
  assertOpen(channel)
  if (channel.is_default && workspaceRole !== 'guest') throw cantLeaveDefaultChannel()
  // Nobody could ever read it again, nor be let in.
  if (channel.kind === 'private' && channel.member_count === 1) throw lastMember()
}
