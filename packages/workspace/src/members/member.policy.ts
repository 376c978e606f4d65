import type { WorkspaceRole } from '@afrochat/contracts'
import type { UserId } from '@afrochat/kernel'
import type { WorkspaceAction } from '../permissions/workspace-permissions.ts'
import { assertMayInWorkspace, type WorkspaceAccess } from '../workspaces/load-workspace.ts'

const managing: Readonly<Record<WorkspaceRole, WorkspaceAction>> = {
  owner: 'member.manage.owner',
  admin: 'member.manage.admin',
  member: 'member.manage',
  guest: 'member.manage',
}

/** Whom it concerns, with all that they are and are to become. */
export interface Managed {
  readonly userId: UserId
  readonly roles: readonly WorkspaceRole[]
}

/** Throws unless people of each of these roles may be managed: nobody raises or lowers somebody to or from a role beyond their reach. */
export function assertMayManage(access: Pick<WorkspaceAccess, 'workspace' | 'role'>, { userId, roles }: Managed): void {
  for (const role of roles) assertMayInWorkspace(access, { action: managing[role], targetId: userId })
}
