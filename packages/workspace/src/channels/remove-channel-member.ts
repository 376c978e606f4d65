import type { Tx } from '@afrochat/database'
import type { Actor, ChannelId, UserId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import type { ChannelDeps } from './channel-deps.ts'
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
export async function removeChannelMember({ transact, conversation }: ChannelDeps, actor: Actor, input: RemoveChannelMember): Promise<void> {
  await transact(actor, async (uow) => {
    const { channel } = await lockChannelFor(uow.tx, actor, { id: input.channel_id, action: 'channel.member.remove' })
    assertOpen(channel)
    if (input.user_id === actor.userId) throw cantRemoveSelf()
    await assertRemovable(uow.tx, channel, input.user_id)
    await endMembership(uow, { channel, userId: input.user_id, removedBy: actor.userId })
    await conversation.note(uow, [{ channel, actorId: actor.userId, note: { type: 'member_removed', user_ids: [input.user_id] } }])
    await recordAudit(uow.tx, actor, {
      workspaceId: channel.workspace_id, action: 'channel_member_removed', targetId: input.user_id, details: { channel_id: channel.id },
    })
  })
}

async function assertRemovable(tx: Tx, channel: ChannelRow, userId: UserId): Promise<void> {
  const member = await members.findCurrent(tx, channel.id, userId)
  if (member === undefined) throw userNotFound()
  if (channel.is_default && member.workspace_role !== 'guest') throw cantRemoveFromDefaultChannel()
}
