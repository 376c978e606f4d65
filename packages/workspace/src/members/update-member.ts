import type { BodyOf, WorkspaceMember, workspaceRoutes } from '@afrochat/contracts'
import type { Transact, Tx, UnitOfWork } from '@afrochat/database'
import type { Actor, ChannelId, UserId, WorkspaceId } from '@afrochat/kernel'
import { recordAudit } from '../audit/record-audit.ts'
import { endMemberships } from '../channels/memberships.ts'
import { mayInWorkspace } from '../workspaces/load-workspace.ts'
import { toWorkspaceMember } from '../workspaces/workspace.view.ts'
import { listChannelsToLeave } from './guest-channels.ts'
import { lockPlaceFor, type HeldPlace } from './lock-place.ts'
import { memberDeactivated, notForFullMembers, reactivationStandsAlone } from './member.errors.ts'
import { assertMayManage } from './member.policy.ts'
import * as memberChannels from './member-channels.repository.ts'
import * as members from './members.repository.ts'
import type { MemberRow } from './members.repository.ts'
import { reactivateMember } from './reactivate-member.ts'
import { setRole, type NewRole } from './set-role.ts'

export type MemberChange = BodyOf<typeof workspaceRoutes.updateWorkspaceMember>
export type UpdateMember = MemberChange & { readonly workspace_id: WorkspaceId; readonly user_id: UserId }

/** Changes what somebody is in the workspace, or lets a deactivated person in again. What is so already leaves no trace. */
export async function updateMember({ transact }: { transact: Transact }, actor: Actor, input: UpdateMember): Promise<WorkspaceMember> {
  const { workspace_id: workspaceId, user_id: userId, ...change } = input
  if (change.deactivated === false && Object.keys(change).length > 1) throw reactivationStandsAlone()
  return transact(actor, async (uow) => {
    const { tx } = uow
    const place = await lockPlaceFor(tx, actor, { workspaceId, userId, action: 'member.manage', touching: (member) => listTouched(tx, member, change) })
    if (change.deactivated === false) await reactivateMember(uow, actor, place)
    else await changePlace(uow, actor, { place, change })
    return toWorkspaceMember(await members.get(tx, { workspaceId, userId }), { withEmail: mayInWorkspace(place.access, 'member.email.read') })
  })
}

/** The channels that the change may let somebody into or put them out of. */
async function listTouched(tx: Tx, member: MemberRow, change: MemberChange): Promise<ChannelId[]> {
  const { workspace_id: workspaceId, user_id: userId } = member
  const role = change.role ?? member.role
  const isReturning = change.deactivated === false
  const defaults = role === 'guest' ? [] : await memberChannels.listDefaultIds(tx, workspaceId)
  if (isReturning) return [...new Set([...member.kept_channel_ids, ...defaults])]
  return role === 'guest' ? memberChannels.listOpenIds(tx, { workspaceId, userId }) : defaults
}

async function changePlace(uow: UnitOfWork, actor: Actor, { place, change }: { place: HeldPlace; change: MemberChange }): Promise<void> {
  const { access, member } = place
  const { workspace_id: workspaceId, user_id: userId } = member
  const next = toNewRole(member, change)
  assertMayManage(access, { userId, roles: [member.role, next.role] })
  if (member.deactivated_at !== null) throw memberDeactivated()

  const leaving = next.role === 'guest' ? await listChannelsToLeave(uow.tx, actor, { member, next, stayingIn: change.channel_ids }) : []
  const isAnother = next.role !== member.role || next.singleChannel !== member.single_channel
  if (!isAnother && leaving.length === 0) return

  await endMemberships(uow, { channels: leaving, userId, removedBy: actor.userId })
  if (isAnother) await setRole(uow, place, next)
  await recordAudit(uow.tx, actor, {
    workspaceId, action: 'member_updated', targetId: userId,
    details: {
      role: { from: member.role, to: next.role }, single_channel: { from: member.single_channel, to: next.singleChannel },
      left_channel_ids: leaving.map(({ id }) => id),
    },
  })
}

/** Who is no guest is not bound to channels: what binds them goes with the role, and cannot come without it. */
function toNewRole(member: MemberRow, { role = member.role, single_channel: singleChannel, channel_ids: channelIds }: MemberChange): NewRole {
  if (role === 'guest') return { role, singleChannel: singleChannel ?? member.single_channel }
  if (singleChannel === true) throw notForFullMembers('/single_channel')
  if (channelIds !== undefined) throw notForFullMembers('/channel_ids')
  return { role, singleChannel: false }
}
