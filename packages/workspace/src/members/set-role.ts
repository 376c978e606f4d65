import { workspaceStream, type WorkspaceRole } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import { beginMemberships } from '../channels/memberships.ts'
import { announceGroupsOf } from '../groups/announce-groups.ts'
import { revokeUnauthorised } from '../invites/revoke-unauthorised.ts'
import * as people from '../workspaces/people.repository.ts'
import { passOnOwnership } from '../workspaces/pass-on-ownership.ts'
import type { HeldPlace } from './lock-place.ts'
import * as memberChannels from './member-channels.repository.ts'
import * as members from './members.repository.ts'

export interface NewRole {
  readonly role: WorkspaceRole
  readonly singleChannel: boolean
}

/**
 * Gives an active member another role: they lose the invites that they could not make any more, and a guest who becomes
 * a full member joins the default channels. Throws `last_owner`. With the place locked, and the heads of these channels.
 */
export async function setRole(uow: UnitOfWork, { access: { workspace }, member }: HeldPlace, { role, singleChannel }: NewRole): Promise<void> {
  const who = { workspaceId: workspace.id, userId: member.user_id }
  if (member.role === 'owner' && role !== 'owner') await passOnOwnership(uow, workspace, member.user_id)
  await members.setRole(uow.tx, { ...who, role, singleChannel })
  uow.emit({
    type: 'workspace_member_updated', stream: workspaceStream(workspace.id), workspaceId: workspace.id, audience: 'members',
    payload: { workspace_id: workspace.id, user_id: member.user_id, role, single_channel: singleChannel },
  })
  await revokeUnauthorised(uow.tx, workspace, member.user_id)
  if ((member.role === 'guest') !== (role === 'guest')) await announceGroupsOf(uow, who)
  if (member.role !== 'guest' || role === 'guest') return
  const ids = await memberChannels.listDefaultIds(uow.tx, workspace.id)
  const [channels, user] = [await memberChannels.listEnterable(uow.tx, { ids, userId: member.user_id }), await people.get(uow.tx, member.user_id)]
  await beginMemberships(uow, channels.map((channel) => ({ channel, user, role: 'member' })), null)
}
