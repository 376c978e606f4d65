import { toUser } from '@afrochat/auth'
import { workspaceStream } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { Actor } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { beginMemberships } from '../channels/memberships.ts'
import { announceGroupsOf } from '../groups/announce-groups.ts'
import * as people from '../workspaces/people.repository.ts'
import type { HeldPlace } from './lock-place.ts'
import { accountDeactivated, memberHasLeft } from './member.errors.ts'
import { assertMayManage } from './member.policy.ts'
import * as memberChannels from './member-channels.repository.ts'
import * as members from './members.repository.ts'

/**
 * Lets a deactivated person in again, as what they were and where they were: into the channels that are still there, and
 * into default channels that are new. Nothing in them is unread. With the place locked, and the heads of these channels.
 */
export async function reactivateMember(uow: UnitOfWork, actor: Actor, { access, member }: HeldPlace): Promise<void> {
  const { workspace_id: workspaceId, user_id: userId } = member
  assertMayManage(access, { userId, roles: [member.role] })
  if (member.deactivated_at === null) return
  if (member.deactivated_by === null) throw memberHasLeft()
  const user = await people.get(uow.tx, userId)
  if (user.status !== 'active') throw accountDeactivated()

  const defaults = member.role === 'guest' ? [] : await memberChannels.listDefaultIds(uow.tx, workspaceId)
  const channels = await memberChannels.listEnterable(uow.tx, { ids: [...member.kept_channel_ids, ...defaults], userId })
  await members.reactivate(uow.tx, { workspaceId, userId })
  uow.emit({
    type: 'workspace_member_joined', stream: workspaceStream(workspaceId), workspaceId, audience: 'members',
    payload: {
      workspace_id: workspaceId, user: toUser(user), role: member.role, single_channel: member.single_channel, joined_at: member.joined_at.toISOString(),
    },
  })
  await announceGroupsOf(uow, { workspaceId, userId })
  await beginMemberships(uow, channels.map((channel) => ({ channel, user, role: channel.former_role ?? 'member' })), actor.userId)
  await recordAudit(uow.tx, actor, { workspaceId, action: 'member_reactivated', targetId: userId, details: { role: member.role } })
}
