import { toUser, type UserRow } from '@afrochat/auth'
import { workspaceStream, type WorkspaceRole } from '@afrochat/contracts'
import type { UnitOfWork } from '@afrochat/database'
import type { WorkspaceId } from '@afrochat/kernel'
import * as imports from './imports.repository.ts'

export interface ImportedMember {
  readonly user: UserRow
  /** Nobody becomes the owner by an import. */
  readonly role: Exclude<WorkspaceRole, 'owner'>
  /** Was there, and is no longer: their messages keep their name. */
  readonly hasLeft: boolean
}

/**
 * Makes new accounts members of the workspace, at most 100 at a time. They enter no channel by it, not even the default
 * ones: an import leaves the channels that are there alone, and these accounts cannot sign in to read them.
 */
export async function joinImportedPeople({ tx, emit }: UnitOfWork, workspaceId: WorkspaceId, people: readonly ImportedMember[]): Promise<void> {
  if (people.length === 0) return
  const now = new Date()
  const joined = await imports.insertMembers(tx, people.map(({ user, role, hasLeft }) =>
    ({ workspace_id: workspaceId, user_id: user.id, role, deactivated_at: hasLeft ? now : null })))
  const joinedAt = new Map(joined.map(({ user_id, joined_at }) => [user_id, joined_at]))
  for (const { user, role } of people.filter(({ hasLeft }) => !hasLeft)) {
    emit({
      type: 'workspace_member_joined', stream: workspaceStream(workspaceId), workspaceId, audience: 'members', imported: true,
      payload: { workspace_id: workspaceId, user: toUser(user), role, single_channel: false, joined_at: (joinedAt.get(user.id) ?? now).toISOString() },
    })
  }
}
