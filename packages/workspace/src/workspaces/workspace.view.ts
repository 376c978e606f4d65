import type { Selectable } from 'kysely'
import { toUser, type UserRow } from '@afrochat/auth'
import type { Workspace, WorkspaceMember } from '@afrochat/contracts'
import type { WorkspaceMembersTable, WorkspacesTable } from '@afrochat/database'

export type WorkspaceRow = Selectable<WorkspacesTable>

export function toWorkspace(row: WorkspaceRow): Workspace {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    description: row.description,
    icon_url: row.icon_url,
    owner_id: row.owner_id,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

export type WorkspaceMemberRow = UserRow & Pick<Selectable<WorkspaceMembersTable>, 'role' | 'joined_at' | 'deactivated_at'>

export function toWorkspaceMember(row: WorkspaceMemberRow): WorkspaceMember {
  return { user: toUser(row), role: row.role, joined_at: row.joined_at.toISOString(), deactivated_at: row.deactivated_at?.toISOString() ?? null }
}
