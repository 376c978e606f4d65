import { workspaceStream } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { UserId } from '@afrochat/kernel'
import { endMemberships } from '../channels/memberships.ts'
import { announceGroupsOf, leaveGroups } from '../groups/announce-groups.ts'
import { revokeUnauthorised } from '../invites/revoke-unauthorised.ts'
import type { Conversation } from '../ports.ts'
import { passOnOwnership } from '../workspaces/pass-on-ownership.ts'
import type { WorkspaceRow } from '../workspaces/workspace.view.ts'
import * as memberChannels from './member-channels.repository.ts'
import * as members from './members.repository.ts'
import type { MemberRow } from './members.repository.ts'

export interface Ending {
  readonly workspace: WorkspaceRow
  /** An active one. */
  readonly member: MemberRow
  /** Null: they leave by themselves. */
  readonly by: UserId | null
}

/**
 * Ends somebody's time in a workspace: all their channels, direct messages included, the invites that they made and what
 * they had planned end with it. Where they were is remembered, for their return. Throws `last_owner`. With the place
 * locked, and the heads of all their channels.
 */
export async function endPlace(uow: UnitOfWork, conversation: Pick<Conversation, 'cancelPlanned'>, ending: Ending): Promise<void> {
  const { workspace, member, by } = ending
  const who = { workspaceId: workspace.id, userId: member.user_id }
  if (member.role === 'owner') await passOnOwnership(uow, workspace, member.user_id)

  const channels = await memberChannels.listOpen(uow.tx, who)
  await endMemberships(uow, { channels, userId: member.user_id, removedBy: by })
  await members.deactivate(uow.tx, { ...who, by, keptChannelIds: channels.map(({ id }) => id) })
  await revokeUnauthorised(uow.tx, workspace, member.user_id)
  await conversation.cancelPlanned(uow.tx, who)
  uow.emit({
    type: 'workspace_member_left', stream: workspaceStream(workspace.id), workspaceId: workspace.id,
    // Guests learn of it from the channels that they shared.
    audience: 'members', payload: { workspace_id: workspace.id, user_id: member.user_id, removed_by: by },
  })
  await (by === null ? leaveGroups : announceGroupsOf)(uow, who)
}
