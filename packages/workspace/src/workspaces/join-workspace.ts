import { toUser, type UserRow } from '@afrochat/auth'
import { workspaceStream, type WorkspaceRole } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { WorkspaceId } from '@afrochat/kernel'
import * as members from '../members/members.repository.ts'

export interface NewMember {
  readonly workspaceId: WorkspaceId
  readonly user: UserRow
  readonly role: WorkspaceRole
  readonly singleChannel?: boolean
}

/**
 * Makes somebody a member of the workspace and announces it, also somebody who left it by themselves; false when they are
 * in it already, or were deactivated by somebody.
 */
export async function joinWorkspace({ tx, emit }: UnitOfWork, { workspaceId, user, role, singleChannel = false }: NewMember): Promise<boolean> {
  const joinedAt = await members.join(tx, { workspaceId, userId: user.id, role, singleChannel })
  if (joinedAt === undefined) return false
  emit({
    type: 'workspace_member_joined', stream: workspaceStream(workspaceId), workspaceId,
    // Guests know those with whom they share a channel: the channel tells them.
    audience: 'members',
    payload: { workspace_id: workspaceId, user: toUser(user), role, single_channel: singleChannel, joined_at: joinedAt.toISOString() },
  })
  return true
}
