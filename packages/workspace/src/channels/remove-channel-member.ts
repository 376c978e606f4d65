import type { Transact, Tx } from '@afrochat/database'
import type { Actor, ChannelId, UserId } from '@afrochat/kernel'
import * as members from './channel-members.repository.ts'
import { cantRemoveFromDefaultChannel, cantRemoveSelf, userNotFound } from './channel.errors.ts'
import type { ChannelRow } from './channels.repository.ts'
import { assertOpen, lockChannelFor } from './load-channel.ts'
import { endMembership } from './memberships.ts'

export interface RemoveChannelMember {
  readonly channel_id: ChannelId
  readonly user_id: UserId
}

/** Puts somebody out of a channel: no event of it after this one reaches them. */
export async function removeChannelMember({ transact }: { transact: Transact }, actor: Actor, input: RemoveChannelMember): Promise<void> {
  await transact(actor, async (uow) => {
    const { channel } = await lockChannelFor(uow.tx, actor, { id: input.channel_id, action: 'channel.member.remove' })
    assertOpen(channel)
    if (input.user_id === actor.userId) throw cantRemoveSelf()
    await assertRemovable(uow.tx, channel, input.user_id)
    await endMembership(uow, { channel, userId: input.user_id, removedBy: actor.userId })
  })
}

async function assertRemovable(tx: Tx, channel: ChannelRow, userId: UserId): Promise<void> {
  const member = await members.findCurrent(tx, channel.id, userId)
  if (member === undefined) throw userNotFound()
  if (channel.is_default && member.workspace_role !== 'guest') throw cantRemoveFromDefaultChannel()
}
