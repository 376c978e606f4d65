import { toUser, type UserRow } from '@afrochat/auth'
import { workspaceStream, type WorkspaceRole } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { WorkspaceId } from '@afrochat/kernel'
import * as workspaces from './workspaces.repository.ts'

/** Makes somebody a member of the workspace and announces it; false when they are in it already, perhaps deactivated. */
export async function joinWorkspace(
  { tx, emit }: UnitOfWork,
  { workspaceId, user, role }: { workspaceId: WorkspaceId; user: UserRow; role: WorkspaceRole },
): Promise<boolean> {
  const joinedAt = await workspaces.insertMember(tx, { workspaceId, userId: user.id, role })
  if (joinedAt === undefined) return false
  emit({
    type: 'workspace_member_joined', stream: workspaceStream(workspaceId), workspaceId,
    // Guests know those with whom they share a channel: the channel tells them.
    audience: 'members',
    payload: { workspace_id: workspaceId, user: toUser(user), role, joined_at: joinedAt.toISOString() },
  })
  return true
}
