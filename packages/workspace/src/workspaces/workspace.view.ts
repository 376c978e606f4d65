import type { Selectable } from 'kysely'
import { toOwnUser, toUser, type OwnUserRow } from '@afrochat/auth'
import { defaultWorkspaceSettings, type Workspace, type WorkspaceMember, type WorkspaceSettings } from '@afrochat/contracts'
import type { WorkspaceMembersTable, WorkspacesTable } from '@afrochat/database'

export type WorkspaceRow = Selectable<WorkspacesTable>

/** All settings, those that nobody changed included. */
export const settingsOf = ({ settings }: Pick<WorkspaceRow, 'settings'>): WorkspaceSettings => ({ ...defaultWorkspaceSettings, ...settings })

export function toWorkspace(row: WorkspaceRow): Workspace {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    description: row.description,
    icon_url: row.icon_url,
    owner_id: row.owner_id,
    settings: settingsOf(row),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

export type WorkspaceMemberRow = OwnUserRow & Pick<Selectable<WorkspaceMembersTable>, 'role' | 'single_channel' | 'joined_at' | 'deactivated_at'>

/** A member as others see them; admins see the address of who is in the workspace now. */
export function toWorkspaceMember(row: WorkspaceMemberRow, { withEmail }: { withEmail: boolean }): WorkspaceMember {
  return {
    user: withEmail && row.deactivated_at === null ? toOwnUser(row) : toUser(row),
    role: row.role,
    single_channel: row.single_channel,
    joined_at: row.joined_at.toISOString(),
    deactivated_at: row.deactivated_at?.toISOString() ?? null,
  }
}
