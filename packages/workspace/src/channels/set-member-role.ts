import { channelStream, type ChannelMember, type ChannelRole } from '@afrochat/contracts'
import { nextSeq, type Transact } from '@afrochat/database'
import type { Actor, ChannelId, UserId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import * as members from './channel-members.repository.ts'
import { guestCantManage, userNotFound } from './channel.errors.ts'
import { toChannelMember } from './channel.view.ts'
import { assertOpen, lockChannelFor } from './load-channel.ts'

export interface SetMemberRole {
  readonly channel_id: ChannelId
  readonly user_id: UserId
  readonly role: ChannelRole
}

/** Makes a member a manager of the channel, or a manager a member; one's own role too. Without managers admins do what they would. */
export async function setMemberRole({ transact }: { transact: Transact }, actor: Actor, input: SetMemberRole): Promise<ChannelMember> {
  return transact(actor, async ({ tx, emit }) => {
    const { channel } = await lockChannelFor(tx, actor, { id: input.channel_id, action: 'channel.member.set_role' })
    assertOpen(channel)
    const [person] = await members.lockCandidates(tx, { channelId: channel.id, workspaceId: channel.workspace_id, userIds: [input.user_id] })
    if (person === undefined || person.channel_role === null || person.joined_at === null) throw userNotFound()
    if (input.role === 'manager' && person.workspace_role === 'guest') throw guestCantManage()

    const member = toChannelMember({ ...person, channel_role: input.role, joined_at: person.joined_at })
    if (person.channel_role === input.role) return member
    const seq = await nextSeq(tx, channel.id)
    await members.setRole(tx, { channelId: channel.id, userId: input.user_id, role: input.role })
    emit({
      type: 'member_updated', stream: channelStream(channel.id), workspaceId: channel.workspace_id, seq,
      payload: { channel_id: channel.id, user_id: input.user_id, role: input.role },
    })
    await recordAudit(tx, actor, {
      workspaceId: channel.workspace_id, action: 'channel_member_updated', targetId: input.user_id, details: { channel_id: channel.id, role: input.role },
    })
    return member
  })
}
